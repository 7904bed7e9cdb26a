using Dsdn.Celestia.Nmt;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Proofs;

/// <summary>That rows' roots are in a data root: an audit path (RFC 6962) for each of a run of rows.</summary>
/// <param name="EndRow">The last row, not the one after it.</param>
public sealed record RowProof(IReadOnlyList<NmtNode> RowRoots, IReadOnlyList<AuditPath> Paths, int StartRow, int EndRow)
{
    public DaVerdict Verify(in Hash256 dataRoot)
    {
        int count = StartRow >= 0 && EndRow >= StartRow && EndRow < DaLimits.SquareWidthMax * 2 ? EndRow - StartRow + 1 : 0;
        if (count == 0 || RowRoots.Count != count || Paths.Count != count)
            return new DaVerdict(DaFault.ProofShape, $"{RowRoots.Count} roots and {Paths.Count} paths for rows {StartRow} to {EndRow}");
        for (int i = 0; i < count; i++)
        {
            AuditPath path = Paths[i];
            // Rows and columns of an extended square: four times a power of two, the rows first.
            if (path.Total != Paths[0].Total || path.Total is < 4 or > DaLimits.SquareWidthMax * 4 || (path.Total & (path.Total - 1)) != 0 || path.Index != StartRow + i || path.Index >= path.Total / 2)
                return new DaVerdict(DaFault.ProofShape, $"the path of row {StartRow + i} is of leaf {path.Index} of {path.Total}");
            Hash256 leaf = Sha256Tree.Leaf(RowRoots[i].ToArray());
            if (leaf != path.LeafHash) return new DaVerdict(DaFault.ProofRoot, $"row {StartRow + i} has another leaf hash");
            if (!Sha256Tree.TryRoot(leaf, path.Index, path.Total, path.Aunts.Span, out Hash256 root)) return new DaVerdict(DaFault.ProofShape, $"the path of row {StartRow + i} has a wrong length");
            if (root != dataRoot) return new DaVerdict(DaFault.ProofRoot, $"row {StartRow + i} leads to {root}, the data root is {dataRoot}");
        }
        return DaVerdict.Valid;
    }
}

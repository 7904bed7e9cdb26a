using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Squares;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Proofs;

/// <summary>That a commitment's subtrees are in the rows of a square, as <c>blob.GetCommitmentProof</c> gives it.</summary>
/// <param name="RangeProofs">One for each row: leaves [start, end) are the blob's.</param>
public sealed record CommitmentProof(
    Namespace Namespace, IReadOnlyList<NmtNode> SubtreeRoots, IReadOnlyList<NmtProof> RangeProofs, RowProof Rows)
{
    /// <summary>Whether a blob of this commitment and namespace lies in the square of that data root.</summary>
    public DaVerdict Verify(in Hash256 dataRoot, Namespace name, in Hash256 commitment)
    {
        if (Namespace != name) return new DaVerdict(DaFault.Namespace, $"a proof about {Namespace}, not {name}");
        byte[] roots = new byte[SubtreeRoots.Count * NmtNode.Size];
        for (int i = 0; i < SubtreeRoots.Count; i++)
        {
            if (SubtreeRoots[i].Min != name || SubtreeRoots[i].Max != name) return new DaVerdict(DaFault.ProofShape, $"subtree {i} is of {SubtreeRoots[i].Min} to {SubtreeRoots[i].Max}");
            SubtreeRoots[i].CopyTo(roots.AsSpan(i * NmtNode.Size));
        }
        if (SubtreeRoots.Count == 0 || ShareCommitment.OfRoots(roots) != commitment) return new DaVerdict(DaFault.Commitment, "the subtree roots are those of another commitment");
        DaVerdict rows = Rows.Verify(dataRoot);
        return rows.IsValid ? VerifyRows() : rows;
    }

    private DaVerdict VerifyRows()
    {
        if (RangeProofs.Count != Rows.RowRoots.Count) return new DaVerdict(DaFault.ProofShape, $"{RangeProofs.Count} proofs for {Rows.RowRoots.Count} rows");
        int leaves = (int)(Rows.Paths[0].Total / 2), used = 0;
        if (Rows.EndRow >= leaves / 2) return new DaVerdict(DaFault.ProofShape, $"row {Rows.EndRow} is not of the original square");
        long shares = 0;
        foreach (NmtProof proof in RangeProofs)
        {
            DaVerdict shape = proof.CheckShape(leaves);
            if (!shape.IsValid) return shape;
            shares += proof.End - proof.Start;
        }
        int width = SubtreeWidth.Of((int)shares);
        for (int i = 0; i < RangeProofs.Count; i++)
        {
            // What lies between two rows of a blob is the blob: it fills its rows to both ends.
            bool startsRow = i == 0 || RangeProofs[i].Start == 0, endsRow = i == RangeProofs.Count - 1 || RangeProofs[i].End == leaves / 2;
            if (!startsRow || !endsRow || RangeProofs[i].End > leaves / 2) return new DaVerdict(DaFault.ProofShape, $"row {Rows.StartRow + i} is not filled by the blob");
            SubtreeFold fold = new(RangeProofs[i], SubtreeRoots, used, width);
            DaVerdict verdict = fold.TryRoot(leaves, out NmtNode root);
            if (!verdict.IsValid) return verdict;
            if (root != Rows.RowRoots[i]) return new DaVerdict(DaFault.ProofRoot, $"row {Rows.StartRow + i}: the subtrees lead to another root");
            used = fold.Used;
        }
        return used == SubtreeRoots.Count ? DaVerdict.Valid : new DaVerdict(DaFault.ProofShape, $"{SubtreeRoots.Count - used} subtree roots are in no row");
    }
}

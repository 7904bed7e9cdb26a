using System.Numerics;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Squares;

/// <summary>The roots of all rows and columns of an extended square. Their RFC 6962 root is the header's data hash.</summary>
public sealed class DataAvailabilityHeader
{
    private DataAvailabilityHeader(IReadOnlyList<NmtNode> rows, IReadOnlyList<NmtNode> columns) => (RowRoots, ColumnRoots) = (rows, columns);

    public IReadOnlyList<NmtNode> RowRoots { get; }

    public IReadOnlyList<NmtNode> ColumnRoots { get; }

    /// <summary>Of the extended square.</summary>
    public int ExtendedWidth => RowRoots.Count;

    /// <summary>Of the square before extension: k.</summary>
    public int Width => ExtendedWidth / 2;

    /// <summary>As many rows as columns, twice a power of two up to <see cref="DaLimits.SquareWidthMax"/>.</summary>
    /// <param name="dah">Null where it is refused.</param>
    public static DaVerdict TryCreate(IReadOnlyList<NmtNode> rows, IReadOnlyList<NmtNode> columns, out DataAvailabilityHeader? dah)
    {
        dah = null;
        if (rows.Count != columns.Count) return new DaVerdict(DaFault.Dah, $"{rows.Count} rows and {columns.Count} columns");
        if (rows.Count < 2 || rows.Count > 2 * DaLimits.SquareWidthMax || !BitOperations.IsPow2(rows.Count))
            return new DaVerdict(DaFault.Dah, $"{rows.Count} rows are those of no square");
        for (int i = 0; i < rows.Count; i++)
            if (rows[i].Max < rows[i].Min || columns[i].Max < columns[i].Min) return new DaVerdict(DaFault.Dah, $"the root of row or column {i} is out of order");
        dah = new DataAvailabilityHeader(rows, columns);
        return DaVerdict.Valid;
    }

    /// <summary>Whether it is the one that a header's data hash is over.</summary>
    public DaVerdict Check(in Hash256 dataHash)
    {
        Hash256 own = DataRoot();
        return own == dataHash ? DaVerdict.Valid : new DaVerdict(DaFault.DataRoot, $"data hash {dataHash}, the roots of rows and columns give {own}");
    }

    public Hash256 DataRoot() => Sha256Tree.Root(Leaves());

    /// <summary>The audit path from a row's root to the data root.</summary>
    /// <param name="row">Below <see cref="ExtendedWidth"/>.</param>
    public AuditPath ProveRow(int row)
    {
        Hash256[] leaves = Leaves();
        return new AuditPath(leaves.Length, row, leaves[row], Sha256Tree.Proof(leaves, row));
    }

    /// <summary>The leaf hashes: rows, then columns.</summary>
    private Hash256[] Leaves()
    {
        byte[] roots = new byte[2 * ExtendedWidth * NmtNode.Size];
        for (int i = 0; i < ExtendedWidth; i++)
        {
            RowRoots[i].CopyTo(roots.AsSpan(i * NmtNode.Size));
            ColumnRoots[i].CopyTo(roots.AsSpan((ExtendedWidth + i) * NmtNode.Size));
        }
        Hash256[] leaves = new Hash256[2 * ExtendedWidth];
        Sha256Tree.Leaves(roots, NmtNode.Size, leaves);
        return leaves;
    }
}

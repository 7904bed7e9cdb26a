using Dsdn.Celestia.Erasure;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;

namespace Dsdn.Celestia.Squares;

/// <summary>
/// A square with its parity: 2k x 2k shares, of which the first quarter is the original. Rows are extended to the right, then all
/// columns downwards, so any half of a row or column gives the other.
/// </summary>
public sealed class ExtendedSquare
{
    private readonly byte[] _shares;

    private ExtendedSquare(int width, byte[] shares) => (Width, _shares) = (width, shares);

    /// <summary>Of the original square: k.</summary>
    public int Width { get; }

    public int ExtendedWidth => 2 * Width;

    /// <summary>Row by row, 512 bytes each.</summary>
    public ReadOnlyMemory<byte> Shares => _shares;

    public static ExtendedSquare Extend(ShareSquare square)
    {
        int k = square.Width, rowBytes = k * ShareFormat.Bytes;
        byte[] shares = new byte[4 * k * rowBytes];
        for (int row = 0; row < k; row++)
        {
            Span<byte> whole = shares.AsSpan(2 * row * rowBytes, 2 * rowBytes);
            square.Shares.Span.Slice(row * rowBytes, rowBytes).CopyTo(whole);
            LeopardCode.Encode(whole[..rowBytes], whole[rowBytes..], ShareFormat.Bytes);
        }
        // Whole rows are the shards of all columns at once: the code works byte by byte.
        int top = 2 * k * rowBytes;
        LeopardCode.Encode(shares.AsSpan(0, top), shares.AsSpan(top), 2 * rowBytes);
        return new ExtendedSquare(k, shares);
    }

    /// <summary>A whole extended square from outside: refused unless its parity is that of its data.</summary>
    /// <param name="shares">4 k^2 shares; kept.</param>
    public static DaVerdict TryCreate(byte[] shares, out ExtendedSquare? extended)
    {
        extended = null;
        int k = 1;
        while (k < DaLimits.SquareWidthMax && 4 * k * k * ShareFormat.Bytes < shares.Length) k *= 2;
        if (4 * k * k * ShareFormat.Bytes != shares.Length) return new DaVerdict(DaFault.Square, $"{shares.Length} bytes are not the shares of an extended square");
        int rowBytes = k * ShareFormat.Bytes;
        byte[] original = new byte[k * rowBytes];
        for (int row = 0; row < k; row++) shares.AsSpan(2 * row * rowBytes, rowBytes).CopyTo(original.AsSpan(row * rowBytes));
        DaVerdict verdict = ShareSquare.TryCreate(original, out ShareSquare? square);
        if (square is null) return verdict;
        ExtendedSquare own = Extend(square);
        if (!own._shares.AsSpan().SequenceEqual(shares)) return new DaVerdict(DaFault.Erasure, "the parity is not that of the data");
        extended = own;
        return DaVerdict.Valid;
    }

    public ReadOnlyMemory<byte> Share(int row, int column) => _shares.AsMemory(((row * ExtendedWidth) + column) * ShareFormat.Bytes, ShareFormat.Bytes);

    /// <summary>The tree over a row.</summary>
    /// <param name="tree">Null where the namespaces are not in order.</param>
    public DaVerdict TryRowTree(int row, out NmtTree? tree)
    {
        byte[] leaves = new byte[ExtendedWidth * NmtNode.Size];
        WriteLeaves(row, leaves);
        return NmtTree.TryCreate(leaves, out tree);
    }

    /// <summary>The roots of all rows and columns.</summary>
    /// <param name="dah">Null where the namespaces of a row or column are not in order.</param>
    public DaVerdict TryHeader(out DataAvailabilityHeader? dah) => TryHeader(Leaves(), out dah);

    /// <summary>The leaves of all rows, 90 bytes each.</summary>
    internal byte[] Leaves()
    {
        byte[] leaves = new byte[ExtendedWidth * ExtendedWidth * NmtNode.Size];
        int rowBytes = ExtendedWidth * NmtNode.Size;
        for (int row = 0; row < ExtendedWidth; row++) WriteLeaves(row, leaves.AsSpan(row * rowBytes, rowBytes));
        return leaves;
    }

    internal DaVerdict TryHeader(byte[] leaves, out DataAvailabilityHeader? dah)
    {
        dah = null;
        int width = ExtendedWidth;
        byte[] line = new byte[width * NmtNode.Size];
        NmtNode[] rows = new NmtNode[width], columns = new NmtNode[width];
        for (int row = 0; row < width; row++)
        {
            leaves.AsSpan(row * line.Length, line.Length).CopyTo(line);
            if (!NmtHash.TryRoot(line, out rows[row])) return new DaVerdict(DaFault.Square, $"the namespaces of row {row} are not in order");
        }
        for (int column = 0; column < width; column++)
        {
            for (int row = 0; row < width; row++)
                leaves.AsSpan(((row * width) + column) * NmtNode.Size, NmtNode.Size).CopyTo(line.AsSpan(row * NmtNode.Size));
            if (!NmtHash.TryRoot(line, out columns[column])) return new DaVerdict(DaFault.Square, $"the namespaces of column {column} are not in order");
        }
        return DataAvailabilityHeader.TryCreate(rows, columns, out dah);
    }

    /// <summary>Original shares are leaves under their own namespace, all others under that of parity.</summary>
    private void WriteLeaves(int row, Span<byte> leaves)
    {
        ReadOnlySpan<byte> shares = _shares.AsSpan(row * ExtendedWidth * ShareFormat.Bytes, ExtendedWidth * ShareFormat.Bytes);
        int own = row < Width ? Width : 0;
        NmtHash.OwnLeaves(shares[..(own * ShareFormat.Bytes)], leaves[..(own * NmtNode.Size)]);
        NmtHash.Leaves(Namespace.Parity, shares[(own * ShareFormat.Bytes)..], leaves[(own * NmtNode.Size)..]);
    }
}

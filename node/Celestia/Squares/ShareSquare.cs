using Dsdn.Celestia.Shares;

namespace Dsdn.Celestia.Squares;

/// <summary>Shares in a square, row by row: the original square of a block.</summary>
public sealed class ShareSquare
{
    private ShareSquare(int width, byte[] shares) => (Width, Shares) = (width, shares);

    /// <summary>A power of two.</summary>
    public int Width { get; }

    /// <summary>512 bytes each.</summary>
    public ReadOnlyMemory<byte> Shares { get; }

    /// <param name="shares">A square of them; kept.</param>
    /// <param name="square">Null where it is refused.</param>
    public static DaVerdict TryCreate(byte[] shares, out ShareSquare? square)
    {
        square = null;
        int width = 1;
        while (width < DaLimits.SquareWidthMax && width * width * ShareFormat.Bytes < shares.Length) width *= 2;
        if (width * width * ShareFormat.Bytes != shares.Length) return new DaVerdict(DaFault.Square, $"{shares.Length} bytes are not the shares of a square");
        square = new ShareSquare(width, shares);
        return DaVerdict.Valid;
    }

    public ReadOnlyMemory<byte> Share(int row, int column) => Shares.Slice(((row * Width) + column) * ShareFormat.Bytes, ShareFormat.Bytes);
}

using System.Numerics;

namespace Dsdn.Consensus.Gossip;

/// <summary>Bit i of byte i/8, padded with zeros to whole bytes.</summary>
internal static class Bitmap
{
    public static int Bytes(int bits) => (bits + 7) / 8;

    public static bool Has(ReadOnlySpan<byte> bitmap, int index) => index / 8 < bitmap.Length && (bitmap[index / 8] & (1 << (index % 8))) != 0;

    public static void Set(Span<byte> bitmap, int index) => bitmap[index / 8] |= (byte)(1 << (index % 8));

    public static int Count(ReadOnlySpan<byte> bitmap)
    {
        int count = 0;
        foreach (byte bits in bitmap) count += BitOperations.PopCount(bits);
        return count;
    }

    /// <summary>Empty, or of the one length that this many bits have with nothing in the padding.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> bitmap, int bits) =>
        bitmap.IsEmpty || (bitmap.Length == Bytes(bits) && (bits % 8 == 0 || bitmap[^1] >> (bits % 8) == 0));
}

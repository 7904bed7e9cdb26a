using System.Numerics;

namespace Dsdn.Chain.Log.Wire;

/// <summary>Sets of members by index: bit i of byte i/8, lowest bit first, as in certificates of blocks.</summary>
public static class Bitmap
{
    public static int BytesFor(int count) => (count + 7) / 8;

    public static bool Has(ReadOnlySpan<byte> bitmap, int index) => (bitmap[index / 8] & (1 << (index % 8))) != 0;

    public static int Count(ReadOnlySpan<byte> bitmap)
    {
        int count = 0;
        foreach (byte bits in bitmap) count += BitOperations.PopCount(bits);
        return count;
    }

    /// <summary>As long as it must be for so many members, and no bit behind the last one.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> bitmap, int count) =>
        bitmap.Length == BytesFor(count) && (count % 8 == 0 || bitmap[^1] >> (count % 8) == 0);

    /// <summary>Of members given ascending.</summary>
    public static byte[] Of(int count, IEnumerable<int> indexes)
    {
        byte[] bitmap = new byte[BytesFor(count)];
        foreach (int index in indexes) bitmap[index / 8] |= (byte)(1 << (index % 8));
        return bitmap;
    }
}

using System.Numerics;

namespace Dsdn.Chain.Trie;

/// <summary>The keys rlp(index), their nibbles and their order.</summary>
internal static class OrderedTrieKey
{
    /// <summary>rlp of an int: at most five bytes.</summary>
    public const int NibblesMax = 10;

    private const int SingleByteMax = 0x7f;

    /// <summary>The index at a position in key order: 1 to 127, then 0 (its key is 0x80), then the others.</summary>
    public static int AtPosition(int position, int count)
    {
        int singles = Math.Min(count - 1, SingleByteMax);
        if (position < singles) return position + 1;
        return position == singles ? 0 : position;
    }

    public static int NibbleCount(int index) => index is > 0 and <= SingleByteMax ? 2 : 2 + (2 * ByteCount(index));

    public static int Nibble(int index, int place)
    {
        if (index is > 0 and <= SingleByteMax) return place == 0 ? index >> 4 : index & 0x0f;
        int bytes = ByteCount(index);
        if (place == 0) return 0x8;
        if (place == 1) return bytes;
        int shift = 4 * ((2 * bytes) - 1 - (place - 2));
        return (index >> shift) & 0x0f;
    }

    /// <summary>The hex-prefix form (Yellow Paper, appendix C) of a stretch of nibbles; returns its length in bytes.</summary>
    public static int WritePath(Span<byte> destination, int index, int start, int length, bool isLeaf)
    {
        int flag = isLeaf ? 2 : 0;
        int written = 0;
        int next = start;
        if ((length & 1) != 0) destination[written++] = (byte)(((flag + 1) << 4) | Nibble(index, next++));
        else destination[written++] = (byte)(flag << 4);
        for (; next < start + length; next += 2) destination[written++] = (byte)((Nibble(index, next) << 4) | Nibble(index, next + 1));
        return written;
    }

    private static int ByteCount(int index) => (32 - BitOperations.LeadingZeroCount((uint)index) + 7) / 8;
}

using System.Numerics;

namespace Dsdn.Celestia.Commitments;

/// <summary>How a blob's shares are cut into subtrees, so that its commitment does not depend on where it lies in the square.</summary>
public static class SubtreeWidth
{
    /// <summary>Subtree roots that a commitment is over, about, before its trees get wider.</summary>
    public const int Threshold = 64;

    /// <summary>The widest subtree of a blob: a power of two.</summary>
    public static int Of(int shares)
    {
        int byThreshold = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, (shares + Threshold - 1) / Threshold));
        return Math.Min(byThreshold, MinSquareWidth(shares));
    }

    /// <summary>The width of the smallest square with room for that many shares.</summary>
    public static int MinSquareWidth(int shares)
    {
        int width = 1;
        while ((long)width * width < shares) width *= 2;
        return width;
    }

    /// <summary>The first place from <paramref name="cursor"/> on where a blob may start: a multiple of its subtree width.</summary>
    public static int NextStart(int cursor, int shares)
    {
        int width = Of(shares);
        return (cursor + width - 1) / width * width;
    }

    /// <summary>The sizes of the subtrees from left to right: as wide as allowed, then the powers of two of the rest.</summary>
    public static IReadOnlyList<int> Mountains(int shares, int widthMax)
    {
        List<int> sizes = [];
        for (int left = shares; left > 0;)
        {
            int size = left >= widthMax ? widthMax : 1 << BitOperations.Log2((uint)left);
            sizes.Add(size);
            left -= size;
        }
        return sizes;
    }

    /// <summary>How many subtrees there are.</summary>
    public static int MountainCount(int shares, int widthMax) => (shares / widthMax) + BitOperations.PopCount((uint)(shares % widthMax));
}

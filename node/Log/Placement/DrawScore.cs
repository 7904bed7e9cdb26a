using System.Numerics;

namespace Dsdn.Log.Placement;

/// <summary>
/// Weighted rendezvous in integers: of all nodes the one with the least <c>-log2(draw / 2^64) / weight</c> wins, with a chance that is its share of the weights
/// (dataplane 1.17). The logarithm is a table of 256 steps with lines between them, in Q32.
/// </summary>
internal static class DrawScore
{
    /// <summary>log2(draw) is below 64 = 2^6 in Q32, so this much room is left above it in 64 bits.</summary>
    private const int FractionBits = 26;

    private const ulong LogMax = (1UL << 38) - 1;
    private const int TableBits = 8;

    /// <summary>log2(1 + i / 256) in Q32, rounded down.</summary>
    private static readonly ulong[] Steps = MakeSteps();

    /// <summary>The lower, the earlier in the order of nodes.</summary>
    /// <param name="weight">Not zero.</param>
    public static ulong Of(ulong draw, ulong weight) => (NegativeLog2(draw) << FractionBits) / weight;

    /// <summary>-log2(draw / 2^64) in Q32: 0 next to 2^64, just below 64 at 1 and 0.</summary>
    public static ulong NegativeLog2(ulong draw)
    {
        int zeros = BitOperations.LeadingZeroCount(draw | 1);
        ulong mantissa = (draw | 1) << zeros; // the leading bit is bit 63
        int step = (int)(mantissa >> (63 - TableBits)) & ((1 << TableBits) - 1);
        ulong rest = (mantissa >> (63 - TableBits - 32)) & uint.MaxValue;
        ulong fraction = Steps[step] + (((Steps[step + 1] - Steps[step]) * rest) >> 32);
        return Math.Min(LogMax, (64UL << 32) - ((ulong)(63 - zeros) << 32) - fraction);
    }

    /// <summary>Bit by bit: the square of a number has twice its logarithm.</summary>
    private static ulong[] MakeSteps()
    {
        ulong[] steps = new ulong[(1 << TableBits) + 1];
        for (int i = 0; i < 1 << TableBits; i++)
        {
            ulong mantissa = ((1UL << TableBits) + (ulong)i) << (63 - TableBits), log = 0;
            for (int bit = 31; bit >= 0; bit--)
            {
                ulong high = Math.BigMul(mantissa, mantissa, out ulong low);
                bool isTwoOrMore = high >> 63 == 1;
                if (isTwoOrMore) log |= 1UL << bit;
                mantissa = isTwoOrMore ? high : (high << 1) | (low >> 63);
            }
            steps[i] = log;
        }
        steps[^1] = 1UL << 32;
        return steps;
    }
}

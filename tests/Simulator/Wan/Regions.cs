namespace Dsdn.Simulator.Wan;

/// <summary>One-way milliseconds between ten regions (rulings 21): Jakarta, Singapore, Tokyo, Sydney, Mumbai, Frankfurt, London, Virginia, Oregon, Sao Paulo.</summary>
internal static class Regions
{
    private static readonly int[][] Milliseconds =
    [
        [0, 8, 40, 55, 35, 90, 95, 115, 95, 165],
        [8, 0, 35, 47, 30, 80, 85, 110, 85, 160],
        [40, 35, 0, 52, 62, 115, 110, 80, 50, 130],
        [55, 47, 52, 0, 75, 140, 135, 100, 70, 155],
        [35, 30, 62, 75, 0, 60, 58, 95, 110, 150],
        [90, 80, 115, 140, 60, 0, 8, 45, 72, 102],
        [95, 85, 110, 135, 58, 8, 0, 38, 66, 95],
        [115, 110, 80, 100, 95, 45, 38, 0, 32, 58],
        [95, 85, 50, 70, 110, 72, 66, 32, 0, 88],
        [165, 160, 130, 155, 150, 102, 95, 58, 88, 0],
    ];

    /// <summary>Nodes lie in the regions in turn. Two of one region are half a millisecond apart.</summary>
    public static int DelayUs(int from, int to)
    {
        int milliseconds = Milliseconds[from % Milliseconds.Length][to % Milliseconds.Length];
        return milliseconds == 0 ? 500 : milliseconds * 1_000;
    }
}

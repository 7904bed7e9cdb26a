namespace Dsdn.Reading.Nodes;

/// <summary>How long the last windows took, to know what is slow. Safe for all threads.</summary>
internal sealed class LatencyRecord(ReadOptions options)
{
    private const int Kept = 256, KeptMin = 16;

    private readonly Lock _lock = new();
    private readonly double[] _ms = new double[Kept];
    private long _count;

    public void Add(TimeSpan took)
    {
        lock (_lock) _ms[_count++ % Kept] = took.TotalMilliseconds;
    }

    /// <summary>The 95th percentile, within bounds: whoever takes longer is not waited for alone.</summary>
    public TimeSpan HedgeAfter()
    {
        lock (_lock)
        {
            if (_count < KeptMin) return TimeSpan.FromMilliseconds(options.HedgeMs);
            double[] sorted = _ms.AsSpan(0, (int)Math.Min(_count, Kept)).ToArray();
            Array.Sort(sorted);
            return TimeSpan.FromMilliseconds(Math.Clamp(sorted[sorted.Length * 95 / 100], options.HedgeMsMin, options.HedgeMsMax));
        }
    }
}

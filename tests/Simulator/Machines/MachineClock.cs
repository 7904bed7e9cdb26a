using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Machines;

/// <summary>A machine's two clocks: the wall clock, which is off, drifts and is set, and the monotonic one, which only drifts.</summary>
/// <param name="epochMs">What a right wall clock shows at the beginning of the run.</param>
internal sealed class MachineClock(VirtualTime time, ulong epochMs)
{
    /// <summary>Of the wall clock; negative: behind.</summary>
    public long OffsetUs { get; set; }

    /// <summary>Parts per million.</summary>
    public int Drift { get; set; }

    /// <summary>Milliseconds since 1970.</summary>
    public ulong WallMs => (ulong)(((long)epochMs * 1_000 + (long)MonotonicUs + OffsetUs) / 1_000);

    public ulong MonotonicUs => (ulong)((long)time.NowUs + (long)time.NowUs * Drift / 1_000_000);

    /// <summary>Virtual time until the monotonic clock shows that; at least 1.</summary>
    public ulong UntilUs(ulong monotonicUs)
    {
        ulong now = MonotonicUs;
        if (monotonicUs <= now) return 1;
        return (ulong)((long)(monotonicUs - now) * 1_000_000 / (1_000_000 + Drift)) + 1;
    }
}

using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Economics;

/// <summary>An amount that becomes available evenly over a time: the reward pool, or one vesting grant.</summary>
/// <param name="Paid">What has left it.</param>
internal sealed record StreamRow(Amount Total, Amount Paid, ulong StartMs, ulong DurationMs) : IRow<StreamRow>
{
    public static ulong Version => 1;

    public Amount Left => Total - Paid;

    /// <summary>Total x elapsed / duration, rounded down; everything from the end on.</summary>
    public Amount Unlocked(ulong nowMs)
    {
        if (nowMs <= StartMs) return Amount.Zero;
        ulong elapsed = nowMs - StartMs;
        return elapsed >= DurationMs ? Total : Total.MulDiv(elapsed, DurationMs, Rounding.Down);
    }

    public Amount Available(ulong nowMs) => Unlocked(nowMs) - Paid;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Total);
        writer.Write(Paid);
        writer.Write(StartMs);
        writer.Write(DurationMs);
    }

    public static StreamRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadAmount(out Amount total);
        reader.TryReadAmount(out Amount paid);
        reader.TryReadUInt64(out ulong startMs);
        reader.TryReadUInt64(out ulong durationMs);
        return new StreamRow(total, paid, startMs, durationMs);
    }
}

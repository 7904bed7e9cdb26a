using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Log.State;

/// <summary>
/// When nodes are audited and how hard: parameters of a network, the same for everyone who follows its log (storage 3, rulings 31 and 47).
/// Encoded: every u64 | soft u64 | hard u64 | draws u16 | blocks to the beacon u64.
/// </summary>
/// <param name="EveryMs">From one opening to the next, log time.</param>
/// <param name="SoftMs">From the seed: later answers are late.</param>
/// <param name="HardMs">From the seed: later answers are none.</param>
/// <param name="Draws">Leaves that a node is asked for; four times as many while it is new.</param>
/// <param name="BeaconBlocks">Between the block that was anchored when the holdings froze and the one that gives the seed.</param>
public sealed record AuditTimes(ulong EveryMs, ulong SoftMs, ulong HardMs, ushort Draws, ulong BeaconBlocks)
{
    public static readonly AuditTimes Standard = new(60 * 60 * 1_000, 60 * 1_000, 10 * 60 * 1_000, 64, 20);

    public static readonly AuditTimes Development = new(60 * 1_000, 5 * 1_000, 20 * 1_000, 64, 20);

    /// <summary>A node counts as new for so long after it registered (storage 3.2).</summary>
    public const ulong NewMs = 7UL * 24 * 60 * 60 * 1_000;

    /// <summary>How long answers are kept for whoever asks, and audits that were not passed in the state.</summary>
    public const ulong KeptMs = 7UL * 24 * 60 * 60 * 1_000;

    private const ushort NewFactor = 4;

    /// <summary>Of a node by its age when the audit opens.</summary>
    public ushort DrawsOf(ulong registeredMs, ulong openedMs) =>
        openedMs < registeredMs || openedMs - registeredMs < NewMs ? (ushort)Math.Min(NewFactor * Draws, LogLimits.AuditDrawsMax) : Draws;

    internal void Write(LogWriter writer) => writer.U64(EveryMs).U64(SoftMs).U64(HardMs).U16(Draws).U64(BeaconBlocks);

    internal static AuditTimes Read(ref LogReader reader)
    {
        AuditTimes read = new(reader.U64(), reader.U64(), reader.U64(), reader.U16(), reader.U64());
        bool isSound = read.EveryMs is > 0 and < LogLimits.TimeMsMax && read.SoftMs <= read.HardMs && read.HardMs < LogLimits.TimeMsMax && read.Draws is > 0 and <= LogLimits.AuditDrawsMax
            && read.BeaconBlocks < LogLimits.TimeMsMax;
        if (!isSound) reader.Fail(LogFault.Value);
        return read;
    }
}

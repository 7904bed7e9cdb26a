using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>Why batches go elsewhere first. Numbers are part of the format.</summary>
public enum FallbackReason : byte
{
    /// <summary>The primary has been down for longer than the threshold.</summary>
    PrimaryDown = 1,

    /// <summary>So has the quorum of validators: the emergency copy is all there is.</summary>
    QuorumUnreachable = 2,

    /// <summary>An operator switched by hand.</summary>
    Manual = 3,
}

/// <summary>Celestia is given up for a while: reason u8 | tier u8 | last height u64 | at u64 (Tahap 14A.1A).</summary>
/// <param name="Tier">Where batches are written first now: 2 quorum, 3 emergency.</param>
/// <param name="LastHeight">The last height of Celestia that held a batch; 0 for none.</param>
/// <param name="AtMs">Log time.</param>
public sealed record FallbackActivated(FallbackReason Reason, byte Tier, ulong LastHeight, ulong AtMs) : EventBody
{
    public override EventKind Kind => EventKind.FallbackActivated;

    internal static EventBody Read(ref LogReader reader)
    {
        FallbackActivated read = new((FallbackReason)reader.U8(), reader.U8(), reader.U64(), reader.U64());
        if (read.Reason is < FallbackReason.PrimaryDown or > FallbackReason.Manual || read.Tier is not (2 or 3)) reader.Fail(LogFault.Value);
        return read;
    }

    internal override void Write(LogWriter writer) => writer.U8((byte)Reason).U8(Tier).U64(LastHeight).U64(AtMs);
}

/// <summary>Celestia is written first again: recovery height u64 | reconciled u64 | at u64.</summary>
/// <param name="RecoveryHeight">The first height of Celestia that answered again.</param>
/// <param name="Reconciled">Batches that were posted again so far.</param>
public sealed record FallbackDeactivated(ulong RecoveryHeight, ulong Reconciled, ulong AtMs) : EventBody
{
    public override EventKind Kind => EventKind.FallbackDeactivated;

    internal static EventBody Read(ref LogReader reader) => new FallbackDeactivated(reader.U64(), reader.U64(), reader.U64());

    internal override void Write(LogWriter writer) => writer.U64(RecoveryHeight).U64(Reconciled).U64(AtMs);
}

/// <summary>Pending batches are posted to Celestia, oldest first: first seq u64 | pending u64 | at u64.</summary>
public sealed record ReconciliationStarted(ulong FirstSeq, ulong Pending, ulong AtMs) : EventBody
{
    public override EventKind Kind => EventKind.ReconciliationStarted;

    internal static EventBody Read(ref LogReader reader) => new ReconciliationStarted(reader.U64(), reader.U64(), reader.U64());

    internal override void Write(LogWriter writer) => writer.U64(FirstSeq).U64(Pending).U64(AtMs);
}

/// <summary>None is pending any more: last seq u64 | reconciled u64 | failed u64 | at u64.</summary>
/// <param name="Failed">Batches that could not be posted and stay where they are.</param>
public sealed record ReconciliationCompleted(ulong LastSeq, ulong Reconciled, ulong Failed, ulong AtMs) : EventBody
{
    public override EventKind Kind => EventKind.ReconciliationCompleted;

    internal static EventBody Read(ref LogReader reader) => new ReconciliationCompleted(reader.U64(), reader.U64(), reader.U64(), reader.U64());

    internal override void Write(LogWriter writer) => writer.U64(LastSeq).U64(Reconciled).U64(Failed).U64(AtMs);
}

using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Log.State;

/// <summary>What the log says of the fallback.</summary>
/// <param name="Tier">Where batches are written first while it is active: 2 quorum, 3 emergency; 0 before the first one.</param>
/// <param name="LastHeight">Of Celestia, before the last one began.</param>
/// <param name="AtMs">Of the last change, as the committee said.</param>
/// <param name="Seq">The batch of the last change.</param>
/// <param name="Activations">How often it began.</param>
/// <param name="RecoveryHeight">Of Celestia, where the last one ended.</param>
/// <param name="Reconciled">Batches posted again when the last one ended.</param>
public sealed record FallbackStatus(
    bool IsActive, FallbackReason Reason, byte Tier, ulong LastHeight, ulong AtMs, ulong Seq, ulong Activations, ulong RecoveryHeight, ulong Reconciled)
{
    internal void Write(LogWriter writer) => writer
        .U8(IsActive ? (byte)1 : (byte)0).U8((byte)Reason).U8(Tier).U64(LastHeight).U64(AtMs).U64(Seq).U64(Activations).U64(RecoveryHeight).U64(Reconciled);

    internal static FallbackStatus Read(ref LogReader reader) => new(
        reader.U8(1) == 1, (FallbackReason)reader.U8(), reader.U8(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64());
}

/// <summary>What the log says of posting again.</summary>
/// <param name="FirstSeq">The oldest batch that was pending at the start.</param>
/// <param name="Pending">At the start.</param>
/// <param name="LastSeq">The last batch posted again, at the end.</param>
/// <param name="Failed">At the end.</param>
/// <param name="AtMs">Of the last change, as the committee said.</param>
/// <param name="Seq">The batch of the last change.</param>
public sealed record ReconciliationStatus(bool IsRunning, ulong FirstSeq, ulong Pending, ulong LastSeq, ulong Reconciled, ulong Failed, ulong AtMs, ulong Seq)
{
    internal void Write(LogWriter writer) => writer
        .U8(IsRunning ? (byte)1 : (byte)0).U64(FirstSeq).U64(Pending).U64(LastSeq).U64(Reconciled).U64(Failed).U64(AtMs).U64(Seq);

    internal static ReconciliationStatus Read(ref LogReader reader) => new(
        reader.U8(1) == 1, reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64());
}

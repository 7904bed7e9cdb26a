using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <summary>What became of an event of a batch.</summary>
/// <param name="Kind">0 where the bytes cannot be read so far.</param>
/// <param name="Id">Zero where the bytes cannot be read so far.</param>
/// <param name="Fault">Why it was skipped; none where it was applied.</param>
public readonly record struct AppliedEvent(EventKind Kind, Hash256 Id, LogFault Fault)
{
    public bool IsApplied => Fault == LogFault.None;
}

/// <summary>A batch that is part of the state now.</summary>
/// <param name="Encoded">The exact bytes of the envelope.</param>
/// <param name="Events">In log order, one for each event of the body.</param>
/// <param name="DaSet">The validators who vouch for this batch.</param>
/// <param name="Touched">Chunks of which life, references, placement or replicas changed, each once, in no order: what a node looks at again. Not part of the state.</param>
public sealed record AppliedBatch(
    BatchEnvelope Envelope, ReadOnlyMemory<byte> Encoded, Hash256 CoreHash, IReadOnlyList<AppliedEvent> Events, int Applied, DaSet DaSet, IReadOnlyList<Hash256> Touched)
{
    public ulong Seq => Envelope.Header.Seq;

    public BatchHeader Header => Envelope.Header;

    /// <summary>Events that changed nothing but the count of their reason.</summary>
    public int Skipped => Events.Count - Applied;
}

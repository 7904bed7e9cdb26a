using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Routing;

/// <summary>
/// What the surroundings are to do, in order. Every effect is given to <see cref="Outbox.OutboxJournal.Carry"/> when its turn comes
/// and before anything else is done about it (<see cref="Record"/>: after); it has on disk what must be there before a transaction leaves.
/// </summary>
public abstract record RouterEffect
{
    /// <summary>One transaction, one blob a batch, in this order (rulings 34); the bytes are in the archive. Never two at a time.</summary>
    /// <param name="TimeoutMs">After that the outcome is unknown.</param>
    public sealed record Submit(ulong Id, IReadOnlyList<ulong> Seqs, ulong TimeoutMs) : RouterEffect;

    /// <summary>Search the heights for blobs with these commitments, with proofs of presence and absence.</summary>
    /// <param name="ToHeight">The last height of the range.</param>
    public sealed record LookUp(ulong Id, IReadOnlyList<SoughtBlob> Blobs, ulong FromHeight, ulong ToHeight) : RouterEffect;

    public sealed record StoreEmergency(ulong Seq) : RouterEffect;

    /// <summary>
    /// The batch is known to lie there; to be on disk, beside the archived batch, before the effects that follow. The first record of a
    /// batch is the canonical one, later ones are supplementary. May be said again after a restart.
    /// </summary>
    public sealed record Record(ulong Seq, PointerFacts Facts, bool IsCanonical) : RouterEffect;

    /// <summary>The pending batch as it is now; on disk before the <see cref="Submit"/> that follows.</summary>
    public sealed record Remember(PendingBatch Batch) : RouterEffect;

    /// <summary>Everything about the batch is recorded: it is not pending any more.</summary>
    public sealed record Forget(ulong Seq) : RouterEffect;

    public sealed record RememberMode(RouterMemory Memory) : RouterEffect;

    /// <summary>For the next batch. Open until <see cref="Outbox.OutboxJournal.Announced"/> says that a batch holds it.</summary>
    /// <param name="Id">Ascending, never used twice.</param>
    public sealed record Announce(ulong Id, EventBody Event) : RouterEffect;

    public sealed record ModeChanged(RouterMode From, RouterMode To, ModeReason Reason) : RouterEffect;

    public sealed record Backpressure(PressureLevel Level) : RouterEffect;

    /// <summary>Ask for head, its time and the balance.</summary>
    public sealed record Probe : RouterEffect;

    /// <summary>For the operator.</summary>
    /// <param name="Code">Stable: DSDN-E-DA-...</param>
    public sealed record Alert(string Code, string Text) : RouterEffect;

    /// <summary>Give a <see cref="RouterInput.Tick"/> at this time. Replaces the one before.</summary>
    public sealed record WakeAt(ulong AtMs) : RouterEffect;
}

/// <summary>A batch that is looked for.</summary>
public readonly record struct SoughtBlob(ulong Seq, Hash256 Commitment);

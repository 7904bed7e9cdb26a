using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Routing;

/// <summary>
/// What the surroundings are to do, in order. Every effect is first given to the outbox, which keeps what
/// must not be forgotten and has it on disk before a transaction leaves.
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

    /// <summary>The batch is known to lie there. Said again with <paramref name="IsCanonical"/> when a known pointer becomes the canonical one.</summary>
    public sealed record Record(ulong Seq, PointerFacts Facts, bool IsCanonical) : RouterEffect;

    /// <summary>The pending batch as it is now; on disk before the <see cref="Submit"/> that follows.</summary>
    public sealed record Remember(PendingBatch Batch) : RouterEffect;

    public sealed record RememberMode(RouterMemory Memory) : RouterEffect;

    /// <summary>For the next batch. Open until the outbox says that a batch holds it.</summary>
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

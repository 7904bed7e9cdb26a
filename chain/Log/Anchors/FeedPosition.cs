using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Anchors;

/// <summary>How far the log has taken over the feed of a module.</summary>
public readonly record struct FeedPosition(byte Module, ulong Sequence, Hash256 Feed)
{
    /// <summary>
    /// Whether derived events are exactly the records between this position and a proven one: each the next in sequence, and their
    /// hash chain ends in the proven feed. So nothing that the chain says can be left out, added or changed.
    /// </summary>
    /// <param name="derived">The events of the module's address in the batch, in log order.</param>
    /// <param name="reached">The proven position; this one where the verdict is not valid.</param>
    public LogVerdict Advance(FeedProof proven, IReadOnlyList<LogEvent> derived, out FeedPosition reached)
    {
        reached = this;
        if (proven.Module != Module) return new(LogFault.Feed, $"the feed of module {proven.Module}, not {Module}");
        Hash256 feed = Feed;
        for (int i = 0; i < derived.Count; i++)
        {
            if (derived[i].Nonce != Sequence + (ulong)i + 1) return new(LogFault.Feed, $"record {derived[i].Nonce} of module {Module}, expected {Sequence + (ulong)i + 1}");
            feed = FeedChain.Extend(feed, derived[i].Body.Span);
        }
        if (proven.Sequence != Sequence + (ulong)derived.Count) return new(LogFault.Feed, $"{derived.Count} records of module {Module}, proven {proven.Sequence} after {Sequence}");
        if (proven.Feed != feed) return new(LogFault.Feed, $"the records of module {Module} are not those of the chain");
        reached = new FeedPosition(Module, proven.Sequence, feed);
        return LogVerdict.Valid;
    }
}

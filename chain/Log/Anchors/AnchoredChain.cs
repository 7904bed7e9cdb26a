using System.Collections.Immutable;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Anchors;

/// <summary>What the log has taken over from the chain: the last anchored block, and how far each feed was read.</summary>
/// <param name="Block">Null before the first anchor.</param>
/// <param name="Feeds">By module ascending; those that were never proven are not in it.</param>
public sealed record AnchoredChain(LightBlock? Block, ImmutableArray<FeedPosition> Feeds)
{
    public static readonly AnchoredChain None = new(null, []);

    /// <summary>The position of a module's feed; the start where none was proven yet.</summary>
    public FeedPosition Feed(byte module)
    {
        foreach (FeedPosition feed in Feeds)
            if (feed.Module == module) return feed;
        return new FeedPosition(module, 0, Hash256.Zero);
    }

    /// <summary>
    /// The events of a batch that speak of the chain. A ChainAnchor counts only as the first event. Derived events count only beside one
    /// that holds and proves their module's feed, all of them or none; so does the anchor. What does not count is skipped.
    /// </summary>
    /// <param name="readings">Of all events of the batch; skipped ones get their reason.</param>
    /// <param name="after">This where nothing was anchored.</param>
    /// <returns>Not valid only where the header names another block than the last anchored one: then the batch is none.</returns>
    public LogVerdict Apply(BatchHeader header, Span<EventReading> readings, ChainAnchorVerifier verifier, out AnchoredChain after)
    {
        after = this;
        ChainAnchor? anchor = null;
        if (!readings.IsEmpty && readings[0].Event?.Body is ChainAnchor first)
        {
            LogVerdict verdict = Verify(first, readings, verifier, out ImmutableArray<FeedPosition> feeds);
            if (verdict.IsValid)
            {
                anchor = first;
                after = new AnchoredChain(first.Block, feeds);
            }
            else
            {
                readings[0] = new EventReading(verdict.Fault, null);
            }
        }
        for (int i = 0; i < readings.Length; i++)
        {
            if (readings[i].Event is not { } read) continue;
            if (i > 0 && read.Body is ChainAnchor) readings[i] = new EventReading(LogFault.Anchor, null);
            if (read.Event.AuthorType == AuthorType.Derived && !IsProven(anchor, read.Event.Author)) readings[i] = new EventReading(LogFault.Feed, null);
        }
        ulong height = after.Block?.Height ?? 0;
        Hash256 hash = after.Block?.Hash ?? verifier.GenesisHash;
        return header.AnchorHeight == height && header.AnchorHash == hash
            ? LogVerdict.Valid
            : new LogVerdict(LogFault.Anchor, $"batch {header.Seq} names block {header.AnchorHeight} {header.AnchorHash}, anchored is {height} {hash}");
    }

    private LogVerdict Verify(ChainAnchor anchor, ReadOnlySpan<EventReading> readings, ChainAnchorVerifier verifier, out ImmutableArray<FeedPosition> feeds)
    {
        feeds = Feeds;
        if (verifier.Verify(Block, anchor) is { IsValid: false } refused) return refused;
        SortedDictionary<byte, FeedPosition> positions = [];
        foreach (FeedPosition feed in Feeds) positions[feed.Module] = feed;
        foreach (FeedProof proof in anchor.Feeds)
        {
            if (Feed(proof.Module).Advance(proof, DerivedFrom(proof.Module, readings), out FeedPosition reached) is { IsValid: false } broken) return broken;
            positions[proof.Module] = reached;
        }
        feeds = [.. positions.Values];
        return LogVerdict.Valid;
    }

    private static List<LogEvent> DerivedFrom(byte module, ReadOnlySpan<EventReading> readings)
    {
        Hash256 author = EventKinds.AuthorOf(module);
        List<LogEvent> derived = [];
        foreach (EventReading reading in readings)
            if (reading.Event?.Event is { AuthorType: AuthorType.Derived } entry && entry.Author == author) derived.Add(entry);
        return derived;
    }

    private static bool IsProven(ChainAnchor? anchor, in Hash256 author)
    {
        if (anchor is null) return false;
        foreach (FeedProof proof in anchor.Feeds)
            if (EventKinds.AuthorOf(proof.Module) == author) return true;
        return false;
    }
}

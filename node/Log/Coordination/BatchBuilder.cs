using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Coordination;

/// <summary>Chooses what the next batch holds: what the chain says first, then the committee's own events, then those that wait, oldest first.</summary>
public static class BatchBuilder
{
    /// <summary>Counts of events and receipts, four bytes each.</summary>
    private const int CountBytes = 8;

    public static BatchBody Build(BatchPlan plan, EventPool pool)
    {
        List<ReadOnlyMemory<byte>> events = [];
        int bytesLeft = LogLimits.BatchBodyBytesMax - CountBytes;
        if (plan.Facts is { } facts && Follows(facts, plan.Chain))
        {
            Add(OfCommittee(plan, 0, facts.Anchor));
            SortedDictionary<Hash256, NodeRecord> changed = [];
            foreach (DerivedRecord record in facts.Derived) Add(Derived(plan, record, changed));
        }
        foreach (EventBody body in plan.Announcements) Add(OfCommittee(plan, events.Count, body));
        events.AddRange(pool.Oldest(LogLimits.EventsMax - events.Count, bytesLeft));
        return new BatchBody(events, []);

        void Add(LogEvent entry)
        {
            byte[] bytes = EventCodec.Encode(entry);
            bytesLeft -= bytes.Length + sizeof(uint);
            events.Add(bytes);
        }
    }

    private static bool Follows(ChainFacts facts, AnchoredChain chain) =>
        facts.From.Block?.Hash == chain.Block?.Hash && facts.From.Feeds.AsSpan().SequenceEqual(chain.Feeds.AsSpan());

    private static LogEvent OfCommittee(BatchPlan plan, int place, EventBody body) =>
        Entry(plan.ChainId, body.Kind, AuthorType.Committee, plan.CommitteeHash, EventReader.NonceOf(plan.Seq, place), body.Encode());

    private static LogEvent Derived(BatchPlan plan, DerivedRecord record, SortedDictionary<Hash256, NodeRecord> changed) =>
        Entry(plan.ChainId, KindOf(plan, record, changed), AuthorType.Derived, EventKinds.AuthorOf(record.Module), record.Sequence, record.Record);

    /// <summary>Of a record that cannot be read any kind of its module will do: it is skipped, and its feed goes on.</summary>
    private static EventKind KindOf(BatchPlan plan, DerivedRecord record, SortedDictionary<Hash256, NodeRecord> changed)
    {
        ReadOnlySpan<byte> bytes = record.Record.Span;
        if (record.Module == FeedChain.Committee) return bytes.Length > 0 && bytes[0] == CommitteeRotated.RecordType ? EventKind.CommitteeRotated : EventKind.LogAnchored;
        if (record.Module != FeedChain.Nodes || bytes.Length < Hash256.Size || !NodeRecord.TryDecode(bytes[Hash256.Size..], out NodeRecord? row)) return EventKind.NodeUpdated;
        var node = new Hash256(bytes[..Hash256.Size]);
        EventKind kind = NodeChanged.KindOf(changed.GetValueOrDefault(node) ?? plan.NodeBefore(node), row);
        changed[node] = row;
        return kind;
    }

    private static LogEvent Entry(ulong chainId, EventKind kind, AuthorType type, in Hash256 author, ulong nonce, ReadOnlyMemory<byte> body) => new()
    {
        ChainId = chainId, Kind = kind, AuthorType = type, Author = author, Nonce = nonce, ValidUntilMs = 0, Body = body, Signature = default,
    };
}

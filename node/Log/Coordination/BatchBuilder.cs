using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Coordination;

/// <summary>Makes the next batch: what the chain says first, then the committee's own events, then those that wait, oldest first.</summary>
public static class BatchBuilder
{
    /// <summary>Counts of events and receipts, four bytes each.</summary>
    private const int CountBytes = 8;

    public static BatchValue Build(BatchPlan plan, EventPool pool)
    {
        ulong seq = (plan.Previous?.Seq ?? 0) + 1;
        List<ReadOnlyMemory<byte>> events = [];
        int bytesLeft = LogLimits.BatchBodyBytesMax - CountBytes;
        AnchoredChain chain = plan.Chain;
        if (plan.Facts is { } facts && Follows(facts, plan.Chain))
        {
            Add(OfCommittee(plan, seq, 0, facts.Anchor));
            SortedDictionary<Hash256, NodeRecord> changed = [];
            foreach (DerivedRecord record in facts.Derived) Add(Derived(plan, record, changed));
            chain = new AnchoredChain(facts.Anchor.Block, chain.Feeds);
        }
        if (plan.Checkpoint is { } checkpoint) Add(OfCommittee(plan, seq, events.Count, checkpoint));
        foreach (EventBody body in plan.Announcements) Add(OfCommittee(plan, seq, events.Count, body));
        events.AddRange(pool.Oldest(LogLimits.EventsMax - events.Count, bytesLeft));
        (BatchHeader header, byte[] encoded) = BatchSealer.Seal(Template(plan, seq, chain), new BatchBody(events, []), plan.BrotliQuality);
        return new BatchValue(header, encoded);

        void Add(LogEvent entry)
        {
            byte[] bytes = EventCodec.Encode(entry);
            bytesLeft -= bytes.Length + sizeof(uint);
            events.Add(bytes);
        }
    }

    private static bool Follows(ChainFacts facts, AnchoredChain chain) =>
        facts.From.Block?.Hash == chain.Block?.Hash && facts.From.Feeds.AsSpan().SequenceEqual(chain.Feeds.AsSpan());

    private static BatchHeader Template(BatchPlan plan, ulong seq, AnchoredChain chain) => new()
    {
        ChainId = plan.ChainId,
        LogId = plan.LogId,
        Epoch = plan.Committee.Epoch,
        Seq = seq,
        PreviousHash = plan.Previous?.CoreHash ?? plan.LogId,
        CommitteeHash = plan.Committee.Hash,
        LogTimeMs = Math.Max(plan.NowMs, (plan.Previous?.LogTimeMs ?? 0) + 1),
        AnchorHeight = chain.Block?.Height ?? 0,
        AnchorHash = chain.Block?.Hash ?? plan.LogId,
        ForcedCursor = plan.Previous?.ForcedCursor ?? 0,
        CheckpointSeq = plan.Checkpoint?.Seq ?? plan.Previous?.CheckpointSeq ?? 0,
        CheckpointRoot = plan.Checkpoint?.Root ?? plan.Previous?.CheckpointRoot ?? Hash256.Zero,
        Author = plan.Author,
        // What follows from the body is the sealer's.
        EventsCount = 0,
        EventsRoot = Hash256.Zero,
        ReceiptsCount = 0,
        ReceiptsRoot = Hash256.Zero,
        BodyCodec = BodyCodec.Raw,
        BodyBytes = 0,
        BodyHash = Hash256.Zero,
    };

    private static LogEvent OfCommittee(BatchPlan plan, ulong seq, int place, EventBody body) =>
        Entry(plan.ChainId, body.Kind, AuthorType.Committee, plan.Committee.Hash, EventReader.NonceOf(seq, place), body.Encode());

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

using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Coordination;

/// <summary>
/// Chooses what the next batch holds: what the chain says first, or else what is to be repaired; then the committee's own events, then those that wait, oldest first, then where the
/// chunks among them go.
/// </summary>
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
        else
        {
            foreach (EventBody body in plan.Repairs()) Add(OfCommittee(plan, events.Count, body));
        }
        foreach (EventBody body in plan.Announcements) Add(OfCommittee(plan, events.Count, body));
        IReadOnlyList<ReadOnlyMemory<byte>> waiting = pool.Oldest(LogLimits.EventsMax - events.Count, bytesLeft);
        events.AddRange(waiting);
        foreach (PlacementDecided placed in Placements(plan, waiting)) Add(OfCommittee(plan, events.Count, placed));
        return new BatchBody(events, []);

        void Add(LogEvent entry)
        {
            byte[] bytes = EventCodec.Encode(entry);
            bytesLeft -= bytes.Length + sizeof(uint);
            events.Add(bytes);
        }
    }

    /// <summary>Of the chunks that these declare, each once: the second declaration of a chunk finds it placed.</summary>
    private static List<PlacementDecided> Placements(BatchPlan plan, IReadOnlyList<ReadOnlyMemory<byte>> events)
    {
        List<PlacementDecided> placements = [];
        SortedSet<Hash256> placed = [];
        foreach (ReadOnlyMemory<byte> encoded in events)
        {
            if (EventCodec.TryDecode(encoded, plan.ChainId, out LogEvent? entry) != LogFault.None || entry is not { Kind: EventKind.ChunkDeclared }) continue;
            if (EventBodyCodec.TryDecode(entry, plan.Seq, out EventBody? body) != LogFault.None || body is not ChunkDeclared declared) continue;
            if (!placed.Contains(declared.ChunkId) && plan.PlacementOf(declared) is { } placement && placed.Add(declared.ChunkId)) placements.Add(placement);
        }
        return placements;
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
        if (record.Module == FeedChain.Agreements) return OfAgreements(bytes);
        if (record.Module != FeedChain.Nodes || bytes.Length < Hash256.Size || !NodeRecord.TryDecode(bytes[Hash256.Size..], out NodeRecord? row)) return EventKind.NodeUpdated;
        var node = new Hash256(bytes[..Hash256.Size]);
        EventKind kind = NodeChanged.KindOf(changed.GetValueOrDefault(node) ?? plan.NodeBefore(node), row);
        changed[node] = row;
        return kind;
    }

    private static EventKind OfAgreements(ReadOnlySpan<byte> record) => record.IsEmpty ? EventKind.AgreementChanged : record[0] switch
    {
        SessionChanged.RecordType => EventKind.SessionChanged,
        DeletionForced.RecordType => EventKind.DeletionForced,
        _ => EventKind.AgreementChanged,
    };

    private static LogEvent Entry(ulong chainId, EventKind kind, AuthorType type, in Hash256 author, ulong nonce, ReadOnlyMemory<byte> body) => new()
    {
        ChainId = chainId, Kind = kind, AuthorType = type, Author = author, Nonce = nonce, ValidUntilMs = 0, Body = body, Signature = default,
    };
}

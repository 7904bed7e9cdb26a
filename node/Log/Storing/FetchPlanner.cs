using System.Buffers.Binary;
using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Storing;

/// <summary>From whom a node takes what it is to store.</summary>
internal sealed class FetchPlanner(Hash256 node)
{
    /// <summary>Null: nobody has it now, and it is tried again after a while.</summary>
    /// <param name="item">Those it blames are left out; where nobody else is left they are forgiven, for the next time: asked again at once, they would keep everything else waiting.</param>
    public FetchPlan? Plan(LogQueries queries, ChunkEntry chunk, FetchItem item)
    {
        IReadOnlyList<ReferenceEntry> references = queries.References(chunk.Id);
        if (references.Count == 0) return null;
        List<FetchSource>? sources = Choose(queries, chunk, item);
        if (sources is null) item.Blamed.Clear();
        return sources is null ? null : new FetchPlan(item.Key, item.Slot, StoredKey.BytesOf(chunk.Coding, chunk.LengthBytes), RootOf(chunk, item.Slot), references[0].AgreementId, sources);
    }

    public static Hash256 RootOf(ChunkEntry chunk, byte slot) => chunk.Coding == ChunkCoding.Replicas ? chunk.Roots[0] : chunk.Roots[slot];

    private List<FetchSource>? Choose(LogQueries queries, ChunkEntry chunk, FetchItem item)
    {
        List<FetchSource> reachable = [], others = [];
        foreach (ReplicaEntry replica in queries.Replicas(chunk.Id))
        {
            if (!replica.IsHeld || replica.Generation != chunk.Generation || replica.NodeId == node || item.Blamed.Contains(replica.NodeId)) continue;
            if (queries.Node(replica.NodeId) is not { Stats: { } stats } holder || StorageEndpoint(stats) is not { } endpoint) continue;
            FetchSource source = new(replica.NodeId, replica.Slot, RootOf(chunk, replica.Slot), holder.Record.TlsFingerprint, endpoint);
            (holder.IsReachable ? reachable : others).Add(source);
        }
        return Same(chunk, item, reachable) ?? Six(chunk, reachable) ?? Same(chunk, item, others) ?? Six(chunk, [.. reachable, .. others]);
    }

    /// <summary>One that has the same bytes; nodes that repair at the same time ask different ones.</summary>
    private List<FetchSource>? Same(ChunkEntry chunk, FetchItem item, List<FetchSource> sources)
    {
        List<FetchSource> same = [.. sources.Where(source => chunk.Coding == ChunkCoding.Replicas || source.Slot == item.Slot)];
        if (same.Count == 0) return null;
        ulong draw = BinaryPrimitives.ReadUInt64BigEndian(node.Span) ^ BinaryPrimitives.ReadUInt64BigEndian(chunk.Id.Span);
        return [same[(int)(draw % (ulong)same.Count)]];
    }

    /// <summary>Any six shards make the others.</summary>
    private static List<FetchSource>? Six(ChunkEntry chunk, List<FetchSource> sources)
    {
        if (chunk.Coding != ChunkCoding.ReedSolomon) return null;
        SortedDictionary<byte, FetchSource> bySlot = [];
        foreach (FetchSource source in sources) bySlot.TryAdd(source.Slot, source);
        return bySlot.Count < ReedSolomon.DataShards ? null : [.. bySlot.Values.Take(ReedSolomon.DataShards)];
    }

    private static Endpoint? StorageEndpoint(NodeStats stats)
    {
        foreach (Endpoint endpoint in stats.Endpoints)
            if (endpoint.Role == EndpointRole.Storage) return endpoint;
        return null;
    }
}

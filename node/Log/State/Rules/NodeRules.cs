using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>What nodes say of themselves, while they are Active at the anchored block.</summary>
internal sealed class NodeRules(LogTables tables)
{
    /// <summary>A node that leaves still says how it is, what it gave away and that it has the rest (rulings 43); only an Active one takes on more.</summary>
    public LogFault CheckAuthor(CheckedEvent read)
    {
        int slot = tables.Nodes.Find(new IdKey(read.Event.Author));
        if (slot == LogTables.None || tables.Nodes.Row(slot).Record is not { } record) return LogFault.NodeNotActive;
        bool mayStill = record.IsLeaving && read.Body is NodeStats or ReplicaRemoved or AuditAnswerRoot;
        return record.IsActive || mayStill ? LogFault.None : LogFault.NodeNotActive;
    }

    public LogFault Check(ReplicaAdded added, in Hash256 node)
    {
        int chunk = tables.Chunks.Find(new IdKey(added.ChunkId));
        if (chunk == LogTables.None || tables.Chunks.Row(chunk).Life != ChunkLife.Live) return LogFault.ChunkUnknown;
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        if (row.Generation != added.Generation) return LogFault.Generation;
        if (added.Slot >= row.Coding.Slots() || ChunkChains.FindReplica(tables, added.ChunkId, added.Slot, node, added.Generation) == LogTables.None) return LogFault.ReplicaUnknown;
        return added.Root == row.RootOf(added.Slot) && HasLength(row, added.LengthBytes) ? LogFault.None : LogFault.ReplicaConflict;
    }

    /// <summary>What a node no longer has is never doubted; only that it is about a replica of this generation.</summary>
    public LogFault Check(ReplicaRemoved removed, in Hash256 node) =>
        ChunkChains.FindReplica(tables, removed.ChunkId, removed.Slot, node, removed.Generation) == LogTables.None ? LogFault.ReplicaUnknown : LogFault.None;

    public void Apply(NodeStats stats, LogEvent entry, BatchScope scope)
    {
        tables.Stats.Set(new IdKey(entry.Author), new StatsRow { Stats = stats, Body = entry.Body.ToArray(), Seq = scope.Seq, LogTimeMs = scope.LogTimeMs });
        tables.Placeable.Changed(entry.Author);
    }

    public void Apply(ReplicaAdded added, in Hash256 node, BatchScope scope)
    {
        int replica = tables.Replicas.Find(new ReplicaKey(added.ChunkId, added.Slot, node));
        if (tables.Replicas.Row(replica).Life == ReplicaLife.Held) return;
        ref ReplicaRow row = ref tables.Replicas.Edit(replica);
        (row.Life, row.HeldSeq) = (ReplicaLife.Held, scope.Seq);
        tables.Touched.Add(added.ChunkId);
    }

    public void Apply(ReplicaRemoved removed, in Hash256 node) => ChunkChains.RemoveReplica(
        tables, tables.Chunks.Find(new IdKey(removed.ChunkId)), tables.Replicas.Find(new ReplicaKey(removed.ChunkId, removed.Slot, node)));

    /// <summary>A copy is as long as the chunk; a shard is a sixth of it at least.</summary>
    private static bool HasLength(in ChunkRow row, ulong lengthBytes) =>
        row.Coding == ChunkCoding.Replicas ? lengthBytes == row.LengthBytes : (UInt128)lengthBytes * DataShards >= row.LengthBytes;

    private const uint DataShards = 6;
}

using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>
/// What nodes held when the open audit froze. Nothing is copied: a replica knows since which batch it is held, and one that goes while an audit is open
/// leaves a row behind until the next one opens.
/// </summary>
internal static class AuditFreeze
{
    /// <summary>Of every node that held anything then, by id. Reads the whole table.</summary>
    public static SortedDictionary<Hash256, AuditHoldings> Holdings(LogTables tables, ulong atSeq)
    {
        SortedDictionary<Hash256, List<(ReplicaKey Key, HeldReplica Replica)>> held = [];
        foreach (int slot in tables.Replicas.SortedSlots())
            if (Held(tables, slot, atSeq) is { } replica) Add(held, tables.Replicas.Key(slot), replica);
        foreach (int slot in tables.Departed.SortedSlots())
        {
            ReplicaKey key = tables.Departed.Key(slot);
            ref DepartedRow row = ref tables.Departed.Row(slot);
            Add(held, key, new HeldReplica(key.Chunk, key.Slot, row.Generation, row.Root, row.LengthBytes));
        }
        SortedDictionary<Hash256, AuditHoldings> holdings = [];
        foreach ((Hash256 node, List<(ReplicaKey Key, HeldReplica Replica)> replicas) in held)
        {
            replicas.Sort(static (left, right) => left.Key.CompareTo(right.Key));
            holdings[node] = new AuditHoldings([.. replicas.Select(static entry => entry.Replica)]);
        }
        return holdings;
    }

    /// <summary>Of one node; by its own chain of replicas.</summary>
    public static AuditHoldings? HoldingsOf(LogTables tables, in Hash256 node, ulong atSeq)
    {
        List<(ReplicaKey Key, HeldReplica Replica)> held = [];
        int holder = tables.Holders.Find(new IdKey(node));
        for (int slot = holder == LogTables.None ? LogTables.None : tables.Holders.Row(holder).FirstReplica; slot != LogTables.None; slot = tables.Replicas.Row(slot).NextOfNode)
            if (Held(tables, slot, atSeq) is { } replica) held.Add((tables.Replicas.Key(slot), replica));
        foreach (int slot in tables.Departed.SortedSlots())
        {
            ReplicaKey key = tables.Departed.Key(slot);
            ref DepartedRow row = ref tables.Departed.Row(slot);
            if (key.Node == node) held.Add((key, new HeldReplica(key.Chunk, key.Slot, row.Generation, row.Root, row.LengthBytes)));
        }
        held.Sort(static (left, right) => left.Key.CompareTo(right.Key));
        return held.Count == 0 ? null : new AuditHoldings([.. held.Select(static entry => entry.Replica)]);
    }

    /// <summary>Before a replica goes, or its chunk: where it was frozen, what of it the open audit needs stays.</summary>
    public static void Departs(LogTables tables, int replica, bool isExcused)
    {
        if (tables.Audit is not { } audit || Held(tables, replica, audit.AtSeq - 1) is not { } held) return;
        ReplicaKey key = tables.Replicas.Key(replica);
        if (tables.Departed.Has(key)) return;
        tables.Departed.Add(key, new DepartedRow { IsExcused = isExcused || IsReplaced(tables, key), Generation = held.Generation, LengthBytes = held.LengthBytes, Root = held.Root });
    }

    /// <summary>The deletion of a chunk: nodes that hold it may erase it before they have to answer.</summary>
    public static void DepartsAll(LogTables tables, int chunk)
    {
        for (int replica = tables.Chunks.Row(chunk).FirstReplica; replica != LogTables.None; replica = tables.Replicas.Row(replica).NextOfChunk) Departs(tables, replica, isExcused: true);
    }

    /// <summary>Null where the node did not hold it then, or it is not to be audited.</summary>
    private static HeldReplica? Held(LogTables tables, int replica, ulong atSeq)
    {
        ref ReplicaRow row = ref tables.Replicas.Row(replica);
        if (row.Life != ReplicaLife.Held || row.HeldSeq > atSeq) return null;
        ReplicaKey key = tables.Replicas.Key(replica);
        int at = tables.Chunks.Find(new IdKey(key.Chunk));
        if (at == LogTables.None || tables.Departed.Has(key)) return null;
        ref ChunkRow chunk = ref tables.Chunks.Row(at);
        if (chunk.Life != ChunkLife.Live || chunk.Generation != row.Generation) return null;
        ulong length = HeldReplica.LengthOf(chunk.Coding, chunk.LengthBytes);
        return length is 0 or > HeldReplica.LengthBytesMax ? null : new HeldReplica(key.Chunk, key.Slot, row.Generation, chunk.RootOf(key.Slot), length);
    }

    /// <summary>Another node holds the slot, or this one is to drain: it may let go of it.</summary>
    private static bool IsReplaced(LogTables tables, in ReplicaKey key)
    {
        int node = tables.Nodes.Find(new IdKey(key.Node));
        if (node == LogTables.None || tables.Nodes.Row(node).Record is not { IsActive: true }) return true;
        int chunk = tables.Chunks.Find(new IdKey(key.Chunk));
        for (int other = tables.Chunks.Row(chunk).FirstReplica; other != LogTables.None; other = tables.Replicas.Row(other).NextOfChunk)
        {
            ReplicaKey candidate = tables.Replicas.Key(other);
            ref ReplicaRow row = ref tables.Replicas.Row(other);
            if (candidate.Slot == key.Slot && candidate.Node != key.Node && row.Life == ReplicaLife.Held && row.Generation == tables.Chunks.Row(chunk).Generation) return true;
        }
        return false;
    }

    private static void Add(SortedDictionary<Hash256, List<(ReplicaKey Key, HeldReplica Replica)>> held, in ReplicaKey key, HeldReplica replica)
    {
        if (!held.TryGetValue(key.Node, out List<(ReplicaKey Key, HeldReplica Replica)>? replicas)) held[key.Node] = replicas = [];
        replicas.Add((key, replica));
    }
}

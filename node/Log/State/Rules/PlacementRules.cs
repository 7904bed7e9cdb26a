using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>
/// Where chunks are to lie. The shape of a placement is checked here; that it is the result of the placement rule at the state it names is an
/// equality that belongs at the end of <see cref="Check"/>.
/// </summary>
internal sealed class PlacementRules(LogTables tables)
{
    private readonly AckRules _nodes = new(tables);

    public LogFault Check(PlacementDecided placed, BatchScope scope)
    {
        int chunk = tables.Chunks.Find(new IdKey(placed.ChunkId));
        if (chunk == LogTables.None || tables.Chunks.Row(chunk).Life != ChunkLife.Live) return LogFault.ChunkUnknown;
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        if (row.Generation != placed.Generation) return LogFault.Generation;
        if (row.Coding != placed.Coding || !IsReferenced(row, placed)) return LogFault.Placement;
        bool isTimely = row.IsPlaced ? placed.AtSeq > row.ReservedSeq && placed.AtSeq < scope.Seq : placed.AtSeq == row.ReservedSeq;
        if (!isTimely || !IsSpread(placed, row) || !KeepsHolders(placed, row)) return LogFault.Placement;
        foreach (PlacedReplica replica in placed.Replicas)
            if (!_nodes.IsActiveIn(replica.NodeId, replica.Zone)) return LogFault.Placement;
        return LogFault.None;
    }

    /// <summary>New nodes are assigned; those of the same slots that never stored anything are let go.</summary>
    public void Apply(PlacementDecided placed, BatchScope scope)
    {
        int chunk = tables.Chunks.Find(new IdKey(placed.ChunkId));
        int next = tables.Chunks.Row(chunk).FirstReplica;
        while (next is not LogTables.None and var replica)
        {
            next = tables.Replicas.Row(replica).NextOfChunk;
            ReplicaKey key = tables.Replicas.Key(replica);
            bool isReassigned = Find(placed, key.Slot) is { } other && other.NodeId != key.Node;
            if (isReassigned && tables.Replicas.Row(replica).Life == ReplicaLife.Assigned) ChunkChains.RemoveReplica(tables, chunk, replica);
        }
        foreach (PlacedReplica replica in placed.Replicas)
        {
            if (ChunkChains.FindReplica(tables, placed.ChunkId, replica.Slot, replica.NodeId, placed.Generation) != LogTables.None) continue;
            ChunkChains.AddReplica(
                tables, chunk, new ReplicaKey(placed.ChunkId, replica.Slot, replica.NodeId),
                new ReplicaRow { Life = ReplicaLife.Assigned, Zone = replica.Zone, Generation = placed.Generation });
        }
        tables.Chunks.Edit(chunk).PlacedSeq = scope.Seq;
        tables.Touched.Add(placed.ChunkId);
    }

    private bool IsReferenced(in ChunkRow row, PlacementDecided placed)
    {
        for (int reference = row.FirstReference; reference != LogTables.None; reference = tables.References.Row(reference).NextOfChunk)
            if (tables.References.Key(reference).Second == placed.AgreementId) return true;
        return false;
    }

    /// <summary>Over zones, together with what other slots hold.</summary>
    private bool IsSpread(PlacementDecided placed, in ChunkRow row)
    {
        foreach (PlacedReplica replica in placed.Replicas)
        {
            int inZone = 0;
            foreach (PlacedReplica other in placed.Replicas)
                if (other.Zone == replica.Zone) inZone++;
            for (int held = row.FirstReplica; held != LogTables.None; held = tables.Replicas.Row(held).NextOfChunk)
            {
                ref ReplicaRow lies = ref tables.Replicas.Row(held);
                bool isElsewhere = lies.Generation == placed.Generation && lies.Life == ReplicaLife.Held && Find(placed, tables.Replicas.Key(held).Slot) is null;
                if (isElsewhere && lies.Zone == replica.Zone) inZone++;
            }
            if (inZone > placed.Coding.PerZoneMax()) return false;
        }
        return true;
    }

    /// <summary>A slot that an Active node holds stays its. The first placement names every slot that was acknowledged; a later one may leave slots as they are.</summary>
    private bool KeepsHolders(PlacementDecided placed, in ChunkRow row)
    {
        for (int replica = row.FirstReplica; replica != LogTables.None; replica = tables.Replicas.Row(replica).NextOfChunk)
        {
            ref ReplicaRow held = ref tables.Replicas.Row(replica);
            if (held.Generation != placed.Generation || held.Life != ReplicaLife.Held) continue;
            ReplicaKey key = tables.Replicas.Key(replica);
            PlacedReplica? named = Find(placed, key.Slot);
            if (named is null && !row.IsPlaced) return false;
            int node = tables.Nodes.Find(new IdKey(key.Node));
            bool isActive = node != LogTables.None && tables.Nodes.Row(node).Record is { IsActive: true };
            if (named is { } other && other.NodeId != key.Node && isActive) return false;
        }
        return true;
    }

    private static PlacedReplica? Find(PlacementDecided placed, byte slot)
    {
        foreach (PlacedReplica replica in placed.Replicas)
            if (replica.Slot == slot) return replica;
        return null;
    }
}

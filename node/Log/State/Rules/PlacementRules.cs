using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>
/// Where chunks lie is what the placement rule says, whoever writes it down: at first what stood in the reservation, later the rule over the state as it is, with the slots kept
/// that have a node (decision 0029).
/// </summary>
internal sealed class PlacementRules(LogTables tables)
{
    private readonly ChunkPlaces _places = new(tables);

    public LogFault Check(PlacementDecided placed, BatchScope scope)
    {
        int chunk = tables.Chunks.Find(new IdKey(placed.ChunkId));
        if (chunk == LogTables.None || tables.Chunks.Row(chunk).Life != ChunkLife.Live) return LogFault.ChunkUnknown;
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        if (row.Generation != placed.Generation) return LogFault.Generation;
        if (row.Coding != placed.Coding || !IsReferenced(row, placed)) return LogFault.Placement;
        bool isTimely = placed.AtSeq == (row.IsPlaced ? scope.Seq - 1 : row.ReservedSeq);
        return isTimely && IsTheRules(placed, row.IsPlaced ? _places.Again(chunk, placed.AgreementId, scope.LogTimeMs) : _places.Declared(chunk)) ? LogFault.None : LogFault.Placement;
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

    private static bool IsTheRules(PlacementDecided placed, PlacedReplica[]? places)
    {
        if (places is null || places.Length != placed.Replicas.Count) return false;
        for (int i = 0; i < places.Length; i++)
            if (places[i] != placed.Replicas[i]) return false;
        return true;
    }

    private static PlacedReplica? Find(PlacementDecided placed, byte slot)
    {
        foreach (PlacedReplica replica in placed.Replicas)
            if (replica.Slot == slot) return replica;
        return null;
    }
}

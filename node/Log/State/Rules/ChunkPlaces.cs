using System.Runtime.InteropServices;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Placement;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>Where chunks are to lie: those that are reserved, those that are declared, those that lost a node.</summary>
internal sealed class ChunkPlaces(LogTables tables)
{
    private readonly LossRules _loss = new(tables);

    /// <summary>For a chunk of a reservation made now.</summary>
    public LogFault TryReserve(AgreementUse use, in ReservedChunk chunk, in Address owner, ulong nowMs, out PlacedReplica[] places)
    {
        places = [];
        int known = tables.Chunks.Find(new IdKey(chunk.Id));
        if (known != LogTables.None && tables.Chunks.Row(known).Life == ChunkLife.Live) return LogFault.None; // its holders acknowledge
        PlaceableNodes nodes = Nodes(nowMs);
        if (use.Coding == ChunkCoding.ReedSolomon && nodes.Zones < use.Coding.ZonesWanted()) return LogFault.CodingNotOffered;
        PlaceRequest request = new(Committees.At(tables, nowMs).Seed, use.AgreementId, owner, chunk.Id, chunk.LengthBytes, use.Coding);
        places = ChunkPlacement.Place(nodes, request, [], []);
        return places.Length >= use.Coding.AcksMin() ? LogFault.None : LogFault.PlacesTooFew;
    }

    /// <summary>The first placement of a declared chunk: what its reservation said and its declaration took over, as far as it is still so.</summary>
    public PlacedReplica[] Declared(int chunk)
    {
        List<(ReplicaKey Key, ReplicaRow Row)> rows = Rows(chunk);
        PlacedReplica[] places = new PlacedReplica[rows.Count];
        for (int i = 0; i < places.Length; i++) places[i] = new PlacedReplica(rows[i].Key.Slot, rows[i].Key.Node, rows[i].Row.Zone);
        return places;
    }

    /// <summary>
    /// A chunk that is placed, placed again: what has a slot keeps it, unless it leaves; open slots are filled. Null where nothing would change.
    /// </summary>
    /// <param name="isKept">Which replicas count as there; all where null. A planner asks what would be if some were struck.</param>
    public PlacedReplica[]? Again(int chunk, in Hash256 agreement, ulong nowMs, Func<ReplicaKey, bool>? isKept = null)
    {
        int owner = tables.Agreements.Find(new IdKey(agreement));
        if (owner == LogTables.None) return null;
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        KeptSlot[] kept = new KeptSlot[row.Coding.Slots()];
        int count = 0;
        List<KeptSlot> surplus = [];
        foreach ((ReplicaKey key, ReplicaRow lies) in Rows(chunk))
        {
            if ((isKept is not null && !isKept(key)) || _loss.IsLeaving(key.Node)) continue;
            // By slot, holders first, then by id: the first of a slot has it. Another one may come to have it.
            if (count > 0 && kept[count - 1].Slot == key.Slot) surplus.Add(Keep(key, lies.Zone));
            else kept[count++] = Keep(key, lies.Zone);
        }
        if (count == kept.Length) return null;
        PlaceableNodes nodes = Nodes(nowMs);
        PlaceRequest request = new(Committees.At(tables, nowMs).Seed, agreement, tables.Agreements.Row(owner).Owner, tables.Chunks.Key(chunk).Id, row.LengthBytes, row.Coding);
        PlacedReplica[] places = ChunkPlacement.Place(nodes, request, kept.AsSpan(0, count), CollectionsMarshal.AsSpan(surplus));
        return places.Length == count ? null : places;
    }

    /// <summary>Whether a placed chunk has a slot that no replica keeps.</summary>
    /// <param name="isKept">Which replicas count as there; all where null.</param>
    public bool HasOpenSlot(int chunk, Func<ReplicaKey, bool>? isKept = null)
    {
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        Span<bool> isTaken = stackalloc bool[row.Coding.Slots()];
        for (int at = row.FirstReplica; at != LogTables.None; at = tables.Replicas.Row(at).NextOfChunk)
        {
            ReplicaKey key = tables.Replicas.Key(at);
            if (tables.Replicas.Row(at).Generation == row.Generation && !_loss.IsLeaving(key.Node) && isKept?.Invoke(key) != false) isTaken[key.Slot] = true;
        }
        return isTaken.Contains(false);
    }

    /// <summary>The agreement in whose name a chunk is placed again: of those that have it, the one with the lowest id.</summary>
    public Hash256 AgreementOf(int chunk)
    {
        Hash256 lowest = default;
        bool isFound = false;
        for (int at = tables.Chunks.Row(chunk).FirstReference; at != LogTables.None; at = tables.References.Row(at).NextOfChunk)
        {
            Hash256 agreement = tables.References.Key(at).Second;
            if (isFound && agreement.CompareTo(lowest) >= 0) continue;
            (lowest, isFound) = (agreement, true);
        }
        return lowest;
    }

    /// <summary>Which nodes there are for chunks at this log time.</summary>
    public PlaceableNodes Nodes(ulong nowMs) => tables.Placeable.Under(Committees.At(tables, nowMs));

    /// <summary>Of the chunk's generation, by slot, holders first, then by id; the order in which rows hang together means nothing.</summary>
    private List<(ReplicaKey Key, ReplicaRow Row)> Rows(int chunk)
    {
        List<(ReplicaKey Key, ReplicaRow Row)> rows = [];
        ref ChunkRow owner = ref tables.Chunks.Row(chunk);
        for (int at = owner.FirstReplica; at != LogTables.None; at = tables.Replicas.Row(at).NextOfChunk)
            if (tables.Replicas.Row(at).Generation == owner.Generation) rows.Add((tables.Replicas.Key(at), tables.Replicas.Row(at)));
        rows.Sort(static (a, b) =>
        {
            int order = a.Key.Slot.CompareTo(b.Key.Slot);
            if (order == 0) order = ((byte)b.Row.Life).CompareTo((byte)a.Row.Life);
            return order == 0 ? a.Key.Node.CompareTo(b.Key.Node) : order;
        });
        return rows;
    }

    private KeptSlot Keep(in ReplicaKey key, ushort zone)
    {
        int node = tables.Nodes.Find(new IdKey(key.Node)), stats = tables.Stats.Find(new IdKey(key.Node));
        Address of = node == LogTables.None ? Address.Zero : tables.Nodes.Row(node).Record?.Operator ?? Address.Zero;
        NodeStats? said = stats == LogTables.None ? null : tables.Stats.Row(stats).Stats;
        return new KeptSlot(key.Slot, key.Node, zone, of, (said is null ? null : StorageNetwork.Of(said, tables.Storage.TakesLoopback)) ?? default);
    }
}

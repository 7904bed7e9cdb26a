using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.State.Rules;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.Repair;

/// <summary>
/// What is to be done about one chunk: a function of the state and the log time, and of nothing that a planner remembers. The reducer takes the same rules to what it says.
/// </summary>
internal sealed class ChunkDiagnosis(LogTables tables)
{
    private readonly LossRules _loss = new(tables);
    private readonly ChunkPlaces _places = new(tables);

    public LossRules Loss => _loss;

    public ChunkPlaces Places => _places;

    /// <summary>Null where the chunk is whole, or is no more.</summary>
    public RepairFinding? Examine(int chunk, ulong nowMs)
    {
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        if (row.Life != ChunkLife.Live) return null;
        ChunkHealth health = _loss.Health(chunk, nowMs);
        ulong nextMs = ulong.MaxValue;
        bool isLeft = false, isStruck = false;
        for (int replica = row.FirstReplica; replica != LogTables.None; replica = tables.Replicas.Row(replica).NextOfChunk)
        {
            if (tables.Replicas.Row(replica).Generation != row.Generation) continue;
            ulong struckMs = _loss.StruckAtMs(chunk, replica, health);
            if (struckMs <= nowMs) isStruck = true;
            else nextMs = Math.Min(nextMs, struckMs);
            if (_loss.IsLeaving(tables.Replicas.Key(replica).Node)) isLeft = true;
        }
        if (!row.IsPlaced) return Find(_places.Declared(chunk).Length > 0 ? RepairStep.Batch : RepairStep.Room, 0);
        bool hasSource = health.Margin >= 0;
        // A replica that is struck later may be what stands in the way of a node now.
        if (hasSource && Missing(chunk, nowMs, isStruck) is { } missing) return missing ? Find(RepairStep.Batch, 0) : Find(RepairStep.Room, nextMs == ulong.MaxValue ? 0 : nextMs);
        if (nextMs != ulong.MaxValue) return Find(RepairStep.Time, nextMs);
        if (!hasSource) return Find(RepairStep.Room, 0);
        return isLeft || health.IsDegraded ? Find(RepairStep.Nodes, 0) : null;

        RepairFinding Find(RepairStep step, ulong atMs) => new(step, health.Margin, tables.Chunks.Row(chunk).LengthBytes, atMs);
    }

    /// <summary>The events that are due: what is struck, or else where it goes. Few: a batch after that they are looked at again.</summary>
    public IReadOnlyList<EventBody> Due(int chunk, ulong lastSeq, ulong nowMs)
    {
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        if (row.Life != ChunkLife.Live) return [];
        Hash256 id = tables.Chunks.Key(chunk).Id, agreement = _places.AgreementOf(chunk);
        if (!row.IsPlaced) return _places.Declared(chunk) is { Length: > 0 } places ? [new PlacementDecided(id, agreement, row.Generation, row.Coding, row.ReservedSeq, places)] : [];
        ChunkHealth health = _loss.Health(chunk, nowMs);
        if (health.Margin < 0) return [];
        List<EventBody> lost = [];
        foreach (ReplicaKey key in Struck(chunk, nowMs, health))
        {
            int replica = tables.Replicas.Find(key);
            if (_loss.ReasonToStrike(replica, nowMs) is { } reason) lost.Add(new ReplicaLost(id, row.Generation, key.Slot, reason, key.Node));
        }
        if (lost.Count > 0) return IsReplaced(chunk, agreement, nowMs, health) ? lost : [];
        return _places.Again(chunk, agreement, nowMs) is { } again ? [new PlacementDecided(id, agreement, row.Generation, row.Coding, lastSeq, again)] : [];
    }

    /// <summary>Null where no slot is open and none would be; else whether there is a node for one.</summary>
    private bool? Missing(int chunk, ulong nowMs, bool isStruck)
    {
        Hash256 agreement = _places.AgreementOf(chunk);
        ChunkHealth health = _loss.Health(chunk, nowMs);
        if (isStruck) return IsReplaced(chunk, agreement, nowMs, health);
        if (!_places.HasOpenSlot(chunk)) return null;
        return _places.Again(chunk, agreement, nowMs) is not null;
    }

    /// <summary>
    /// Whether the chunk would have a node more for those that are struck, or has others in their slots. Where neither is so, nothing is struck: their nodes keep the bytes, and the
    /// chunk is whole as soon as they are back.
    /// </summary>
    private bool IsReplaced(int chunk, in Hash256 agreement, ulong nowMs, ChunkHealth health)
    {
        List<ReplicaKey> struck = Struck(chunk, nowMs, health);
        return !_places.HasOpenSlot(chunk, IsKept) || _places.Again(chunk, agreement, nowMs, IsKept) is not null;

        bool IsKept(ReplicaKey key) => !struck.Contains(key);
    }

    private List<ReplicaKey> Struck(int chunk, ulong nowMs, ChunkHealth health)
    {
        List<ReplicaKey> struck = [];
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        for (int replica = row.FirstReplica; replica != LogTables.None; replica = tables.Replicas.Row(replica).NextOfChunk)
            if (tables.Replicas.Row(replica).Generation == row.Generation && _loss.StruckAtMs(chunk, replica, health) <= nowMs) struck.Add(tables.Replicas.Key(replica));
        struck.Sort();
        return struck;
    }
}

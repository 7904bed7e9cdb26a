using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>
/// When a node is gone, and when what it had is struck from a chunk: the fewer are left, the sooner (dataplane 1.17). A function of the state and the log time, so that whoever
/// checks a proposal of a repair knows whether it is due.
/// </summary>
internal sealed class LossRules(LogTables tables)
{
    private readonly StorageRules _rules = tables.Storage;

    public bool IsSuspect(in Hash256 node) => Missed(node).Missed >= _rules.SuspectRounds;

    /// <summary>Missed enough rounds, the first of them long enough ago.</summary>
    public bool IsDown(in Hash256 node, ulong nowMs) => DownAtMs(node) <= nowMs;

    /// <summary>
    /// The log time at which a node is gone: down, or not Active any more, a quarantined one as late as if it had been missed since. Never, where it is there; at once, where it
    /// cannot come back. One that leaves is there until it has left.
    /// </summary>
    public ulong GoneAtMs(in Hash256 node)
    {
        int slot = tables.Nodes.Find(new IdKey(node));
        if (slot == LogTables.None || tables.Nodes.Row(slot).Record is not { } record) return 0;
        if (record.IsActive || record.IsLeaving) return DownAtMs(node);
        return record is { Status: NodeRecord.StatusQuarantined, HasLeft: false } ? record.StatusSinceMs + _rules.DownAfterMs : 0;
    }

    /// <summary>Whether a node gives away what it has.</summary>
    public bool IsLeaving(in Hash256 node)
    {
        int slot = tables.Nodes.Find(new IdKey(node));
        return slot != LogTables.None && tables.Nodes.Row(slot).Record is { IsLeaving: true };
    }

    /// <summary>Copies or shards of a live chunk on nodes that are there.</summary>
    public ChunkHealth Health(int chunk, ulong nowMs)
    {
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        Span<bool> isHeld = stackalloc bool[row.Coding.Slots()];
        Span<ushort> zones = stackalloc ushort[row.Coding.Slots()];
        int held = 0, apart = 0;
        for (int replica = row.FirstReplica; replica != LogTables.None; replica = tables.Replicas.Row(replica).NextOfChunk)
        {
            ref ReplicaRow lies = ref tables.Replicas.Row(replica);
            ref readonly ReplicaKey key = ref tables.Replicas.Key(replica);
            if (lies.Generation != row.Generation || lies.Life != ReplicaLife.Held || GoneAtMs(key.Node) <= nowMs) continue;
            if (!zones[..apart].Contains(lies.Zone) && apart < zones.Length) zones[apart++] = lies.Zone;
            if (!isHeld[key.Slot]) held++;
            isHeld[key.Slot] = true;
        }
        return new ChunkHealth(held, held - row.Coding.ReadableMin(), held < row.Coding.Slots() || apart < row.Coding.ZonesWanted());
    }

    /// <summary>The log time from which a replica is struck, while nothing else changes; never, where its node is there or the chunk could not be repaired without it.</summary>
    public ulong StruckAtMs(int chunk, int replica, in ChunkHealth health)
    {
        ulong gone = GoneAtMs(tables.Replicas.Key(replica).Node);
        ref ReplicaRow row = ref tables.Replicas.Row(replica);
        bool isOfUse = tables.Chunks.Row(chunk).Life == ChunkLife.Live && row.Generation == tables.Chunks.Row(chunk).Generation && row.Life == ReplicaLife.Held;
        if (gone == ulong.MaxValue || !isOfUse) return gone;
        ulong waitMs = health.Margin switch
        {
            < 0 => ulong.MaxValue,
            0 => 0,
            1 => _rules.RepairAfterMs,
            _ => _rules.LazyRepairAfterMs,
        };
        if (waitMs == ulong.MaxValue) return ulong.MaxValue;
        return gone == 0 ? 0 : gone + waitMs;
    }

    /// <summary>Why a replica is struck now; null where it is not.</summary>
    public RemovalReason? ReasonToStrike(int replica, ulong nowMs)
    {
        ReplicaKey key = tables.Replicas.Key(replica);
        int chunk = tables.Chunks.Find(new IdKey(key.Chunk));
        if (StruckAtMs(chunk, replica, Health(chunk, nowMs)) > nowMs) return null;
        return DownAtMs(key.Node) <= nowMs ? RemovalReason.NodeDown : RemovalReason.NodeNotActive;
    }

    private ulong DownAtMs(in Hash256 node) => Missed(node) is var seen && seen.Missed >= _rules.SuspectRounds ? seen.DownSinceMs + _rules.DownAfterMs : ulong.MaxValue;

    private LivenessRow Missed(in Hash256 node)
    {
        int slot = tables.Liveness.Find(new IdKey(node));
        return slot == LogTables.None ? default : tables.Liveness.Row(slot);
    }
}

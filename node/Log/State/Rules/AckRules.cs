using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>Which nodes may stand for a chunk together: Active, each once, where they say they are, spread over zones, enough of them not suspect (dataplane 1.16, 1.17).</summary>
internal sealed class AckRules(LogTables tables)
{
    private readonly LossRules _loss = new(tables);

    /// <summary>Acknowledgements of a declared chunk; the chunk itself was checked. Each is by the node that stands in the reservation, or, where the chunk is live, in the chunk.</summary>
    /// <param name="places">Of the reservation.</param>
    public LogFault Check(ChunkDeclared declared, ReadOnlySpan<PlacedReplica> places)
    {
        int there = 0;
        IReadOnlyList<StoreAck> acks = declared.Acks;
        bool isKnown = tables.Chunks.Find(new IdKey(declared.ChunkId)) is not LogTables.None and var chunk && tables.Chunks.Row(chunk).Life == ChunkLife.Live;
        for (int i = 0; i < acks.Count; i++)
        {
            if (!IsActiveIn(acks[i].NodeId, acks[i].Zone)) return LogFault.AckNode;
            if (!isKnown && !places.Contains(new PlacedReplica(acks[i].Slot, acks[i].NodeId, acks[i].Zone))) return LogFault.AckNode;
            if (isKnown && ChunkChains.FindReplica(tables, declared.ChunkId, acks[i].Slot, acks[i].NodeId, declared.Generation) == LogTables.None) return LogFault.AckNode;
            int inZone = 1;
            for (int j = 0; j < i; j++)
            {
                if (acks[j].NodeId == acks[i].NodeId) return LogFault.AckNode;
                if (acks[j].Zone == acks[i].Zone) inZone++;
            }
            if (inZone > declared.Coding.PerZoneMax()) return LogFault.AckQuorum;
            // What a suspect node has is not counted on until it answers: it would be struck with the next repair, and the chunk begin with less than it promises.
            if (!_loss.IsSuspect(acks[i].NodeId)) there++;
        }
        return there >= declared.Coding.AcksMin() ? LogFault.None : LogFault.AckQuorum;
    }

    public bool IsActiveIn(in Hash256 node, ushort zone)
    {
        int slot = tables.Nodes.Find(new IdKey(node));
        return slot != LogTables.None && tables.Nodes.Row(slot).Record is { IsActive: true } record && record.Zone == zone;
    }
}

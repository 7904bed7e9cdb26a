namespace Dsdn.Log.Repair;

/// <summary>What a chunk that is not whole waits for.</summary>
internal enum RepairStep : byte
{
    /// <summary>Nodes that are to store it; nothing is to be decided.</summary>
    Nodes = 1,

    /// <summary>A time: its nodes may still come back.</summary>
    Time = 2,

    /// <summary>A node that it could go to, or a replica that it could be made from.</summary>
    Room = 3,

    /// <summary>The next batch.</summary>
    Batch = 4,
}

/// <param name="AtMs">Log time at which it is looked at again; 0 where no time changes anything.</param>
internal readonly record struct RepairFinding(RepairStep Step, int Margin, ulong Bytes, ulong AtMs);

/// <summary>The order of repair: what may be lost soonest first, of those the largest (dataplane 1.17).</summary>
/// <param name="Chunk">Slot in the table of chunks, which is kept for ever.</param>
internal readonly record struct RepairRank(int Margin, ulong Bytes, int Chunk) : IComparable<RepairRank>
{
    public int CompareTo(RepairRank other)
    {
        int order = Margin.CompareTo(other.Margin);
        if (order == 0) order = other.Bytes.CompareTo(Bytes);
        return order == 0 ? Chunk.CompareTo(other.Chunk) : order;
    }
}

/// <summary>What operators see of repair.</summary>
/// <param name="Queue">Chunks about which something is to be decided, now or at a time.</param>
/// <param name="BytesAtRisk">Of those.</param>
/// <param name="Degraded">Live chunks with fewer copies or shards on nodes that are there than their coding asks for; those of the queue too.</param>
/// <param name="Stuck">Of the queue, those for which there is no node, or nothing to repair them from.</param>
/// <param name="NodesGone">Nodes with chunks that are down or no longer Active.</param>
public sealed record RepairStatus(int Queue, ulong BytesAtRisk, int Degraded, int Stuck, int NodesGone)
{
    public static RepairStatus None { get; } = new(0, 0, 0, 0, 0);
}

using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>Why a copy or shard is gone. Numbers are part of the format.</summary>
public enum RemovalReason : byte
{
    /// <summary>Its owner asked for it.</summary>
    Deleted = 1,

    /// <summary>The bytes are damaged or gone, or never came, because the node's disk does not take them.</summary>
    Lost = 2,

    /// <summary>More copies than the rule wants.</summary>
    Surplus = 3,

    /// <summary>The node leaves and another has it.</summary>
    Drained = 4,

    /// <summary>The agreement ended and its grace with it.</summary>
    Ended = 5,

    /// <summary>The node has been down for too long.</summary>
    NodeDown = 6,

    /// <summary>The node is no longer Active.</summary>
    NodeNotActive = 7,
}

/// <summary>A node no longer holds its own copy or shard: chunk 32 | generation u32 | slot u8 | reason u8.</summary>
/// <param name="Reason">Up to <see cref="RemovalReason.Ended"/>: what a node says of itself.</param>
public sealed record ReplicaRemoved(Hash256 ChunkId, uint Generation, byte Slot, RemovalReason Reason) : EventBody
{
    public override EventKind Kind => EventKind.ReplicaRemoved;

    internal static EventBody Read(ref LogReader reader)
    {
        ReplicaRemoved read = new(reader.Hash(), reader.U32(), reader.U8(LogLimits.ShardsMax - 1), (RemovalReason)reader.U8());
        if (read.Reason is < RemovalReason.Deleted or > RemovalReason.Ended) reader.Fail(LogFault.Value);
        return read;
    }

    internal override void Write(LogWriter writer) => writer.Hash(ChunkId).U32(Generation).U8(Slot).U8((byte)Reason);
}

/// <summary>
/// The committee strikes a replica whose node is dead (ReplicaRemoved(dead) of dataplane 1.1): chunk 32 | generation u32 | slot u8 |
/// reason u8 | node 32.
/// </summary>
/// <param name="Reason">From <see cref="RemovalReason.NodeDown"/> on.</param>
public sealed record ReplicaLost(Hash256 ChunkId, uint Generation, byte Slot, RemovalReason Reason, Hash256 NodeId) : EventBody
{
    public override EventKind Kind => EventKind.ReplicaLost;

    internal static EventBody Read(ref LogReader reader)
    {
        ReplicaLost read = new(reader.Hash(), reader.U32(), reader.U8(LogLimits.ShardsMax - 1), (RemovalReason)reader.U8(), reader.Hash());
        if (read.Reason is < RemovalReason.NodeDown or > RemovalReason.NodeNotActive) reader.Fail(LogFault.Value);
        return read;
    }

    internal override void Write(LogWriter writer) => writer.Hash(ChunkId).U32(Generation).U8(Slot).U8((byte)Reason).Hash(NodeId);
}

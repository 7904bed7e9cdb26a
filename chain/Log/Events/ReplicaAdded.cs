using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>A node holds a copy or shard now, fsynced and checked: chunk 32 | generation u32 | slot u8 | root 32 | length u64 | stored u64.</summary>
/// <param name="Slot">Of the placement: which copy or shard.</param>
/// <param name="Root">Merkle root of the copy or shard.</param>
/// <param name="LengthBytes">Of what the node stores.</param>
/// <param name="StoredMs">The node's clock, ms since 1970.</param>
public sealed record ReplicaAdded(Hash256 ChunkId, uint Generation, byte Slot, Hash256 Root, ulong LengthBytes, ulong StoredMs) : EventBody
{
    public override EventKind Kind => EventKind.ReplicaAdded;

    internal static EventBody Read(ref LogReader reader) =>
        new ReplicaAdded(reader.Hash(), reader.U32(), reader.U8(LogLimits.ShardsMax - 1), reader.Hash(), reader.U64(), reader.U64());

    internal override void Write(LogWriter writer) =>
        writer.Hash(ChunkId).U32(Generation).U8(Slot).Hash(Root).U64(LengthBytes).U64(StoredMs);
}

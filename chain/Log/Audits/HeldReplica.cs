using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Audits;

/// <summary>A copy or shard that a node said it holds.</summary>
/// <param name="Root">The chunk root of what the node stores: of the whole chunk, or of the shard.</param>
/// <param name="LengthBytes">Of what the node stores.</param>
public readonly record struct HeldReplica(Hash256 ChunkId, byte Slot, uint Generation, Hash256 Root, ulong LengthBytes)
{
    /// <summary>Longer ones are not audited: no coding makes them, and sums stay in range.</summary>
    public const ulong LengthBytesMax = 1UL << 40;

    private const uint DataShards = 6, ShardBytesMultiple = 64;

    /// <summary>Length of what lies in a slot of a chunk: all of it, or a sixth rounded up to 64 bytes (chain/Erasure).</summary>
    public static ulong LengthOf(ChunkCoding coding, ulong chunkBytes)
    {
        const uint Row = DataShards * ShardBytesMultiple;
        return coding == ChunkCoding.Replicas ? chunkBytes : (ulong)(((UInt128)chunkBytes + Row - 1) / Row * ShardBytesMultiple);
    }

    /// <summary>chunk 32 | slot u8 | generation u32 | root 32 | length u64 | start u64.</summary>
    /// <param name="start">Bytes of all that stand before it.</param>
    internal void Write(LogWriter writer, ulong start) => writer.Hash(ChunkId).U8(Slot).U32(Generation).Hash(Root).U64(LengthBytes).U64(start);
}

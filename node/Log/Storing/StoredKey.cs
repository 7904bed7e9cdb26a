using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Storing;

/// <summary>What a node's disk has one of: a copy of a chunk or one of its shards, of one generation. Ordered by id, generation, coding, shard.</summary>
/// <param name="Shard">0 of copies: whichever slot a node has, the bytes are the same.</param>
public readonly record struct StoredKey(Hash256 ChunkId, ChunkCoding Coding, byte Shard, uint Generation) : IComparable<StoredKey>
{
    public static StoredKey Of(in Hash256 chunk, ChunkCoding coding, byte slot, uint generation) => new(chunk, coding, coding == ChunkCoding.Replicas ? (byte)0 : slot, generation);

    /// <summary>The length of a copy, or of one shard; 0 where the chunk is longer than any node stores, whatever its owner and friends of his declared.</summary>
    public static ulong BytesOf(ChunkCoding coding, ulong chunkBytes)
    {
        if (chunkBytes > StoringOptions.ChunkBytesMax) return 0;
        return coding == ChunkCoding.Replicas ? chunkBytes : (ulong)ReedSolomon.ShardBytes((int)chunkBytes);
    }

    public int CompareTo(StoredKey other)
    {
        int order = ChunkId.CompareTo(other.ChunkId);
        if (order == 0) order = Generation.CompareTo(other.Generation);
        if (order == 0) order = ((byte)Coding).CompareTo((byte)other.Coding);
        return order == 0 ? Shard.CompareTo(other.Shard) : order;
    }
}

/// <summary>What a disk has under a key.</summary>
public enum DiskStanding
{
    /// <summary>Nothing that counts: never stored, erased, in quarantine.</summary>
    None,

    /// <summary>Stored, and not declared in the log as far as the disk knows.</summary>
    Staged,

    Stored,

    /// <summary>Taken away; the bytes are there until they are erased.</summary>
    Deleted,
}

/// <param name="AtMs">On the node's clock: when a staged one expires or a deleted one is erased; otherwise 0.</param>
public readonly record struct DiskEntry(StoredKey Key, DiskStanding Standing, ulong AtMs = 0);

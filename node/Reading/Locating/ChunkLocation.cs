using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Services;

namespace Dsdn.Reading.Locating;

/// <summary>Where a live chunk lies.</summary>
/// <param name="Id">SHA-256 of the whole chunk.</param>
/// <param name="LengthBytes">Of the whole chunk.</param>
/// <param name="Roots">One of copies, nine of shards. Nodes of several zones checked it against the id before they acknowledged the chunk.</param>
public sealed record ChunkLocation(Hash256 Id, ulong LengthBytes, ChunkCoding Coding, uint Generation, IReadOnlyList<Hash256> Roots, IReadOnlyList<ReplicaLocation> Replicas)
{
    /// <summary>Whether it can be read at all: whoever says this may be wrong.</summary>
    public bool IsSound => LengthBytes is > 0 and <= int.MaxValue && Coding is ChunkCoding.Replicas or ChunkCoding.ReedSolomon && Roots.Count == Coding.Roots();

    /// <summary>Of a copy or of each shard.</summary>
    public int PartBytes => Coding == ChunkCoding.Replicas ? checked((int)LengthBytes) : ReedSolomon.ShardBytes(checked((int)LengthBytes));

    /// <summary>Of a copy it is the same for all.</summary>
    public Hash256 RootOf(int shard) => Coding == ChunkCoding.Replicas ? Roots[0] : Roots[shard];

    /// <summary>Who may have a shard; of copies everybody.</summary>
    public IReadOnlyList<ReplicaLocation> HoldersOf(int shard) => Coding == ChunkCoding.Replicas ? Replicas : [.. Replicas.Where(replica => replica.Slot == shard)];
}

/// <param name="Slot">Of the copy or shard.</param>
/// <param name="IsHeld">The node said that it stores it; else it may be on its way.</param>
/// <param name="IsReachable">As the log saw it last.</param>
/// <param name="Address">Null where the node never said where it is.</param>
public sealed record ReplicaLocation(byte Slot, Hash256 Node, ushort Zone, bool IsHeld, bool IsReachable, ServiceAddress? Address);

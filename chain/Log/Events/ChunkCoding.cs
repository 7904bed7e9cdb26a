namespace Dsdn.Chain.Log.Events;

/// <summary>How a chunk is kept. Numbers are part of the format.</summary>
public enum ChunkCoding : byte
{
    /// <summary>Three whole copies.</summary>
    Replicas = 0,

    /// <summary>Six shards of data and three of parity.</summary>
    ReedSolomon = 1,
}

/// <summary>What follows from a coding.</summary>
public static class ChunkCodings
{
    /// <summary>The places of a chunk: copies or shards.</summary>
    public static int Slots(this ChunkCoding coding) => coding == ChunkCoding.Replicas ? 3 : LogLimits.ShardsMax;

    /// <summary>Merkle roots that a declaration names: one for all copies, or one a shard.</summary>
    public static int Roots(this ChunkCoding coding) => coding == ChunkCoding.Replicas ? 1 : LogLimits.ShardsMax;
}

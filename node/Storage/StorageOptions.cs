namespace Dsdn.Storage;

/// <summary>The limits of a store.</summary>
public sealed record StorageOptions
{
    /// <summary>64 MiB of content and what encryption adds to it.</summary>
    public const int ChunkBytesMax = (64 << 20) + (64 << 10);

    /// <summary>What the store may take of the disk, all its files together.</summary>
    public long CapacityBytes { get; init; } = long.MaxValue;

    /// <summary>What stays free on the disk whatever the capacity is.</summary>
    public long ReserveBytes { get; init; } = 1L << 30;

    /// <summary>
    /// How long a chunk that is stored but not declared is kept, and one that came only in part. Longer than a reservation: it may be declared in its last moment, while this node is behind
    /// the log, and be gone before the node hears of it.
    /// </summary>
    public long StagedMs { get; init; } = 2 * 3_600_000;
}

namespace Dsdn.Chain.RocksDb;

/// <summary>Resources of a database; the defaults suit a machine of two cores.</summary>
public sealed record RocksDbOptions
{
    /// <summary>Uncompressed blocks, indexes and filters of all column families together.</summary>
    public long BlockCacheBytes { get; init; } = 256L << 20;

    /// <summary>Unwritten data of one busy column family before it goes to a table file.</summary>
    public long WriteBufferBytes { get; init; } = 64L << 20;

    /// <summary>Unwritten data of all column families together.</summary>
    public long TotalWriteBufferBytes { get; init; } = 256L << 20;

    public int BackgroundJobs { get; init; } = 2;

    public int OpenFilesMax { get; init; } = 1_024;

    /// <summary>A compaction moves what is left in any blob file it meets, not only in the oldest quarter: most disk space back, most writing.</summary>
    public bool CollectsAllBlobs { get; init; }
}

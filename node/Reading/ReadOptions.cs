using Dsdn.Chain.Log.Availability;

namespace Dsdn.Reading;

/// <summary>Limits of the read path.</summary>
public sealed record ReadOptions
{
    /// <summary>What is asked of a node at a time: as long as it is worth a call, short enough to be asked for twice.</summary>
    public const int WindowBytes = 16 * ChunkTree.BlockBytes;

    /// <summary>A range of up to this is fetched by blocks: sixteen times as many bytes would have to come before the first could go on.</summary>
    public const int SmallBytesMax = 2 * ChunkTree.BlockBytes;

    /// <summary>Nodes of this zone come first; null: nearness is what was measured.</summary>
    public ushort? Zone { get; init; }

    /// <summary>Memory of the cache; 0, without a folder: none, for who writes what it reads at once.</summary>
    public long CacheBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Folder of the cache on disk, which is emptied of what it does not know; null: there is none.</summary>
    public string? CacheFolder { get; init; }

    public long CacheFolderBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Windows that one reader has on the way.</summary>
    public int ReadAhead { get; init; } = 4;

    /// <summary>Windows that all readers together may have on the way ahead of what they send.</summary>
    public int ReadAheadMax { get; init; } = 128;

    /// <summary>No window takes longer than this from one node.</summary>
    public int AttemptMs { get; init; } = 15_000;

    /// <summary>Before anything was measured, another node is asked after this.</summary>
    public int HedgeMs { get; init; } = 250;

    /// <summary>Never earlier than this, whatever was measured: what is asked twice costs twice.</summary>
    public int HedgeMsMin { get; init; } = 20;

    public int HedgeMsMax { get; init; } = 2_000;

    /// <summary>Who sent wrong bytes is asked last for so long.</summary>
    public int WrongMs { get; init; } = 600_000;

    /// <summary>Who did not answer is asked late for so long; doubled at each failure in a row, up to 64 times.</summary>
    public int FailedMs { get; init; } = 1_000;

    /// <summary>Connections to nodes that are kept.</summary>
    public int NodesMax { get; init; } = 1_024;
}

namespace Dsdn.Log.Storing;

/// <summary>How a node goes about it. What the network fixes is not here.</summary>
public sealed record StoringOptions
{
    /// <summary>64 MiB of content and what encryption adds to it.</summary>
    public const ulong ChunkBytesMax = (64UL << 20) + (64UL << 10);

    /// <summary>A fact that no batch shows is said again after this.</summary>
    public ulong SayAgainMs { get; init; } = 15_000;

    /// <summary>Facts that wait for a batch at a time.</summary>
    public int SaidMax { get; init; } = 512;

    /// <summary>Fetches that run at a time.</summary>
    public int FetchesMax { get; init; } = 4;

    /// <summary>After a first failure; doubled up to <see cref="BackoffMsMax"/>.</summary>
    public ulong BackoffMs { get; init; } = 1_000;

    public ulong BackoffMsMax { get; init; } = 60_000;

    /// <summary>A chunk whose shards do not belong together is not tried again for this long.</summary>
    public ulong InconsistentMs { get; init; } = 3_600_000;

    /// <summary>With a log time older than this the log counts as not followed: nothing is fetched, given up or called lost on its word.</summary>
    public ulong StaleMs { get; init; } = 120_000;

    /// <summary>The disk is swept at least this often.</summary>
    public ulong SweepEveryMs { get; init; } = 60_000;

    /// <summary>The node speaks of itself at least this often in log time (rulings 41).</summary>
    public ulong StatsEveryMs { get; init; } = 3_600_000;

    /// <summary>Chunks that are looked at in one step, so that batches do not wait.</summary>
    public int SettledPerStep { get; init; } = 2_000;
}

namespace Dsdn.Log.Routing;

/// <summary>The router's thresholds. Defaults: protocol 1.11, da 1.8 and 5.4, rulings 47.</summary>
public sealed record RouterOptions
{
    public static readonly RouterOptions Default = new();

    /// <summary>A development network goes through a whole outage within a minute; its DA server makes a block a second or faster.</summary>
    public static readonly RouterOptions Devnet = new()
    {
        WarningLatencyMs = 2_000, DegradedAfterMs = 6_000, EmergencyAfterMs = 20_000, ProbeEveryMs = 500, ProbeTimeoutMs = 2_000, HeadAgeMsMax = 8_000,
        QuorumTimeoutMs = 3_000, RecoverySuccesses = 3, RecoveryGraceMs = 2_000, SubmitTimeoutMs = 8_000, ExtendedSubmitTimeoutMs = 15_000, LookUpTimeoutMs = 8_000,
        MempoolTtlBlocks = 40, RetryMs = 200, RetryMsMax = 2_000, FlushAgeMs = 2_000,
    };

    /// <summary>An answer or an inclusion that takes longer than this makes Warning.</summary>
    public ulong WarningLatencyMs { get; init; } = 30_000;

    /// <summary>Down for longer than this makes Degraded.</summary>
    public ulong DegradedAfterMs { get; init; } = 300_000;

    /// <summary>Down for longer than this makes Emergency.</summary>
    public ulong EmergencyAfterMs { get; init; } = 1_800_000;

    public ulong ProbeEveryMs { get; init; } = 5_000;

    /// <summary>A probe that has no answer for so long counts as failed since it began.</summary>
    public ulong ProbeTimeoutMs { get; init; } = 30_000;

    /// <summary>A head older than this means that the chain stands still or the node lags: ten block times of six seconds (da 6).</summary>
    public ulong HeadAgeMsMax { get; init; } = 60_000;

    /// <summary>The newest batches have no certificate for so long: the quorum does not answer.</summary>
    public ulong QuorumTimeoutMs { get; init; } = 10_000;

    /// <summary>Good probes in a row before Celestia is trusted again.</summary>
    public int RecoverySuccesses { get; init; } = 5;

    /// <summary>And for at least so long.</summary>
    public ulong RecoveryGraceMs { get; init; } = 60_000;

    public ulong SubmitTimeoutMs { get; init; } = 60_000;

    /// <summary>In every mode but Healthy.</summary>
    public ulong ExtendedSubmitTimeoutMs { get; init; } = 120_000;

    public ulong LookUpTimeoutMs { get; init; } = 60_000;

    /// <summary>Heights of one look-up; fewer after one that was not answered whole.</summary>
    public ulong LookUpHeightsMax { get; init; } = 1_000;

    /// <summary>Batches that are looked for together before they are reconciled.</summary>
    public int LookUpBatchesMax { get; init; } = 10_000;

    /// <summary>
    /// A transaction of unknown outcome may still land for so many blocks: only when absence is proven up to there are its blobs
    /// posted again (da 1.8, 6). Celestia drops transactions after 36; the rest is for a node whose head lags by <see cref="HeadAgeMsMax"/>.
    /// </summary>
    public ulong MempoolTtlBlocks { get; init; } = 60;

    /// <summary>Wait after a first failure; doubles with each.</summary>
    public ulong RetryMs { get; init; } = 1_000;

    /// <summary>No wait is longer, and an open breaker lets one attempt through this often.</summary>
    public ulong RetryMsMax { get; init; } = 60_000;

    /// <summary>Failed submits in a row that open the breaker.</summary>
    public int BreakerFailures { get; init; } = 3;

    /// <summary>Sum of the blobs of one transaction; never above <see cref="SubmitBytesCap"/>. A larger batch goes alone.</summary>
    public ulong SubmitBytesMax { get; init; } = 2 * 1_024 * 1_024;

    /// <summary>What a transaction of Celestia carries with a margin (da 1.8).</summary>
    public const ulong SubmitBytesCap = 7 * 1_024 * 1_024;

    /// <summary>Batches of one transaction.</summary>
    public int ReconcileBatchesMax { get; init; } = 100;

    /// <summary>Bytes a second in Recovering: below what one account can post (7 MiB a block), so that new batches find room. 0: no limit.</summary>
    public ulong ReconcileBytesPerSecondMax { get; init; } = 1_024 * 1_024;

    /// <summary>Batches wait until there are so many bytes.</summary>
    public ulong FlushBytes { get; init; } = 65_536;

    /// <summary>Or until the oldest is so old.</summary>
    public ulong FlushAgeMs { get; init; } = 300_000;

    /// <summary>Pending batches at which production pauses; at half of it slows down. So for the two below.</summary>
    public ulong PendingCountMax { get; init; } = 100_000;

    public ulong PendingBytesMax { get; init; } = 4UL * 1_024 * 1_024 * 1_024;

    /// <summary>Three of the seven days for which validators keep an attested batch.</summary>
    public ulong PendingAgeMsMax { get; init; } = 3UL * 24 * 60 * 60 * 1_000;

    /// <summary>Emergency copies asked for and not answered yet.</summary>
    public int EmergencyInFlightMax { get; init; } = 16;
}

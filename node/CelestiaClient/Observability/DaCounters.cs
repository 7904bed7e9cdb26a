namespace Dsdn.CelestiaClient.Observability;

/// <summary>What was counted since the client was made.</summary>
/// <param name="Calls">By method and outcome ("ok" or a code).</param>
/// <param name="SubmitBuckets">Submits that took at most <see cref="DaMetrics.SubmitSeconds"/>[i], not cumulative; one more for those that took longer.</param>
/// <param name="FeeUtia">Spent on submits that were proved to be included.</param>
/// <param name="InclusionHeight">Of the last submit that was proved.</param>
/// <param name="WakeUps">Items of subscriptions.</param>
/// <param name="ProofFailures">What nodes said and what was proved to be wrong, by code.</param>
public sealed record DaCounters(
    IReadOnlyList<(string Method, string Outcome, long Count)> Calls,
    IReadOnlyList<long> SubmitBuckets,
    ulong SubmitMsTotal,
    long Included,
    long Refused,
    long Unknown,
    UInt128 FeeUtia,
    ulong BlobBytes,
    ulong InclusionHeight,
    ulong HeadHeight,
    ulong HeadTimeMs,
    UInt128? BalanceUtia,
    long WakeUps,
    IReadOnlyList<(string Code, long Count)> ProofFailures);

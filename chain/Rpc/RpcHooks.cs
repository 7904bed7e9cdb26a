using Dsdn.Chain.Blocks;

namespace Dsdn.Chain.Rpc;

/// <summary>Where a node stands while it fetches blocks; null in <see cref="RpcHooks.Syncing"/> means it is at the head.</summary>
public sealed record SyncProgress(ulong StartingBlock, ulong CurrentBlock, ulong HighestBlock);

/// <param name="Status">HTTP status: 200 when healthy, 503 otherwise.</param>
/// <param name="Json">The body.</param>
public sealed record HealthReport(int Status, string Json);

/// <summary>What the server asks of the process around it; each may be absent.</summary>
public sealed record RpcHooks
{
    public Func<int>? PeerCount { get; init; }

    public Func<SyncProgress?>? Syncing { get; init; }

    /// <summary>Decides one more block now (manual block mode); evm_mine exists only with it and with "evm" among the namespaces.</summary>
    public Func<CancellationToken, Task>? Mine { get; init; }

    /// <summary>What dsdn_nodeStatus answers: one JSON object, see docs/operators.md. The method exists only with it.</summary>
    public Func<string>? Status { get; init; }

    /// <summary>The votes this node heard while a height was decided; null where it keeps none of it. dsdn_votes exists only with it.</summary>
    public Func<ulong, IReadOnlyList<SignedVote>?>? Votes { get; init; }

    /// <summary>Takes evidence for judging; false: not now. dsdn_submitEvidence exists only with it.</summary>
    public Func<EvidenceItem, bool>? SubmitEvidence { get; init; }

    /// <summary>What dsdn_logStatus answers: one JSON object, see docs/operators.md. The methods of the log exist only with it.</summary>
    public Func<string>? LogStatus { get; init; }

    /// <summary>The exact bytes of a batch of the log, for dsdn_getBatch; null where this node does not keep it.</summary>
    public Func<ulong, byte[]?>? Batch { get; init; }

    /// <summary>Body of GET /health.</summary>
    public Func<HealthReport>? Health { get; init; }

    /// <summary>Prometheus text of GET /metrics.</summary>
    public Func<string>? Metrics { get; init; }

    /// <summary>An unexpected failure inside a method: its name and the exception, for the log. Never shown to callers.</summary>
    public Action<string, Exception>? OnFault { get; init; }
}

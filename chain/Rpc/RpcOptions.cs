using System.Net;

namespace Dsdn.Chain.Rpc;

/// <summary>Where the server listens, who may call it, and its limits. Every limit names its unit.</summary>
public sealed record RpcOptions
{
    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>0 picks a free port; <see cref="RpcServer.Port"/> tells it.</summary>
    public int Port { get; init; } = 8545;

    /// <summary>Namespaces (the part before the underscore) that are served; all others answer -32601.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = ["eth", "net", "web3", "txpool", "debug", "dsdn", "rpc"];

    /// <summary>Web origins that browsers may call from, over HTTP and WebSocket; "*" allows all. Empty: none.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Host names that requests may name, against DNS rebinding; IP addresses always may; "*" allows all.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = ["localhost"];

    /// <summary>What web3_clientVersion answers.</summary>
    public string ClientVersion { get; init; } = "dsdn/0.1.0";

    public int BodyBytesMax { get; init; } = 5 * 1024 * 1024;

    public int ResponseBytesMax { get; init; } = 64 * 1024 * 1024;

    public int BatchCallsMax { get; init; } = 1_000;

    public int JsonDepthMax { get; init; } = 64;

    /// <summary>Wall time of one HTTP body or WebSocket frame; the calls of a batch that come later answer -32002.</summary>
    public int RequestTimeMsMax { get; init; } = 30_000;

    /// <summary>How long eth_sendRawTransactionSync waits for a receipt when the caller names no time, and at most.</summary>
    public int SyncWaitMsDefault { get; init; } = 20_000;

    public int SyncWaitMsMax { get; init; } = 60_000;

    public ulong LogRangeBlocksMax { get; init; } = 1_000_000;

    public int LogResultsMax { get; init; } = 10_000;

    public int LogAddressesMax { get; init; } = 1_000;

    public int LogTopicAlternativesMax { get; init; } = 1_000;

    public int ProofSlotsMax { get; init; } = 1_024;

    public ulong FeeHistoryBlocksMax { get; init; } = 1_024;

    public int FeeHistoryPercentilesMax { get; init; } = 100;

    public int ConnectionsMax { get; init; } = 4_096;

    public int FiltersMax { get; init; } = 1_000;

    /// <summary>A filter that nobody polls is dropped.</summary>
    public int FilterIdleMsMax { get; init; } = 300_000;

    /// <summary>Pooled transaction hashes kept for eth_newPendingTransactionFilter; a filter further behind skips the oldest.</summary>
    public int PendingHashesKept { get; init; } = 65_536;

    public int SubscriptionsPerConnectionMax { get; init; } = 128;

    /// <summary>Notifications that wait for one connection; a reader that falls behind further is closed with 1013.</summary>
    public int NotificationsQueuedMax { get; init; } = 4_096;

    public int NotificationBytesQueuedMax { get; init; } = 16 * 1024 * 1024;
}

using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient;

/// <summary>A header that the operator knows to be right, from a source that he trusts.</summary>
public sealed record TrustedHeader(ulong Height, Hash256 Hash);

/// <summary>How a client finds, believes and pays Celestia.</summary>
public sealed record CelestiaOptions
{
    public const int BlobBytesDefault = 2 * 1024 * 1024;

    /// <summary>A transaction has 8 MiB; this leaves room for what surrounds blobs.</summary>
    public const int BlobBytesCap = 7 * 1024 * 1024;

    public const int EndpointsMax = 8;
    public const int RetryCountMax = 10;
    public const int DelayMsMax = 60_000;

    /// <summary>In the order of preference; 1 to <see cref="EndpointsMax"/>.</summary>
    public required IReadOnlyList<CelestiaEndpoint> Endpoints { get; init; }

    public required Namespace Namespace { get; init; }

    /// <summary>"celestia", "mocha-4"; empty: that of the first header that is trusted on first use.</summary>
    public string ChainId { get; init; } = "";

    /// <summary>Null: only with <see cref="TrustsOnFirstUse"/>, or where the trust file has one.</summary>
    public TrustedHeader? Trusted { get; init; }

    /// <summary>For development networks: whatever the first endpoint serves first is believed from then on.</summary>
    public bool TrustsOnFirstUse { get; init; }

    /// <summary>Where verified headers are kept between runs; null: in memory only.</summary>
    public string? TrustFile { get; init; }

    public ulong TrustPeriodMs { get; init; } = 14 * 86_400_000UL;

    public DaTimeouts Timeouts { get; init; } = new();

    /// <summary>Further attempts of a read after the first, 0 to <see cref="RetryCountMax"/>.</summary>
    public int RetryCount { get; init; } = 3;

    /// <summary>Before the first further attempt; doubles each time, up to <see cref="DelayMsMax"/>.</summary>
    public int RetryDelayMs { get; init; } = 1_000;

    /// <summary>Null: the node estimates it.</summary>
    public GasPrice? Price { get; init; }

    /// <summary>Null: a hundred times the default, as the node itself has it.</summary>
    public GasPrice? PriceMax { get; init; }

    public TransactionPriority Priority { get; init; }

    /// <summary>An account of the node's keyring, bech32; empty: the node's own.</summary>
    public string SignerAddress { get; init; } = "";

    /// <summary>Data of all blobs of one submit, up to <see cref="BlobBytesCap"/>.</summary>
    public int BlobBytesMax { get; init; } = BlobBytesDefault;

    /// <summary>The forms that nodes speak; null: found out by asking.</summary>
    public NodeVersion? Version { get; init; }

    /// <summary>How long blocks take until enough of them were seen to measure it.</summary>
    public int BlockTimeMs { get; init; } = 6_000;

    /// <summary>A head older than so many block times means a halt or a node that hangs.</summary>
    public int HeadAgeBlocksMax { get; init; } = 10;

    /// <summary>An endpoint more than so many blocks behind the best one is not asked first, and not written to.</summary>
    public int LagBlocksMax { get; init; } = 20;

    /// <summary>A balance below so many utia is a warning.</summary>
    public UInt128 LowBalanceUtia { get; init; } = 1_000_000;

    /// <summary>Wake up by WebSocket beside polling.</summary>
    public bool Subscribes { get; init; } = true;
}

/// <summary>Deadlines by kind of method, in milliseconds.</summary>
/// <param name="ReadMs">Bounds each call of a read, whatever its kind (DA_TIMEOUT_MS).</param>
/// <param name="HeaderMs">Headers, states, statistics and balances.</param>
/// <param name="NamespaceMs">Shares and blobs of a height: the node itself takes up to a minute.</param>
/// <param name="SubmitMs">Until a transaction is in a block; never bounded by <paramref name="ReadMs"/>.</param>
/// <param name="ReadBackMs">For the proof that submitted blobs are there.</param>
/// <param name="ConnectMs">Until a connection stands.</param>
public sealed record DaTimeouts(int ReadMs = 30_000, int HeaderMs = 10_000, int NamespaceMs = 60_000, int SubmitMs = 120_000, int ReadBackMs = 60_000, int ConnectMs = 5_000);

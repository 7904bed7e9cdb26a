using System.Net;
using Dsdn.CelestiaClient;
using Dsdn.Log.Routing;
using Dsdn.Services.Batches;

namespace Dsdn.Coordinator;

/// <summary>Everything a coordinator can be told.</summary>
public sealed record CoordinatorOptions
{
    /// <summary>A name or the path of a genesis file.</summary>
    public string Network { get; init; } = "devnet";

    public required string DataFolder { get; init; }

    /// <summary>gRPC over mutual TLS, for followers, validators and authors of events.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>Plain HTTP: health, metrics, status.</summary>
    public IPEndPoint Operator { get; init; } = new(IPAddress.Loopback, DefaultOperatorPort);

    /// <summary>JSON-RPC of a node of the chain. It is not believed.</summary>
    public Uri Chain { get; init; } = new("http://127.0.0.1:8545");

    /// <summary>Archives that keep the log: where the disk of this coordinator was lost, it comes back from them. None: a folder without a record begins a new log.</summary>
    public IReadOnlyList<LogAddress> LogSources { get; init; } = [];

    /// <summary>Encrypted member key; null: the folder's, or the public one of a development network.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Encrypted key of the account that pays for anchors (keystore v3); null: none are sent.</summary>
    public string? AccountFile { get; init; }

    /// <summary>The public account of this number, on development chains only.</summary>
    public int? DevelopmentAccount { get; init; }

    public string? PasswordFile { get; init; }

    public required CelestiaOptions Celestia { get; init; }

    public RouterOptions Router { get; init; } = RouterOptions.Default;

    /// <summary>Where the log stands still, a batch is decided this often; it tells followers that all is well. Each one is paid for.</summary>
    public ulong IdleMs { get; init; } = 30_000;

    /// <summary>From one batch to the next where owners wait for their events.</summary>
    public ulong IntervalMs { get; init; } = 20;

    /// <summary>What nodes say, and blocks without news, may wait so long for other events.</summary>
    public ulong PatienceMs { get; init; } = 5_000;

    /// <summary>The chain is looked at this often.</summary>
    public int ChainPollMs { get; init; } = 1_000;

    /// <summary>A block of the chain is anchored this often where nothing happened on it (dataplane 1.4: at most 30 s).</summary>
    public ulong AnchorMs { get; init; } = 25_000;

    public const int DefaultPort = 45_900;
    public const int DefaultOperatorPort = 45_950;
}

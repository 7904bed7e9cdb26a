using System.Net;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Faults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.DaServer;

/// <summary>How a development DA server runs. Every limit names its unit.</summary>
public sealed record DaServerOptions
{
    public const int DefaultPort = 26658;

    /// <summary>Block times of Celestia: since app version 9, and before.</summary>
    public const int FastBlockTimeMs = 2_600, SlowBlockTimeMs = 6_000;

    /// <summary>Holds the blocks, the keys and the tokens; made where it does not exist. One server at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Port 0 picks a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>Whose forms and limits are spoken.</summary>
    public NodeVersion ApiVersion { get; init; } = NodeVersion.V0_31;

    /// <summary>0: a block is made only by <see cref="DaServerProcess.ProduceBlockAsync"/> or devnet.ProduceBlock.</summary>
    public int BlockTimeMs { get; init; } = FastBlockTimeMs;

    /// <summary>Counts for a new data folder; an old one must be of this chain.</summary>
    public string ChainId { get; init; } = "dsdn-da";

    /// <summary>What each account of a new data folder begins with.</summary>
    public ulong BalanceUtia { get; init; } = 1_000_000_000_000;

    /// <summary>Accounts in the keyring of a new data folder: "default", then "worker-1" and so on.</summary>
    public int Accounts { get; init; } = 1;

    /// <summary>Every caller may do everything, from every web origin.</summary>
    public bool SkipAuth { get; init; }

    /// <summary>How long the data of a block is served; headers are served twice as long and an hour.</summary>
    public ulong RetentionMs { get; init; } = 7 * 86_400_000UL;

    /// <summary>The widest square before extension, a power of two. Null: that of the version.</summary>
    public int? SquareWidthMax { get; init; }

    /// <summary>Faults from the start.</summary>
    public IReadOnlyList<FaultRule> Faults { get; init; } = [];

    /// <summary>Requests under way; one more is answered with HTTP status 503. Null: that of the version.</summary>
    public int? ConcurrentRequestsMax { get; init; }

    /// <summary>Requests per second of one address, twice as many in a burst; more are answered with HTTP status 429. Null: no limit.</summary>
    public int? RequestsPerSecondMax { get; init; }

    /// <summary>How long a call of blob.Submit waits for its block.</summary>
    public int SubmitTimeoutMs { get; init; } = 300_000;

    /// <summary>Proofs of so many bytes of squares are kept at hand.</summary>
    public long CacheBytesMax { get; init; } = 256L * 1024 * 1024;

    public ILoggerFactory Logs { get; init; } = NullLoggerFactory.Instance;
}

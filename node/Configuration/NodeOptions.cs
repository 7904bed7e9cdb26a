using System.Globalization;
using Dsdn.Celestia.Namespaces;
using Dsdn.Chain.Primitives;
using Dsdn.Node.LogService;
using Dsdn.Services.Batches;

namespace Dsdn.Node.Configuration;

/// <summary>Everything a node can be told, after file, environment and flags were merged.</summary>
public sealed record NodeOptions
{
    public string Network { get; init; } = "devnet";
    public string DataFolder { get; init; } = DefaultDataFolder;
    public bool Reset { get; init; }

    public string RpcHost { get; init; } = "127.0.0.1";
    public int RpcPort { get; init; } = 8545;
    public IReadOnlyList<string> RpcNamespaces { get; init; } = ["eth", "net", "web3", "txpool", "debug", "rpc", "dsdn"];
    public IReadOnlyList<string> RpcCorsOrigins { get; init; } = [];

    /// <summary>Null: the network's own. 0: a block as soon as a transaction waits.</summary>
    public ulong? BlockTimeMs { get; init; }
    public bool ManualBlocks { get; init; }

    /// <summary>Null: as the block time. 0: never a block without transactions.</summary>
    public ulong? EmptyBlockMs { get; init; }

    public int PoolTransactionsMax { get; init; } = 30_000;
    public int PoolPerSenderMax { get; init; } = 64;

    public RetentionMode Retention { get; init; } = RetentionMode.Full;

    /// <summary>Who serves the log; none: this node does not follow it.</summary>
    public IReadOnlyList<LogAddress> LogSources { get; init; } = [];

    /// <summary>Where this node serves the log to others; null: it does not.</summary>
    public (string Host, int Port)? LogListen { get; init; }

    /// <summary>Null: the network's own.</summary>
    public Namespace? DaNamespace { get; init; }

    /// <summary>Where the log's namespace is read on Celestia; null: it is not.</summary>
    public string? Da { get; init; }

    public string? DaTokenFile { get; init; }

    /// <summary>Follow the chain without voting; no consensus key is needed.</summary>
    public bool Follow { get; init; }

    /// <summary>The public consensus key of this number, on chains whose genesis has it (development only).</summary>
    public int? DevValidator { get; init; }

    /// <summary>Where the process that holds the consensus key listens. Null: the key is here.</summary>
    public (string Host, int Port)? Signer { get; init; }

    /// <summary>The node id of that process.</summary>
    public Hash256? SignerId { get; init; }

    /// <summary>How long a validator with peers listens for its own key before its first signature.</summary>
    public ulong ListenMs { get; init; } = 1_000;

    /// <summary>The record of last signatures is lost for good, or another machine that used the key is off for good: sign again when that is safe.</summary>
    public bool LostSignerState { get; init; }

    /// <summary>The operator's word that nothing new about the log up to this batch is to be signed; also makes a record where it was lost. Null: as the record says.</summary>
    public ulong? AttestAbove { get; init; }

    /// <summary>Where peers connect; null: only what --peers dials, or nothing.</summary>
    public (string Host, int Port)? P2p { get; init; }

    /// <summary>Every so many blocks a snapshot is taken that others can start from. 0: never.</summary>
    public ulong SnapshotBlocks { get; init; } = 1_000;

    /// <summary>Fill an empty data folder from a snapshot of peers, beginning at <see cref="Trust"/>.</summary>
    public bool StateSync { get; init; }

    /// <summary>A block that the operator knows to be of this chain.</summary>
    public (ulong Height, Hash256 Hash)? Trust { get; init; }

    /// <summary>Peers that are dialled and never given up, "id@host:port".</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>Nodes that are asked for peers while too few are known, and then left, "id@host:port" or "host:port".</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    public string? ValidatorKeyFile { get; init; }
    public string? PasswordFile { get; init; }

    public LogFormat LogFormat { get; init; } = LogFormat.Text;
    public LogLevelName LogLevel { get; init; } = LogLevelName.Information;

    public static string DefaultDataFolder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dsdn", "node");

    internal static IReadOnlyList<string> SplitList(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}

public enum RetentionMode
{
    /// <summary>128 blocks of history and, after a prune, of bodies.</summary>
    Minimal,

    /// <summary>100,000 blocks of values, 1,024 of proofs, every body.</summary>
    Full,

    /// <summary>Everything.</summary>
    Archive,
}

public enum LogFormat
{
    Text,
    Json,
}

public enum LogLevelName
{
    Debug,
    Information,
    Warning,
    Error,
}

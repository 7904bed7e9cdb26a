using System.Globalization;
using Dsdn.Celestia.Namespaces;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Genesis;
using Dsdn.Node.LogService;
using Dsdn.Services.Batches;

namespace Dsdn.Node.Configuration;

/// <summary>
/// One setting: its key in the configuration file, its flag, its environment variable (DSDN_ + the flag in capitals) and
/// how a text changes the options. The table below is the only place where settings are listed; flags, environment, file,
/// help and docs come from it.
/// </summary>
/// <param name="Flag">Without the dashes.</param>
/// <param name="Apply">The changed options, or null where the text is not acceptable.</param>
/// <param name="Expects">What an acceptable text looks like.</param>
public sealed record NodeSetting(string Flag, string Expects, string Description, Func<NodeOptions, string, NodeOptions?> Apply)
{
    public string EnvironmentVariable => "DSDN_" + Flag.Replace('-', '_').ToUpperInvariant();

    /// <summary>May stand without a value, meaning true.</summary>
    public bool IsSwitch => Expects == "true or false";

    /// <summary>Whether this text of the setting names a file or folder.</summary>
    public bool IsPath(string text) => text.Length > 0 && (Expects is "a file" or "a folder" || (Flag == "network" && !NetworkSpecs.Names.Contains(text, StringComparer.Ordinal)));

    public static readonly IReadOnlyList<NodeSetting> All =
    [
        new("network", "devnet, testnet, mainnet, conformance or the path of a genesis file", "Which chain to run.",
            (o, t) => t.Length == 0 ? null : o with { Network = t }),
        new("data", "a folder", "Where the node keeps its data.",
            (o, t) => t.Length == 0 ? null : o with { DataFolder = Path.GetFullPath(t) }),
        new("reset", "true or false", "Delete the chain data first (never keys).",
            (o, t) => bool.TryParse(t, out bool b) ? o with { Reset = b } : null),
        new("listen", "HOST:PORT", "Where JSON-RPC (HTTP and WebSocket), /health and /metrics listen.", ApplyRpc),
        new("rpc-namespaces", "names with commas between", "JSON-RPC namespaces that are served.",
            (o, t) => NodeOptions.SplitList(t) is { Count: > 0 } list ? o with { RpcNamespaces = list } : null),
        new("rpc-cors", "origins with commas between, or *", "Web origins that may call JSON-RPC.",
            (o, t) => o with { RpcCorsOrigins = NodeOptions.SplitList(t) }),
        new("block-time", "milliseconds, 0 (a block when a transaction waits) or manual", "Time between blocks.", ApplyBlockTime),
        new("empty-blocks", "milliseconds, 0 = never", "Longest time without a block when no transaction comes.",
            (o, t) => TryNumber(t, 0, 86_400_000, out ulong n) ? o with { EmptyBlockMs = n } : null),
        new("pool-size", "1 to 10000000", "Most transactions in the pool.",
            (o, t) => TryNumber(t, 1, 10_000_000, out ulong n) ? o with { PoolTransactionsMax = (int)n } : null),
        new("pool-per-sender", "1 to 1000000", "Most executable (and as many queued) transactions of one sender.",
            (o, t) => TryNumber(t, 1, 1_000_000, out ulong n) ? o with { PoolPerSenderMax = (int)n } : null),
        new("retention", "minimal, full or archive", "How much history is kept.",
            (o, t) => TryName(t, out RetentionMode mode) ? o with { Retention = mode } : null),
        new("p2p", "HOST:PORT or off", "Where other nodes connect.", ApplyP2p),
        new("peers", "id@host:port with commas between", "Nodes to stay connected to.", ApplyPeers),
        new("seeds", "[id@]host:port with commas between", "Nodes that are asked for peers while too few are known, and left then.", ApplySeeds),
        new("snapshot-blocks", "a number of blocks, 0 = never", "How often a snapshot is taken that new nodes can start from.",
            (o, t) => TryNumber(t, 0, uint.MaxValue, out ulong n) ? o with { SnapshotBlocks = n } : null),
        new("state-sync", "true or false", "Fill an empty data folder from a snapshot of peers; needs --trust.",
            (o, t) => bool.TryParse(t, out bool b) ? o with { StateSync = b } : null),
        new("trust", "HEIGHT:HASH", "A block you know to be of this chain, younger than two thirds of the unbonding time.", ApplyTrust),
        new("dev-validator", "0 to 99", "Sign with the public development key of this number (development chains only).",
            (o, t) => TryNumber(t, 0, 99, out ulong n) ? o with { DevValidator = (int)n } : null),
        new("signer", "HOST:PORT", "The process that holds the consensus key (`dsdn signer`); needs --signer-id.",
            (o, t) => TryAddress(t, out string host, out int port) && port > 0 ? o with { Signer = (host, port) } : null),
        new("signer-id", "a node id", "The node id of the process that --signer names.",
            (o, t) => Hash256.TryParse(t.StartsWith("0x", StringComparison.Ordinal) ? t : "0x" + t, out Hash256 id) ? o with { SignerId = id } : null),
        new("listen-for-key", "milliseconds, 0 = not", "How long a validator with peers listens for its own key before its first signature.",
            (o, t) => TryNumber(t, 0, 3_600_000, out ulong n) ? o with { ListenMs = n } : null),
        new("lost-signer-state", "true or false", "The last-sign record is lost, or another machine used the key, and that machine is off for good: sign again once every vote it may have cast lies behind.",
            (o, t) => bool.TryParse(t, out bool b) ? o with { LostSignerState = b } : null),
        new("attest-above", "a batch number, 0 for a key that attested nothing", "The record of attestations is lost: make a new one and attest no batch of the log up to this one, which the network had certainly not reached then.",
            (o, t) => TryNumber(t, 0, ulong.MaxValue, out ulong n) ? o with { AttestAbove = n } : null),
        new("log-sources", "[id@]host:port with commas between", "Coordinators (or archives) of the log to follow; a validator attests what it stores.", ApplyLogSources),
        new("log-listen", "HOST:PORT", "Serve the stored batches of the log to others.",
            (o, t) => TryAddress(t, out string host, out int port) ? o with { LogListen = (host, port) } : null),
        new("da-namespace", "58 hexadecimal digits", "The log's namespace on Celestia; without it the network's own.",
            (o, t) => t.Length == 2 * CelestiaPointer.NamespaceBytes && Hex.TryDecode("0x" + t, out byte[]? bytes) && Namespace.TryDecode(bytes, out Namespace name).IsValid && name.IsForBlobs ? o with { DaNamespace = name } : null),
        new("da", "env, mock or addresses", "Read the log's namespace on Celestia too: env takes the DA_... variables, mock is the development DA server.",
            (o, t) => t.Length == 0 ? null : o with { Da = t }),
        new("da-token-file", "a file", "The token for --da.", (o, t) => o with { DaTokenFile = Path.GetFullPath(t) }),
        new("follow", "true or false", "Follow the chain without voting; needs no consensus key.",
            (o, t) => bool.TryParse(t, out bool b) ? o with { Follow = b } : null),
        new("validator-key", "a file", "Encrypted consensus key; without one the node uses DATA/validator.key.json.",
            (o, t) => o with { ValidatorKeyFile = Path.GetFullPath(t) }),
        new("password-file", "a file", "First line unlocks the consensus key.",
            (o, t) => o with { PasswordFile = Path.GetFullPath(t) }),
        new("log", "text or json", "Form of the log.", (o, t) => TryName(t, out LogFormat format) ? o with { LogFormat = format } : null),
        new("log-level", "debug, information, warning or error", "Least severity that is logged.",
            (o, t) => TryName(t, out LogLevelName level) ? o with { LogLevel = level } : null),
    ];

    private static NodeOptions? ApplyRpc(NodeOptions options, string text) =>
        TryAddress(text, out string host, out int port) ? options with { RpcHost = host, RpcPort = port } : null;

    private static NodeOptions? ApplyP2p(NodeOptions options, string text)
    {
        if (text == "off") return options with { P2p = null };
        return TryAddress(text, out string host, out int port) ? options with { P2p = (host, port) } : null;
    }

    private static NodeOptions? ApplyPeers(NodeOptions options, string text)
    {
        IReadOnlyList<string> peers = NodeOptions.SplitList(text);
        return peers.All(static peer => PeerEndpoint.TryParse(peer, out _)) ? options with { Peers = peers } : null;
    }

    private static NodeOptions? ApplySeeds(NodeOptions options, string text)
    {
        IReadOnlyList<string> seeds = NodeOptions.SplitList(text);
        return seeds.All(static seed => PeerEndpoint.TryParse(seed, out _)) ? options with { Seeds = seeds } : null;
    }

    private static NodeOptions? ApplyLogSources(NodeOptions options, string text)
    {
        var sources = new List<LogAddress>();
        foreach (string one in NodeOptions.SplitList(text))
        {
            if (LogAddress.Parse(one) is not { } source) return null;
            sources.Add(source);
        }
        return options with { LogSources = sources };
    }

    private static bool TryAddress(string text, out string host, out int port)
    {
        int colon = text.LastIndexOf(':');
        (host, port) = ("", 0);
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > 65535) return false;
        host = text[..colon].Trim('[', ']');
        return true;
    }

    private static NodeOptions? ApplyTrust(NodeOptions options, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && TryNumber(text[..colon], 0, ulong.MaxValue, out ulong height) && Hash256.TryParse(text[(colon + 1)..], out Hash256 hash)
            ? options with { Trust = (height, hash) }
            : null;
    }

    private static NodeOptions? ApplyBlockTime(NodeOptions options, string text)
    {
        if (text == "manual") return options with { ManualBlocks = true };
        return TryNumber(text, 0, 86_400_000, out ulong ms) ? options with { BlockTimeMs = ms, ManualBlocks = false } : null;
    }

    private static bool TryNumber(string text, ulong least, ulong most, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    private static bool TryName<T>(string text, out T value) where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]);
}

using System.Globalization;
using System.Net;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Configuration;
using Dsdn.Chain.Primitives;
using Dsdn.Coordinator;
using Dsdn.DaServer;
using Dsdn.Genesis;
using Dsdn.Log.Routing;
using Dsdn.Node.Configuration;
using Dsdn.Services.Batches;

namespace Dsdn.Host.Networks;

/// <summary>
/// What a development network runs beside its validators: the DA server in DIRECTORY/da and the coordinator in DIRECTORY/coordinator. The ports of a network on other
/// than the standard ports are free ones.
/// </summary>
/// <param name="CoordinatorId">The coordinator's node id.</param>
/// <param name="ArchivePorts">Where each validator serves the log.</param>
internal sealed record NetworkServices(string Directory, int DaPort, int CoordinatorPort, int OperatorPort, Hash256 CoordinatorId, IReadOnlyList<int> ArchivePorts)
{
    public const string DaName = "da", CoordinatorName = "coordinator";

    /// <summary>Pays for the anchors; nobody else of a development network uses it.</summary>
    private const int AnchorAccount = DevnetKeys.LiquidityAccount;

    private const int FirstArchivePort = 45_910;

    private const int DaBlockTimeMs = 1_000;

    /// <summary>Everything is seen within seconds (rulings 47).</summary>
    private const ulong IdleMs = 2_000, PatienceMs = 500, AnchorMs = 10_000;

    public string DaFolder => Path.Combine(Directory, DaName);

    public string CoordinatorFolder => Path.Combine(Directory, CoordinatorName);

    public string DaUrl => Url(DaPort);

    public string OperatorUrl => Url(OperatorPort);

    /// <summary>Whom a validator follows: the coordinator, and where it does not answer the others.</summary>
    public IReadOnlyList<string> LogSources(int validator) =>
        [LogSource, .. ArchivePorts.Where((_, i) => i != validator).Select(Local)];

    public string ArchiveListen(int validator) => Local(ArchivePorts[validator]);

    public string LogSource => string.Create(CultureInfo.InvariantCulture, $"{CoordinatorId}@127.0.0.1:{CoordinatorPort}");

    public string ReadToken => Path.Combine(DaFolder, "tokens", "read.jwt");

    public string WriteToken => Path.Combine(DaFolder, "tokens", "write.jwt");

    /// <summary>Ports are chosen anew each time; the coordinator's identity stays.</summary>
    public static NetworkServices Assign(string directory, int validators)
    {
        string folder = Path.Combine(directory, CoordinatorName);
        System.IO.Directory.CreateDirectory(folder);
        IReadOnlyList<int> ports = Endpoints.FreePorts(
            [DaServerOptions.DefaultPort, CoordinatorOptions.DefaultPort, CoordinatorOptions.DefaultOperatorPort, .. Enumerable.Range(FirstArchivePort, validators)]);
        return new NetworkServices(directory, ports[0], ports[1], ports[2], NodeKeyFile.IdOf(NodeKeyFile.OpenOrCreate(Path.Combine(folder, "node.key"))), [.. ports.Skip(3)]);
    }

    public DaServerOptions Da() => new() { DataFolder = DaFolder, Listen = new IPEndPoint(IPAddress.Loopback, DaPort), BlockTimeMs = DaBlockTimeMs };

    /// <summary>For validators alone, whose services somebody else runs: what they need before those are there.</summary>
    public void Prepare()
    {
        if (!File.Exists(ReadToken)) DaServerProcess.Prepare(Da());
    }

    /// <param name="genesis">The network's file.</param>
    /// <param name="chain">JSON-RPC of a validator.</param>
    public CoordinatorOptions Coordinator(string genesis, string chain)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [DaVariable.Url] = DaUrl, [DaVariable.TokenFile] = WriteToken };
        DaFailure failure = DaConfiguration.TryLoad(DaConfiguration.Development, environment.GetValueOrDefault, null, out CelestiaOptions? celestia);
        return new CoordinatorOptions
        {
            Network = genesis,
            DataFolder = CoordinatorFolder,
            Listen = new IPEndPoint(IPAddress.Loopback, CoordinatorPort),
            Operator = new IPEndPoint(IPAddress.Loopback, OperatorPort),
            Chain = new Uri(chain),
            LogSources = [.. ArchivePorts.Select(port => new LogAddress("127.0.0.1", port, null))],
            DevelopmentAccount = AnchorAccount,
            Celestia = (celestia ?? throw new ConfigurationException(failure.ToString())) with { TrustFile = Path.Combine(CoordinatorFolder, "celestia-head.json"), BlockTimeMs = DaBlockTimeMs },
            Router = RouterOptions.Devnet,
            IdleMs = IdleMs,
            PatienceMs = PatienceMs,
            AnchorMs = AnchorMs,
        };
    }

    /// <summary>The same as arguments of the program.</summary>
    public IReadOnlyList<string> DaArguments => ["da", "--data", DaFolder, "--listen", Local(DaPort), "--block-time", DaBlockTimeMs.ToString(CultureInfo.InvariantCulture)];

    /// <inheritdoc cref="DaArguments"/>
    public IReadOnlyList<string> CoordinatorArguments(string genesis, string chain) =>
    [
        "coordinator", "--network", genesis, "--data", CoordinatorFolder, "--listen", Local(CoordinatorPort), "--operator-listen", Local(OperatorPort), "--chain", chain,
        "--log-sources", string.Join(',', ArchivePorts.Select(Local)),
        "--dev-account", AnchorAccount.ToString(CultureInfo.InvariantCulture), "--da", DaConfiguration.Development, "--thresholds", "devnet",
        "--idle", Number(IdleMs), "--patience", Number(PatienceMs), "--anchor-every", Number(AnchorMs),
    ];

    /// <summary>What the coordinator's process takes from its environment.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CoordinatorEnvironment =>
        [new(DaVariable.Url, DaUrl), new(DaVariable.TokenFile, WriteToken), new("DA_BLOCK_TIME_MS", DaBlockTimeMs.ToString(CultureInfo.InvariantCulture))];

    private static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static string Url(int port) => "http://" + Local(port);
}

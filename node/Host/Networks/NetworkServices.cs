using System.Globalization;
using System.Net;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Configuration;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Coordinator;
using Dsdn.DaServer;
using Dsdn.Genesis;
using Dsdn.Ingress;
using Dsdn.Log.Routing;
using Dsdn.Node.Configuration;
using Dsdn.Services.Batches;

namespace Dsdn.Host.Networks;

/// <summary>
/// What a development network runs beside its validators: the DA server in DIRECTORY/da, the coordinator in DIRECTORY/coordinator, storage nodes, and the ingress in DIRECTORY/ingress. Where a
/// standard port is taken, a free one stands in its place.
/// </summary>
/// <param name="CoordinatorId">The coordinator's node id.</param>
/// <param name="ArchivePorts">Where each validator serves the log.</param>
internal sealed record NetworkServices(string Directory, int DaPort, int CoordinatorPort, int OperatorPort, Hash256 CoordinatorId, IReadOnlyList<int> ArchivePorts)
{
    public const string DaName = "da", CoordinatorName = "coordinator", IngressName = "ingress";

    private const int DefaultIngressPort = 8_080;

    /// <summary>Pays for the anchors; nobody else of a development network uses it.</summary>
    private const int AnchorAccount = DevnetKeys.LiquidityAccount;

    private const int FirstArchivePort = 45_910;

    private const int DaBlockTimeMs = 1_000;

    /// <summary>Everything is seen within seconds (rulings 47).</summary>
    private const ulong IdleMs = 2_000, PatienceMs = 500, AnchorMs = 10_000;

    /// <summary>What the service of a folder writes, beside the folder.</summary>
    public static string LogOf(string folder) => folder + ".log";

    public string DaFolder => Path.Combine(Directory, DaName);

    public string CoordinatorFolder => Path.Combine(Directory, CoordinatorName);

    public string DaUrl => Url(DaPort);

    public string OperatorUrl => Url(OperatorPort);

    /// <summary>None: the network stores nothing.</summary>
    public IReadOnlyList<StorageHome> Storage { get; init; } = [];

    public required int IngressPort { get; init; }

    public required int IngressOperatorPort { get; init; }

    public string IngressFolder => Path.Combine(Directory, IngressName);

    public string IngressUrl => Url(IngressPort);

    public string IngressOperatorUrl => Url(IngressOperatorPort);

    /// <summary>Whom a validator follows: the coordinator, and where it does not answer the others.</summary>
    public IReadOnlyList<string> LogSources(int validator) =>
        [LogSource, .. ArchivePorts.Where((_, i) => i != validator).Select(Local)];

    public string ArchiveListen(int validator) => Local(ArchivePorts[validator]);

    public string LogSource => string.Create(CultureInfo.InvariantCulture, $"{CoordinatorId}@127.0.0.1:{CoordinatorPort}");

    public string ReadToken => Path.Combine(DaFolder, "tokens", "read.jwt");

    public string WriteToken => Path.Combine(DaFolder, "tokens", "write.jwt");

    /// <param name="zones">Of storage nodes.</param>
    /// <param name="servicesRun">They may be running, so their ports are those that they were given.</param>
    public static NetworkServices Assign(string directory, int validators, int zones, bool servicesRun)
    {
        string folder = Path.Combine(directory, CoordinatorName);
        System.IO.Directory.CreateDirectory(folder);
        var ports = PortBook.Open(directory, servicesRun);
        int Take(string name, int wanted) => ports.Take(name, IPAddress.Loopback, wanted);
        var services = new NetworkServices(
            directory, Take(DaName, DaServerOptions.DefaultPort), Take(CoordinatorName, CoordinatorOptions.DefaultPort),
            Take(CoordinatorName + StorageHome.OperatorSuffix, CoordinatorOptions.DefaultOperatorPort), NodeKeyFile.IdOf(NodeKeyFile.OpenOrCreate(Path.Combine(folder, "node.key"))),
            [.. Enumerable.Range(0, validators).Select(number => Take("archive" + number.ToString(CultureInfo.InvariantCulture), FirstArchivePort + number))])
        {
            IngressPort = Take(IngressName, DefaultIngressPort), IngressOperatorPort = Take(IngressName + StorageHome.OperatorSuffix, IngressOptions.DefaultOperatorPort),
            Storage = StorageHome.Assign(directory, zones, ports),
        };
        ports.Save();
        return services;
    }

    /// <summary>Of all of them, for as long as the network is up.</summary>
    public PortReservation Reserve()
    {
        int[] local = [DaPort, CoordinatorPort, OperatorPort, IngressPort, IngressOperatorPort, .. ArchivePorts, .. Storage.Select(static home => home.OperatorPort)];
        return PortReservation.Of([.. local.Select(static port => new IPEndPoint(IPAddress.Loopback, port)), .. Storage.Select(static home => home.Listen)]);
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
            LogSources = Archives,
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
        "--log-sources", ArchiveList,
        "--dev-account", AnchorAccount.ToString(CultureInfo.InvariantCulture), "--da", DaConfiguration.Development, "--thresholds", "devnet",
        "--idle", Number(IdleMs), "--patience", Number(PatienceMs), "--anchor-every", Number(AnchorMs),
    ];

    /// <summary>What the coordinator's process takes from its environment.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CoordinatorEnvironment =>
        [new(DaVariable.Url, DaUrl), new(DaVariable.TokenFile, WriteToken), new("DA_BLOCK_TIME_MS", DaBlockTimeMs.ToString(CultureInfo.InvariantCulture))];

    /// <summary>For those who follow the log and send events.</summary>
    public IReadOnlyList<LogAddress> Sources => [new LogAddress("127.0.0.1", CoordinatorPort, new PeerId(CoordinatorId)), .. Archives];

    /// <inheritdoc cref="Sources"/>
    public string SourceList => LogSource + "," + ArchiveList;

    public IngressOptions Ingress(string genesis) => new()
    {
        Network = genesis, DataFolder = IngressFolder, Sources = Sources, Operator = new IPEndPoint(IPAddress.Loopback, IngressOperatorPort),
        Http = new HttpOptions { Listen = new IPEndPoint(IPAddress.Loopback, IngressPort) },
    };

    /// <summary>The same as arguments of the program.</summary>
    public IReadOnlyList<string> IngressArguments(string genesis) =>
        ["ingress", "--network", genesis, "--data", IngressFolder, "--listen", Local(IngressPort), "--operator-listen", Local(IngressOperatorPort), "--log-sources", SourceList];

    private LogAddress[] Archives => [.. ArchivePorts.Select(static port => new LogAddress("127.0.0.1", port, null))];

    private string ArchiveList => string.Join(',', ArchivePorts.Select(Local));

    private static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static string Url(int port) => "http://" + Local(port);
}

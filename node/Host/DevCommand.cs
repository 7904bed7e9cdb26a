using System.CommandLine;
using System.Globalization;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Host.Networks;

namespace Dsdn.Host;

/// <summary><c>dsdn dev init|up</c>: a development network on this machine.</summary>
internal static class DevCommand
{
    private const string Group = "dev";

    public static Command Create(CommandContext context) => context.Group("dev", Init(context), Up(context), Register(context));

    private static Command Init(CommandContext context)
    {
        var options = new NetworkOptions(context);
        return context.Leaf("dev.init", (run, _) => Task.Run(() => NodeFailures.Coded(() => Describe(options.Open(run, servicesRun: false), running: null))), options.All);
    }

    private static Command Up(CommandContext context)
    {
        var options = new NetworkOptions(context);
        Option<bool> processes = context.OptionOf<bool>(Group, "--processes");
        Option<string?> logLevel = context.OptionOf<string?>(Group, "--log-level", "level");
        Option<bool> validatorsOnly = context.OptionOf<bool>(Group, "--validators-only");
        Option<bool> stopsWithInput = context.Option<bool>("--stop-with-input");
        return context.Leaf("dev.up", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            bool hasServices = !run.Value(validatorsOnly);
            DevelopmentNetwork network = options.Open(run, servicesRun: !hasServices);
            using PortReservation reserved = network.Services.Reserve();
            using var stop = new StopSignals(run.Value(stopsWithInput), cancel);
            bool asProcesses = run.Value(processes);
            // In one process what all of them say goes to one screen.
            KeyValuePair<string, string>[] settings = [new("log-level", run.Value(logLevel) ?? (asProcesses ? "information" : "warning"))];
            await using IRunningNetwork running = asProcesses
                ? await NetworkOfProcesses.StartAsync(network, settings, hasServices, end => run.Terminal.Error.WriteLine(run.Texts["error.DSDN-E-NETWORK-NODE.summary", end.Node, end.Reason]), stop.Token)
                : await NetworkInProcess.StartAsync(network, settings, hasServices, stop.Token);
            Report report = Describe(network, running);
            Announce(run, network, running);
            if (await running.EndedAsync(stop.Token) is { } end) throw end.Failure ?? new NodeEndedException(end);
            return report;
        }), [.. options.All, processes, validatorsOnly, logLevel, stopsWithInput]);
    }

    /// <summary>For networks whose services somebody else starts.</summary>
    private static Command Register(CommandContext context)
    {
        Option<string?> data = context.OptionOf<string?>(Group, "--data", "folder");
        return context.Leaf("dev.register", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            string directory = Path.GetFullPath(run.Value(data) ?? Path.Combine(run.Home, "dev"));
            int changed = await StorageRegistration.EnsureAsync(run.Chain, StorageHome.Assign(directory, StorageHome.ZonesIn(directory), PortBook.Open(directory, servicesRun: true)), cancel);
            return new Report().Add("registered", (ulong)changed);
        }), data);
    }

    private static Report Describe(DevelopmentNetwork network, IRunningNetwork? running) => new Report()
        .Add("chainId", network.ChainId)
        .AddTable("services", ["name", "url", "directory", "address", "nodeId"],
        [
            [NetworkServices.DaName, network.Services.DaUrl, network.Services.DaFolder, default, default],
            [NetworkServices.CoordinatorName, network.Services.OperatorUrl, network.Services.CoordinatorFolder, network.Services.LogSource, network.Services.CoordinatorId.ToString()],
            .. network.Services.ArchivePorts.Select((port, i) => (IReadOnlyList<Cell>)[$"archive{i}", default, network.Homes[i].Path, $"127.0.0.1:{port}", network.NodeIds[i].ToString()]),
            .. network.Services.Storage.Select(static home => (IReadOnlyList<Cell>)[home.Name, home.OperatorUrl, home.Directory, home.Listen.ToString(), home.NodeId.ToString()]),
            .. network.Services.Storage.Count == 0
                ? (IReadOnlyList<IReadOnlyList<Cell>>)[]
                : [[NetworkServices.IngressName, network.Services.IngressOperatorUrl, network.Services.IngressFolder, network.Services.IngressUrl, default]],
        ])
        .AddTable("homes", ["rpc", "p2p", "nodeId", "directory", "log", "process"],
            [.. network.Homes.Select((home, i) => (IReadOnlyList<Cell>)
                [network.Endpoints[i].RpcUrl, network.Endpoints[i].P2pDial, network.NodeIds[i].ToString(), home.Path, running?.Logs?[i], running is null ? default : (ulong)running.ProcessIds[i]])]);

    /// <summary>For people, at once; the one document for programs comes when the network has stopped.</summary>
    private static void Announce(Invocation run, DevelopmentNetwork network, IRunningNetwork running)
    {
        TextWriter to = run.Json ? run.Terminal.Error : run.Terminal.Out;
        to.WriteLine(run.Texts["text.dev.ready", network.Homes.Count.ToString(CultureInfo.InvariantCulture), network.ChainId.ToString(CultureInfo.InvariantCulture)]);
        for (int i = 0; i < network.Homes.Count; i++)
        {
            string log = running.Logs is { } logs ? "  " + logs[i] : "";
            to.WriteLine($"  {network.Homes[i].Name}  {network.Endpoints[i].RpcUrl}  p2p {network.Endpoints[i].P2pDial}{log}");
        }
        to.WriteLine($"  {NetworkServices.DaName}  {network.Services.DaUrl}");
        to.WriteLine($"  {NetworkServices.CoordinatorName}  {network.Services.OperatorUrl}/status");
        foreach (StorageHome home in network.Services.Storage) to.WriteLine($"  {home.Name}  {home.OperatorUrl}/status  zone {home.Zone.ToString(CultureInfo.InvariantCulture)}");
        if (network.Services.Storage.Count > 0) to.WriteLine($"  {NetworkServices.IngressName}  {network.Services.IngressUrl}");
        to.WriteLine(run.Texts["text.dev.stop"]);
        to.Flush();
    }

    /// <summary>Which network, and where it listens.</summary>
    private sealed class NetworkOptions(CommandContext context)
    {
        private readonly Option<int?> _validators = context.OptionOf<int?>(Group, "--validators", "n");
        private readonly Option<string?> _data = context.OptionOf<string?>(Group, "--data", "folder");
        private readonly Option<string?> _blockTime = context.OptionOf<string?>(Group, "--block-time", "ms");
        private readonly Option<int?> _port = context.OptionOf<int?>(Group, "--port", "port");
        private readonly Option<int?> _p2pPort = context.OptionOf<int?>(Group, "--p2p-port", "port");
        private readonly Option<int?> _zones = context.OptionOf<int?>(Group, "--zones", "n");
        private readonly Option<bool> _reset = context.OptionOf<bool>(Group, "--reset");

        public IEnumerable<Option> All => [_validators, _data, _blockTime, _port, _p2pPort, _zones, _reset];

        public DevelopmentNetwork Open(Invocation run, bool servicesRun)
        {
            string directory = Path.GetFullPath(run.Value(_data) ?? Path.Combine(run.Home, "dev"));
            if (run.Value(_reset)) DevelopmentNetwork.Delete(directory);
            return DevelopmentNetwork.Open(
                directory, run.Value(_validators), run.Value(_port) ?? TestnetCommand.DefaultRpcPort, run.Value(_p2pPort) ?? TestnetCommand.DefaultP2pPort, run.Value(_blockTime), run.Value(_zones), servicesRun);
        }
    }
}

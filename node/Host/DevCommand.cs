using System.CommandLine;
using System.Globalization;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Host.Networks;

namespace Dsdn.Host;

/// <summary><c>dsdn dev up</c>: a development network on this machine.</summary>
internal static class DevCommand
{
    private const string Group = "dev";

    public static Command Create(CommandContext context) => context.Group("dev", Up(context));

    private static Command Up(CommandContext context)
    {
        Option<int?> validators = context.OptionOf<int?>(Group, "--validators", "n");
        Option<string?> data = context.OptionOf<string?>(Group, "--data", "folder");
        Option<bool> processes = context.OptionOf<bool>(Group, "--processes");
        Option<string?> blockTime = context.OptionOf<string?>(Group, "--block-time", "ms");
        Option<int?> port = context.OptionOf<int?>(Group, "--port", "port");
        Option<int?> p2pPort = context.OptionOf<int?>(Group, "--p2p-port", "port");
        Option<string?> logLevel = context.OptionOf<string?>(Group, "--log-level", "level");
        Option<bool> reset = context.OptionOf<bool>(Group, "--reset");
        return context.Leaf("dev.up", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            string directory = Path.GetFullPath(run.Value(data) ?? Path.Combine(run.Home, "dev"));
            if (run.Value(reset)) DevelopmentNetwork.Delete(directory);
            DevelopmentNetwork network = DevelopmentNetwork.Open(
                directory, run.Value(validators), run.Value(port) ?? TestnetCommand.DefaultRpcPort, run.Value(p2pPort) ?? TestnetCommand.DefaultP2pPort, run.Value(blockTime));
            using var stop = new StopSignals(cancel);
            bool asProcesses = run.Value(processes);
            // In one process what all of them say goes to one screen.
            KeyValuePair<string, string>[] settings = [new("log-level", run.Value(logLevel) ?? (asProcesses ? "information" : "warning"))];
            await using IRunningNetwork running = asProcesses
                ? await NetworkOfProcesses.StartAsync(network, settings, end => run.Terminal.Error.WriteLine(run.Texts["error.DSDN-E-NETWORK-NODE.summary", end.Node, end.Reason]), stop.Token)
                : await NetworkInProcess.StartAsync(network.Homes, settings);
            Report report = Describe(network, running);
            Announce(run, network, running);
            if (await running.EndedAsync(stop.Token) is { } end) throw end.Failure ?? new NodeEndedException(end);
            return report;
        }), validators, data, processes, blockTime, port, p2pPort, logLevel, reset);
    }

    private static Report Describe(DevelopmentNetwork network, IRunningNetwork running) => new Report()
        .Add("chainId", network.ChainId)
        .AddTable("homes", ["rpc", "p2p", "data", "log", "process"],
            [.. network.Homes.Select((home, i) => (IReadOnlyList<Cell>)
                [network.Endpoints[i].RpcUrl, network.Endpoints[i].P2pDial, home.Path, running.Logs?[i], (ulong)running.ProcessIds[i]])]);

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
        to.WriteLine(run.Texts["text.dev.stop"]);
        to.Flush();
    }
}

using System.CommandLine;
using System.Globalization;
using System.Net;
using Dsdn.Celestia.Rpc;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.DaServer;
using Dsdn.DaServer.Faults;
using Dsdn.Host.Networks;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Microsoft.Extensions.Logging;

namespace Dsdn.Host;

/// <summary><c>dsdn da</c>: runs the development DA server in the foreground until it is told to stop. Its subcommands are about data availability as a whole.</summary>
internal static class DaCommand
{
    internal const string Group = "da";

    public static Command Create(CommandContext context)
    {
        var server = new ServerFlags(context);
        Option<bool> stopsWithInput = context.Option<bool>("--stop-with-input");
        Command da = context.Leaf(Group, (run, cancel) => RunAsync(server, run, run.Value(stopsWithInput), cancel), [.. server.All, stopsWithInput]);
        // Subcommands, each from a file of its own.
        da.Subcommands.Add(DaFaultCommands.Create(context));
        da.Subcommands.Add(DaStatusCommand.Create(context));
        da.Subcommands.Add(DaVerifyCommand.Create(context));
        da.Subcommands.Add(DaCostCommand.Create(context));
        da.Subcommands.Add(DaReconcileCommand.Create(context));
        da.Subcommands.Add(DaModeCommand.Create(context));
        return da;
    }

    /// <summary>The folder of the server's data where none is named: da under the home.</summary>
    internal static string DataFolder(Invocation run, string? named) => Path.GetFullPath(named ?? Path.Combine(run.Home, Group));

    internal static IPEndPoint Endpoint(string text) =>
        IPEndPoint.TryParse(text.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out IPEndPoint? endpoint) && text.Contains(':', StringComparison.Ordinal)
            ? endpoint
            : throw new ConfigurationException($"--listen: '{text}' is not IP:PORT");

    private static async Task<Report> RunAsync(ServerFlags flags, Invocation run, bool stopsWithInput, CancellationToken cancel)
    {
        using var stop = new StopSignals(stopsWithInput, cancel);
        return await NodeFailures.CodedAsync(async () =>
        {
            using ILoggerFactory logs = LogSetup.Create(flags.Logging(run));
            DaServerOptions options = flags.Read(run) with { Logs = logs };
            await using DaServerProcess server = await DaServerProcess.StartAsync(options, stop.Token);
            Announce(run, options, server);
            try
            {
                await server.Ended.WaitAsync(stop.Token); // earlier than told only if it failed
            }
            catch (OperationCanceledException)
            {
                // Told to stop: an orderly end.
            }
            return new Report().Add("stoppedAt", server.Height);
        });
    }

    /// <summary>At once, for people and for scripts that wait until it is ready; the report comes when it has stopped.</summary>
    private static void Announce(Invocation run, DaServerOptions options, DaServerProcess server)
    {
        TextWriter to = run.Json ? run.Terminal.Error : run.Terminal.Out;
        to.WriteLine(run.Texts["text.da.ready", server.Endpoint.ToString(), options.ChainId, server.Height.ToString(CultureInfo.InvariantCulture)]);
        to.WriteLine(run.Texts["text.da.tokens", Path.Combine(options.DataFolder, "tokens")]);
        to.WriteLine(run.Texts["text.dev.stop"]);
        to.Flush();
    }

    /// <summary>What the server can be told.</summary>
    private sealed class ServerFlags(CommandContext context)
    {
        private readonly NodeFlags _logging = new("log", "log-level");
        private readonly Option<string?> _listen = context.OptionOf<string?>(Group, "--listen", "host:port");
        private readonly Option<string?> _data = context.OptionOf<string?>(Group, "--data", "folder");
        private readonly Option<string?> _apiVersion = context.OptionOf<string?>(Group, "--api-version", "version");
        private readonly Option<string?> _blockTime = context.OptionOf<string?>(Group, "--block-time", "ms");
        private readonly Option<string?> _chainId = context.OptionOf<string?>(Group, "--chain-id", "id");
        private readonly Option<ulong?> _balance = context.OptionOf<ulong?>(Group, "--balance", "utia");
        private readonly Option<int?> _accounts = context.OptionOf<int?>(Group, "--accounts", "n");
        private readonly Option<int?> _width = context.OptionOf<int?>(Group, "--square-width", "n");
        private readonly Option<bool> _skipAuth = context.OptionOf<bool>(Group, "--skip-auth");
        private readonly Option<ulong?> _retention = context.OptionOf<ulong?>(Group, "--retention-hours", "hours");
        private readonly Option<int?> _rate = context.OptionOf<int?>(Group, "--rate-limit", "n");
        private readonly Option<string[]> _faults = context.OptionOf<string[]>(Group, "--fault", "fault");

        public IEnumerable<Option> All =>
            [_listen, _data, _apiVersion, _blockTime, _chainId, _balance, _accounts, _width, _skipAuth, _retention, _rate, _faults, .. _logging.Options];

        public NodeOptions Logging(Invocation run) => _logging.Load(run);

        public DaServerOptions Read(Invocation run)
        {
            var standard = new DaServerOptions { DataFolder = DataFolder(run, run.Value(_data)) };
            return standard with
            {
                Listen = run.Value(_listen) is { } listen ? Endpoint(listen) : standard.Listen,
                ApiVersion = Version(run.Value(_apiVersion) ?? "v0.31"),
                BlockTimeMs = BlockTime(run.Value(_blockTime), standard.BlockTimeMs),
                ChainId = run.Value(_chainId) ?? standard.ChainId,
                BalanceUtia = run.Value(_balance) ?? standard.BalanceUtia,
                Accounts = run.Value(_accounts) ?? standard.Accounts,
                SquareWidthMax = run.Value(_width),
                SkipAuth = run.Value(_skipAuth),
                RetentionMs = run.Value(_retention) is { } hours ? hours * 3_600_000 : standard.RetentionMs,
                RequestsPerSecondMax = run.Value(_rate),
                Faults = [.. (run.Value(_faults) ?? []).Select(static text => FaultRule.TryParse(text) ?? throw new ConfigurationException($"--fault: '{text}' is not KIND[=VALUE][@METHOD][*TIMES]"))],
            };
        }

        private static NodeVersion Version(string text) => text switch
        {
            "v0.16" => NodeVersion.V0_16,
            "v0.28" => NodeVersion.V0_28,
            "v0.31" => NodeVersion.V0_31,
            _ => throw new ConfigurationException($"--api-version: '{text}' is not v0.16, v0.28 or v0.31"),
        };

        private static int BlockTime(string? text, int standard) => text switch
        {
            null => standard,
            "fast" => DaServerOptions.FastBlockTimeMs,
            "slow" => DaServerOptions.SlowBlockTimeMs,
            _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int ms) ? ms : throw new ConfigurationException($"--block-time: '{text}' is not a number of ms, fast or slow"),
        };
    }
}

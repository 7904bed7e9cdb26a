using System.CommandLine;
using System.Globalization;
using System.Net;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Configuration;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Coordinator;
using Dsdn.Host.Networks;
using Dsdn.Log.Routing;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Dsdn.Sdk.Errors;
using Microsoft.Extensions.Logging;

namespace Dsdn.Host;

/// <summary><c>dsdn coordinator</c>: decides the batches of the log and posts them, in the foreground until it is told to stop.</summary>
internal static class CoordinatorCommand
{
    private const string Group = "coordinator";

    public static Command Create(CommandContext context)
    {
        var flags = new Flags(context);
        Option<bool> stopsWithInput = context.Option<bool>("--stop-with-input");
        return context.Leaf(Group, (run, cancel) => RunAsync(flags, run, run.Value(stopsWithInput), cancel), [.. flags.All, stopsWithInput]);
    }

    /// <summary>At once, for people and for scripts that wait until it is ready.</summary>
    internal static string Ready(CoordinatorProcess running) => string.Create(
        CultureInfo.InvariantCulture, $"ready: coordinator {running.Id} at 127.0.0.1:{running.Port}, http://127.0.0.1:{running.OperatorPort}/status, batch {running.Seq}");

    private static async Task<Report> RunAsync(Flags flags, Invocation run, bool stopsWithInput, CancellationToken cancel)
    {
        using var stop = new StopSignals(stopsWithInput, cancel);
        return await NodeFailures.CodedAsync(async () =>
        {
            CoordinatorOptions options = flags.Read(run);
            using ILoggerFactory logs = LogSetup.Create(flags.Logging(run));
            await using CoordinatorProcess running = await CoordinatorProcess.StartAsync(options, logs, stop.Token);
            TextWriter to = run.Json ? run.Terminal.Error : run.Terminal.Out;
            await to.WriteLineAsync(Ready(running));
            await to.FlushAsync(CancellationToken.None);
            if (await running.EndedAsync(stop.Token) is { } failure) throw failure;
            return new Report().Add("stoppedAt", running.Seq);
        });
    }

    /// <summary>What a coordinator can be told.</summary>
    private sealed class Flags(CommandContext context)
    {
        private readonly NodeFlags _node = new("network", "data", "password-file", "log", "log-level", "log-sources");
        private readonly Option<string?> _listen = context.OptionOf<string?>(Group, "--listen", "host:port");
        private readonly Option<string?> _operator = context.OptionOf<string?>(Group, "--operator-listen", "host:port");
        private readonly Option<string?> _chain = context.OptionOf<string?>(Group, "--chain", "url");
        private readonly Option<string?> _key = context.OptionOf<string?>(Group, "--key", "file");
        private readonly Option<string?> _account = context.OptionOf<string?>(Group, "--account", "file");
        private readonly Option<int?> _devAccount = context.OptionOf<int?>(Group, "--dev-account", "n");
        private readonly Option<string?> _da = context.OptionOf<string?>(Group, "--da", "env|mock|url");
        private readonly Option<string?> _thresholds = context.OptionOf<string?>(Group, "--thresholds", "standard|devnet");
        private readonly Option<ulong?> _idle = context.OptionOf<ulong?>(Group, "--idle", "ms");
        private readonly Option<ulong?> _interval = context.OptionOf<ulong?>(Group, "--interval", "ms");
        private readonly Option<ulong?> _patience = context.OptionOf<ulong?>(Group, "--patience", "ms");
        private readonly Option<ulong?> _anchor = context.OptionOf<ulong?>(Group, "--anchor-every", "ms");
        private readonly Option<ulong?> _degraded = context.OptionOf<ulong?>(Group, "--degraded-after", "s");
        private readonly Option<ulong?> _emergency = context.OptionOf<ulong?>(Group, "--emergency-after", "s");
        private readonly Option<ulong?> _flush = context.OptionOf<ulong?>(Group, "--flush-after", "s");

        public IEnumerable<Option> All =>
            [.. _node.Options, _listen, _operator, _chain, _key, _account, _devAccount, _da, _thresholds, _idle, _interval, _patience, _anchor, _degraded, _emergency, _flush];

        public NodeOptions Logging(Invocation run) => _node.Load(run);

        public CoordinatorOptions Read(Invocation run)
        {
            NodeOptions node = _node.Load(run);
            string data = node.DataFolder == NodeOptions.DefaultDataFolder ? Path.Combine(run.Home, Group) : node.DataFolder;
            var options = new CoordinatorOptions { DataFolder = data, Celestia = Celestia(run, data), Network = node.Network, PasswordFile = node.PasswordFile, LogSources = node.LogSources };
            return options with
            {
                Listen = run.Value(_listen) is { } listen ? DaCommand.Endpoint(listen) : options.Listen,
                Operator = run.Value(_operator) is { } endpoint ? DaCommand.Endpoint(endpoint) : options.Operator,
                Chain = run.Value(_chain) is { } chain ? Url(chain) : options.Chain,
                KeyFile = run.Value(_key),
                AccountFile = run.Value(_account),
                DevelopmentAccount = run.Value(_devAccount),
                Router = Router(run),
                IdleMs = run.Value(_idle) ?? options.IdleMs,
                IntervalMs = run.Value(_interval) ?? options.IntervalMs,
                PatienceMs = run.Value(_patience) ?? options.PatienceMs,
                AnchorMs = run.Value(_anchor) ?? options.AnchorMs,
            };
        }

        private RouterOptions Router(Invocation run)
        {
            RouterOptions options = run.Value(_thresholds) switch
            {
                null or "standard" => RouterOptions.Default,
                "devnet" => RouterOptions.Devnet,
                { } other => throw new ConfigurationException($"--thresholds: '{other}' is not standard or devnet"),
            };
            return options with
            {
                DegradedAfterMs = 1_000 * run.Value(_degraded) ?? options.DegradedAfterMs,
                EmergencyAfterMs = 1_000 * run.Value(_emergency) ?? options.EmergencyAfterMs,
                FlushAgeMs = 1_000 * run.Value(_flush) ?? options.FlushAgeMs,
            };
        }

        private CelestiaOptions Celestia(Invocation run, string data)
        {
            string token = Path.Combine(run.Home, "da", "tokens", "write.jwt");
            DaFailure failure = DaConfiguration.TryLoad(run.Value(_da), Environment.GetEnvironmentVariable, token, out CelestiaOptions? options);
            if (options is null) throw new DsdnException(ClientError.Of(failure.Code, ErrorClass.Usage, failure.Detail));
            return options with { TrustFile = options.TrustFile ?? Path.Combine(data, "celestia-head.json") };
        }

        private static Uri Url(string text) =>
            Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" ? url : throw new ConfigurationException($"--chain: '{text}' is not an http or https address");
    }
}

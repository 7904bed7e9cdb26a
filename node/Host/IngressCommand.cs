using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Host.Networks;
using Dsdn.Ingress;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Microsoft.Extensions.Logging;

namespace Dsdn.Host;

/// <summary><c>dsdn ingress</c>: serves objects over HTTP, in the foreground until it is told to stop.</summary>
internal static class IngressCommand
{
    private const string Group = "ingress";
    private const long BytesPerMib = 1024 * 1024;

    public static Command Create(CommandContext context)
    {
        var flags = new Flags(context);
        Option<bool> stopsWithInput = context.Option<bool>("--stop-with-input");
        return context.Leaf(Group, (run, cancel) => RunAsync(flags, run, run.Value(stopsWithInput), cancel), [.. flags.All, stopsWithInput]);
    }

    /// <summary>At once, for people and for scripts that wait until it is ready.</summary>
    internal static string Ready(IngressProcess running, IngressOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"ready: ingress {running.Id}, {(options.Http.Certificate is null ? "http" : "https")}://{options.Http.Listen.Address}:{running.Port}/object/ID, http://127.0.0.1:{running.OperatorPort}/status, batch {running.Seq}");

    private static async Task<Report> RunAsync(Flags flags, Invocation run, bool stopsWithInput, CancellationToken cancel)
    {
        using var stop = new StopSignals(stopsWithInput, cancel);
        return await NodeFailures.CodedAsync(async () =>
        {
            IngressOptions options = flags.Read(run);
            using X509Certificate2? certificate = options.Http.Certificate;
            using ILoggerFactory logs = LogSetup.Create(flags.Logging(run));
            await using IngressProcess running = await IngressProcess.StartAsync(options, logs, stop.Token);
            TextWriter to = run.Json ? run.Terminal.Error : run.Terminal.Out;
            await to.WriteLineAsync(Ready(running, options));
            await to.FlushAsync(CancellationToken.None);
            if (await running.EndedAsync(stop.Token) is { } failure) throw failure;
            return new Report().Add("stoppedAt", running.Seq);
        });
    }

    /// <summary>What an ingress can be told.</summary>
    private sealed class Flags(CommandContext context)
    {
        private readonly NodeFlags _node = new("network", "data", "password-file", "log-sources", "log", "log-level");
        private readonly Option<string?> _listen = context.OptionOf<string?>(Group, "--listen", "host:port");
        private readonly Option<string?> _operator = context.OptionOf<string?>(Group, "--operator-listen", "host:port");
        private readonly Option<string?> _certificate = context.OptionOf<string?>(Group, "--certificate", "file");
        private readonly Option<string?> _key = context.OptionOf<string?>(Group, "--certificate-key", "file");
        private readonly Option<ushort?> _zone = context.OptionOf<ushort?>(Group, "--zone", "n");
        private readonly Option<uint?> _cache = context.OptionOf<uint?>(Group, "--cache", "MiB");
        private readonly Option<string?> _cacheFolder = context.OptionOf<string?>(Group, "--cache-folder", "folder");
        private readonly Option<uint?> _cacheFolderSize = context.OptionOf<uint?>(Group, "--cache-folder-size", "MiB");
        private readonly Option<int?> _rate = context.OptionOf<int?>(Group, "--requests-per-second", "n");

        public IEnumerable<Option> All => [.. _node.Options, _listen, _operator, _certificate, _key, _zone, _cache, _cacheFolder, _cacheFolderSize, _rate];

        public NodeOptions Logging(Invocation run) => _node.Load(run);

        public IngressOptions Read(Invocation run)
        {
            NodeOptions node = _node.Load(run);
            var options = new IngressOptions
            {
                DataFolder = node.DataFolder == NodeOptions.DefaultDataFolder ? Path.Combine(run.Home, Group) : node.DataFolder, Network = node.Network, PasswordFile = node.PasswordFile,
                Sources = node.LogSources,
            };
            return options with
            {
                Operator = run.Value(_operator) is { } endpoint ? DaCommand.Endpoint(endpoint) : options.Operator,
                Http = options.Http with
                {
                    Listen = run.Value(_listen) is { } listen ? DaCommand.Endpoint(listen) : options.Http.Listen,
                    Certificate = Certificate(run.Value(_certificate), run.Value(_key)),
                    RequestsPerSecond = run.Value(_rate) is not { } rate ? options.Http.RequestsPerSecond
                        : rate > 0 ? rate : throw new ConfigurationException("--requests-per-second: at least 1, or nobody is answered"),
                },
                Reading = options.Reading with
                {
                    Zone = run.Value(_zone),
                    CacheBytes = run.Value(_cache) * BytesPerMib ?? options.Reading.CacheBytes,
                    CacheFolder = run.Value(_cacheFolder) is { } folder ? Path.GetFullPath(folder) : null,
                    CacheFolderBytes = run.Value(_cacheFolderSize) * BytesPerMib ?? options.Reading.CacheFolderBytes,
                },
            };
        }

        private static X509Certificate2? Certificate(string? file, string? key)
        {
            if (file is null) return key is null ? null : throw new ConfigurationException("--certificate-key: needs --certificate");
            try
            {
                return X509Certificate2.CreateFromPemFile(file, key);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new ConfigurationException($"--certificate: {e.Message}");
            }
        }
    }
}

using System.CommandLine;
using System.Globalization;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Host.Networks;
using Dsdn.Node.Observability;
using Dsdn.StorageNode;
using Microsoft.Extensions.Logging;

namespace Dsdn.Host;

/// <summary><c>dsdn storage</c>: keeps chunks for others, in the foreground until it is told to stop.</summary>
internal static class StorageCommand
{
    public static Command Create(CommandContext context)
    {
        var flags = new StorageFlags(context);
        Option<bool> stopsWithInput = context.Option<bool>("--stop-with-input");
        Command storage = context.Leaf("storage", (run, cancel) => RunAsync(flags, run, run.Value(stopsWithInput), cancel), [.. flags.All, stopsWithInput]);
        storage.Subcommands.Add(StorageInitCommand.Create(context));
        storage.Subcommands.Add(StorageDrainCommand.Create(context));
        storage.Subcommands.Add(StorageDoctorCommand.Create(context));
        return storage;
    }

    /// <summary>At once, for people and for scripts that wait until it is ready.</summary>
    internal static string Ready(StorageNodeProcess running, StorageNodeOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"ready: storage node {running.Id} at {options.Listen.Address}:{running.Port}, http://{options.Operator.Address}:{running.OperatorPort}/status, tls {running.TlsFingerprint}, batch {running.Seq}");

    private static async Task<Report> RunAsync(StorageFlags flags, Invocation run, bool stopsWithInput, CancellationToken cancel)
    {
        using var stop = new StopSignals(stopsWithInput, cancel);
        return await NodeFailures.CodedAsync(async () =>
        {
            StorageNodeOptions options = flags.Read(run);
            using ILoggerFactory logs = LogSetup.Create(flags.Logging(run));
            await using StorageNodeProcess running = await StorageNodeProcess.StartAsync(options, logs, stop.Token);
            TextWriter to = run.Json ? run.Terminal.Error : run.Terminal.Out;
            await to.WriteLineAsync(Ready(running, options));
            await to.FlushAsync(CancellationToken.None);
            if (await running.EndedAsync(stop.Token) is { } failure) throw failure;
            return new Report().Add("stoppedAt", running.Seq);
        });
    }
}

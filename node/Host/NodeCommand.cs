using System.CommandLine;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Node;
using Dsdn.Node.Configuration;
using Microsoft.Extensions.Logging;

namespace Dsdn.Host;

/// <summary><c>dsdn node</c>: runs a validator in the foreground until it is told to stop.</summary>
internal static class NodeCommand
{
    public static Command Create(CommandContext context)
    {
        var settings = new NodeFlags();
        Option<bool> stopsWithInput = context.Option<bool>("--stop-with-input");
        Command node = context.Leaf("node", (run, cancel) => RunAsync(settings.Load(run), run.Value(stopsWithInput), cancel), [.. settings.Options, stopsWithInput]);
        node.Subcommands.Add(PruneCommand.Create(context));
        node.Subcommands.Add(RollbackCommand.Create(context));
        return node;
    }

    private static async Task<Report> RunAsync(NodeOptions options, bool stopsWithInput, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (stopsWithInput) StopAtEndOfInput(stop);
        ulong height = await NodeFailures.CodedAsync(() => NodeProcess.RunAsync(options, stop.Token));
        return new Report().Add("stoppedAt", height);
    }

    /// <summary>A pipe from the process that started this one ends when that one does, however it ends.</summary>
    private static void StopAtEndOfInput(CancellationTokenSource stop)
    {
        var reader = new Thread(() =>
        {
            using Stream input = Console.OpenStandardInput();
            byte[] ignored = new byte[256];
            while (input.Read(ignored) > 0)
            {
            }
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has stopped already.
            }
        }) { Name = "input", IsBackground = true };
        reader.Start();
    }
}

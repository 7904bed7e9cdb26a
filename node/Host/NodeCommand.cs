using System.CommandLine;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Host.Networks;
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
        if (stopsWithInput) InputEnd.Cancels(stop);
        ulong height = await NodeFailures.CodedAsync(() => NodeProcess.RunAsync(options, stop.Token));
        return new Report().Add("stoppedAt", height);
    }
}

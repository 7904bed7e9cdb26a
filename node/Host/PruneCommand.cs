using System.CommandLine;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Node.Configuration;
using Dsdn.Node.Operations;

namespace Dsdn.Host;

/// <summary><c>dsdn node prune</c>.</summary>
internal static class PruneCommand
{
    public static Command Create(CommandContext context)
    {
        var settings = new NodeFlags("data", "retention");
        return context.Leaf("node.prune", (run, cancel) => Task.Run(() => NodeFailures.Coded(() => Prune(settings.Load(run), cancel))), settings.Options);
    }

    private static Report Prune(NodeOptions options, CancellationToken cancel)
    {
        Pruned pruned = Pruning.Run(options.DataFolder, Retention.State(options.Retention), Retention.Blocks(options.Retention), cancel);
        return new Report()
            .Add("prunedBlocks", pruned.Blocks)
            .Add("oldestState", pruned.OldestState).Add("oldestProof", pruned.OldestProof).Add("oldestBody", pruned.OldestBody)
            .Add("bytesBefore", (ulong)pruned.BytesBefore).Add("bytesAfter", (ulong)pruned.BytesAfter);
    }
}

using System.CommandLine;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Node.Configuration;
using Dsdn.Node.Operations;

namespace Dsdn.Host;

/// <summary><c>dsdn node rollback</c>.</summary>
internal static class RollbackCommand
{
    public static Command Create(CommandContext context)
    {
        var settings = new NodeFlags("data");
        Option<ulong?> blocks = context.Option<ulong?>("--blocks", "n");
        Option<bool> understands = context.Option<bool>("--i-understand");
        return context.Leaf(
            "node.rollback",
            (run, _) => Task.Run(() => NodeFailures.Coded(() => Remove(settings.Load(run), run.Value(blocks) ?? 1, run.Value(understands)))),
            [.. settings.Options, blocks, understands]);
    }

    private static Report Remove(NodeOptions options, ulong blocks, bool understands)
    {
        ulong height = Rollback.Run(options.DataFolder, blocks, understands);
        return new Report().Add("removedBlocks", blocks).Add("height", height);
    }
}

using System.CommandLine;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Commands;

/// <summary>The transaction by which an operator takes a node out, for commands that know the node by something else than its id.</summary>
public static class NodeLeaving
{
    /// <param name="node">The node's id.</param>
    public static Command Create(CommandContext context, string path, Func<Invocation, Hash256> node, IEnumerable<Option> more)
    {
        var options = new SendOptions(context);
        return context.Leaf(path, (run, cancel) => ModuleSender.SendAsync(run, options, ModuleCatalog.Method("Nodes", "leave"), [node(run)], default, cancel), [.. options.All, .. more]);
    }
}

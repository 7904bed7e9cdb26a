using System.CommandLine;
using Dsdn.Cli;
using Dsdn.Cli.Commands;
using Dsdn.Node.Configuration;

namespace Dsdn.Host;

/// <summary><c>dsdn storage drain</c>: takes the node of a folder out of the registry; while its stake unbonds it gives away what it holds, so it goes on running (rulings 43).</summary>
internal static class StorageDrainCommand
{
    public static Command Create(CommandContext context)
    {
        var flags = new NodeFlags("data");
        return NodeLeaving.Create(
            context, "storage.drain",
            run => NodeFailures.Coded(() =>
            {
                // Only read: the node runs, and must.
                string data = StorageFlags.DataOf(run, flags.Load(run)), key = Path.Combine(data, "node.key");
                if (!File.Exists(key)) throw new ConfigurationException($"{key}: there is no storage node; make one with dsdn storage init");
                return NodeKeyFile.IdOf(NodeKeyFile.OpenOrCreate(key, run.Terminal.Environment("DSDN_PASSWORD")));
            }),
            flags.Options);
    }
}

using System.CommandLine;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Node.Configuration;
using Dsdn.StorageNode;
using Dsdn.StorageNode.Keys;

namespace Dsdn.Host;

/// <summary><c>dsdn storage init</c>: makes the two keys of a storage node and says how to register it.</summary>
internal static class StorageInitCommand
{
    public static Command Create(CommandContext context)
    {
        var flags = new NodeFlags("data", "password-file");
        Option<string?> capacity = context.OptionOf<string?>("storage", "--capacity", "size");
        return context.Leaf("storage.init", (run, _) => Task.FromResult(NodeFailures.Coded(() =>
        {
            NodeOptions node = flags.Load(run);
            long? wanted = run.Value(capacity) is { } size ? StorageFlags.Bytes("--capacity", size) : null;
            string data = StorageFlags.DataOf(run, node);
            using StorageNodeFolder folder = StorageNodeFolder.Open(data);
            using StorageIdentity identity = StorageIdentity.OpenOrCreate(folder, NodeKeyFile.PasswordOf(node));
            long free = new DriveInfo(Path.GetFullPath(data)).AvailableFreeSpace;
            if (wanted > free) throw new ConfigurationException($"--capacity: the disk of {data} has {free} bytes free");
            return new Report()
                .Add("nodeId", identity.Id)
                .Add("tlsFingerprint", identity.Tls.Fingerprint)
                .Add("data", Path.GetFullPath(data))
                .Add("freeBytes", (ulong)free)
                .Add("register", $"dsdn node register --key-file {folder.NodeKey} --tls-fingerprint {identity.Tls.Fingerprint} --zone ZONE")
                .Add("start", $"dsdn storage --data {data}" + (run.Value(capacity) is { } given ? $" --capacity {given}" : ""));
        })), [.. flags.Options, capacity]);
    }
}

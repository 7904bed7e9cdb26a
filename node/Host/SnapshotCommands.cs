using System.CommandLine;
using System.Globalization;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Node;
using Dsdn.Node.Configuration;
using Dsdn.Node.Operations;

namespace Dsdn.Host;

/// <summary><c>dsdn snapshot create|restore</c>.</summary>
internal static class SnapshotCommands
{
    public static Command Create(CommandContext context) => context.Group("snapshot", Creation(context), Restoration(context));

    private static Command Creation(CommandContext context)
    {
        var settings = new NodeFlags("network", "data");
        Argument<string> directory = context.Argument("directory");
        return context.Leaf("snapshot.create", (run, cancel) => Task.Run(() => NodeFailures.Coded(() => Create(settings.Load(run), FullPath(run, directory), cancel))), [.. settings.Options, directory]);
    }

    private static Command Restoration(CommandContext context)
    {
        var settings = new NodeFlags("network", "data", "reset");
        Argument<string> directory = context.Argument("directory");
        return context.Leaf("snapshot.restore", (run, cancel) => Task.Run(() => NodeFailures.Coded(() => Restore(run, settings.Load(run), FullPath(run, directory), cancel))), [.. settings.Options, directory]);
    }

    private static Report Create(NodeOptions options, string directory, CancellationToken cancel)
    {
        CheckpointManifest manifest = SnapshotCreation.Run(options.DataFolder, NetworkGenesis.Load(options.Network), directory, out bool wasRunning, cancel);
        return Describe(manifest, directory).Add("nodeRan", wasRunning);
    }

    private static Report Restore(Invocation run, NodeOptions options, string directory, CancellationToken cancel)
    {
        CheckpointManifest manifest = SnapshotRestore.Run(options.DataFolder, NetworkGenesis.Load(options.Network), directory, options.Reset, out ulong? lastSigned, cancel);
        Report report = Describe(manifest, options.DataFolder);
        if (lastSigned is not { } signed) return report;
        report.Add("lastSigned", signed);
        if (signed > manifest.Height + 1) report.Say(run.Texts["text.signedAhead", Number(signed), Number(manifest.Height)]);
        return report;
    }

    private static Report Describe(CheckpointManifest manifest, string directory) => new Report()
        .Add("directory", directory).Add("network", manifest.Network).Add("chainId", manifest.ChainId)
        .Add("height", manifest.Height).Add("blockHash", manifest.BlockHash).Add("stateRoot", manifest.StateRoot)
        .Add("files", (ulong)manifest.Files.Count).Add("bytes", (ulong)manifest.Bytes);

    private static string FullPath(Invocation run, Argument<string> directory) => Path.GetFullPath(run.Value(directory) is { Length: > 0 } path ? path : ".");

    private static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.CommandLine;
using System.Globalization;
using Dsdn.Chain.Execution;
using Dsdn.Chain.State.Verification;
using Dsdn.Chain.Storage;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Node;
using Dsdn.Node.Configuration;
using Dsdn.Node.Operations;

namespace Dsdn.Host;

/// <summary><c>dsdn state verify</c>, on the data of a node that does not run.</summary>
internal static class StateCommand
{
    private const int ExitIntegrity = 5;

    public static Command Create(CommandContext context) => context.Group("state", Verify(context));

    private static Command Verify(CommandContext context)
    {
        var settings = new NodeFlags("network", "data");
        Option<bool> replay = context.Option<bool>("--replay");
        return context.Leaf("state.verify", (run, cancel) => Task.Run(() => NodeFailures.Coded(() => Report(run, settings.Load(run), run.Value(replay), cancel))), [.. settings.Options, replay]);
    }

    private static Report Report(Invocation run, NodeOptions options, bool replays, CancellationToken cancel)
    {
        using var node = StoppedNode.Open(options.DataFolder);
        StateCheck check = StateCheck.Run(node.Store);
        ReplayDivergence? divergence = replays ? Replay(run, options, node, cancel) : null;
        var report = new Report { ExitCode = check.IsSound && divergence is null ? 0 : ExitIntegrity };
        report.Add("valid", report.ExitCode == 0)
            .Add("height", check.State.Height)
            .Add("storedRoot", check.State.StoredRoot).Add("computedRoot", check.State.ComputedRoot).Add("headerRoot", check.HeaderRoot?.ToString())
            .Add("accounts", check.State.Accounts).Add("records", check.State.Records);
        if (check.Faults.Count > 0) report.Add("wrongKey", FirstKey(check)).AddTable("faults", ["where", "what"], [.. check.Faults.Select(static fault => (IReadOnlyList<Cell>)[fault.Where, fault.What])]);
        if (divergence is not null) report.Add("divergence", $"{divergence.Height}: {divergence.Code}: {divergence.Detail}");
        else if (replays) report.Add("replayed", check.ChainHeight ?? 0);
        return report;
    }

    /// <summary>The first fault that names a key, else the first: a fault of the tree as a whole says least.</summary>
    private static string FirstKey(StateCheck check) =>
        (check.Faults.FirstOrDefault(static fault => fault.Where.StartsWith("account ", StringComparison.Ordinal) || fault.Where.StartsWith("module ", StringComparison.Ordinal)) ?? check.Faults[0]).Where;

    private static ReplayDivergence? Replay(Invocation run, NodeOptions options, StoppedNode node, CancellationToken cancel)
    {
        var blocks = new ChainStore(node.Store);
        string last = (blocks.Height ?? 0).ToString(CultureInfo.InvariantCulture);
        bool shows = run.Terminal.IsRich && !run.Json;
        ReplayDivergence? divergence = StateCheck.Replay(node.Store, blocks, NetworkGenesis.Load(options.Network).Genesis, node.Folder.Path, height =>
        {
            cancel.ThrowIfCancellationRequested();
            if (shows && height % 16 == 0) run.Terminal.Error.Write("\r" + run.Texts["text.replaying", height.ToString(CultureInfo.InvariantCulture), last]);
        });
        if (shows) run.Terminal.Error.Write("\r\u001b[K");
        return divergence;
    }
}

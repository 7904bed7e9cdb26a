using System.CommandLine;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Node.Configuration;
using Dsdn.Node.Operations;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary><c>dsdn da mode auto|healthy|degraded|emergency</c>: tells the coordinator that runs on a folder where batches go, until it is told otherwise.</summary>
internal static class DaModeCommand
{
    private static readonly string[] Modes = ["auto", "healthy", "degraded", "emergency"];

    public static Command Create(CommandContext context)
    {
        Argument<string> mode = context.Argument("da-mode");
        Option<string?> data = context.OptionOf<string?>("reconcile", "--data", "folder");
        return context.Leaf("da.mode", (run, _) => Task.Run(() => NodeFailures.Coded(() =>
        {
            string asked = run.Value(mode) ?? "";
            if (Array.IndexOf(Modes, asked) < 0) throw new ConfigurationException($"'{asked}' is not one of {string.Join(", ", Modes)}");
            string folder = DaReconcileCommand.Folder(run, run.Value(data));
            if (!ControlClient.TryOrder(folder, $"mode {asked}", "DSDN-E-DA-MODE", out string answer)) throw new DsdnException(ClientError.Of("DSDN-E-COORDINATOR-DOWN", ErrorClass.Unreachable, folder));
            return new Report().Add("asked", asked).Add("daMode", answer);
        })), mode, data);
    }
}

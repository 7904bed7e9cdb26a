using System.CommandLine;
using System.Net;
using Dsdn.Chain.Primitives;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Signing;
using Dsdn.Host.Networks;
using Dsdn.Node.Configuration;
using Dsdn.Node.RemoteSigning;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary><c>dsdn signer</c>: holds a consensus key and its record for nodes elsewhere, in the foreground until it is told to stop.</summary>
internal static class SignerCommand
{
    private const string Group = "signer";
    private const string DefaultListen = "127.0.0.1:45800";

    public static Command Create(CommandContext context)
    {
        var settings = new NodeFlags("network", "data", "validator-key", "dev-validator", "attest-above", "password-file", "log", "log-level");
        Option<string?> listen = context.OptionOf<string?>(Group, "--listen", "host:port");
        Option<string[]> allow = context.OptionOf<string[]>(Group, "--allow", "id");
        allow.AllowMultipleArgumentsPerToken = true;
        Option<ulong?> signAbove = context.OptionOf<ulong?>(Group, "--sign-above", "height");
        Option<bool> stopsWithInput = context.Option<bool>("--stop-with-input");
        return context.Leaf("signer", async (run, cancel) =>
        {
            NodeOptions options = settings.Load(run);
            SignerSettings signer = NodeFailures.Coded(() =>
            {
                IPEndPoint endpoint = Endpoint(run.Value(listen) ?? DefaultListen);
                return new SignerSettings(endpoint.Address, endpoint.Port, Allowed(run.Value(allow) ?? []), run.Value(signAbove));
            });
            using var stop = new StopSignals(run.Value(stopsWithInput), cancel);
            LastSign last = await NodeFailures.CodedAsync(() => SignerProcess.RunAsync(options, signer, stop.Token));
            return new Report().Add("lastSigned", last.Height);
        }, [.. settings.Options, listen, allow, signAbove, stopsWithInput]);
    }

    private static IPEndPoint Endpoint(string text) =>
        IPEndPoint.TryParse(text.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out IPEndPoint? endpoint) && text.Contains(':', StringComparison.Ordinal)
            ? endpoint
            : throw new ConfigurationException($"--listen: '{text}' is not IP:PORT");

    private static SortedSet<PeerId> Allowed(IEnumerable<string> texts)
    {
        SortedSet<PeerId> allowed = [];
        foreach (string text in texts.SelectMany(static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (!Hash256.TryParse(text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text, out Hash256 id)) throw new ConfigurationException($"--allow: '{text}' is not a node id");
            allowed.Add(new PeerId(id));
        }
        return allowed.Count > 0 ? allowed : throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--allow", "dsdn signer");
    }
}

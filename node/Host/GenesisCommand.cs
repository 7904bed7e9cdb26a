using System.CommandLine;
using System.Globalization;
using Dsdn.Chain.Execution;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Genesis;
using Dsdn.Node;

namespace Dsdn.Host;

/// <summary><c>dsdn genesis check</c>.</summary>
internal static class GenesisCommand
{
    private const int ExitRejected = 1;

    public static Command Create(CommandContext context) => context.Group("genesis", Check(context));

    private static Command Check(CommandContext context)
    {
        Argument<string> network = context.Argument("genesis");
        return context.Leaf("genesis.check", (run, _) => Task.FromResult(NodeFailures.Coded(() => Report(run.Value(network) ?? ""))), network);
    }

    private static Report Report(string network)
    {
        GenesisCheck check = GenesisChecker.Check(NetworkGenesis.ReadSpec(network));
        if (check.Spec is { } spec)
        {
            GenesisBlock genesis = GenesisBuilder.Build(spec);
            return new Report()
                .Add("valid", true).Add("network", spec.Network).Add("chainId", spec.ChainId)
                .Add("genesisHash", genesis.Block.Hash).Add("stateRoot", genesis.Block.Header.StateRoot)
                .Add("accounts", (ulong)spec.Accounts.Count).Add("validators", (ulong)spec.Validators.Count).Add("supply", spec.Supply)
                .Add("committee", GenesisCommittee.Of(spec, genesis.Block.Hash)?.Hash.ToString());
        }
        return new Report { ExitCode = ExitRejected }
            .Add("valid", false).Add("incomplete", check.IsIncomplete)
            .AddTable("errors", ["line", "pointer", "code", "message"],
                [.. check.Errors.Select(static error => (IReadOnlyList<Cell>)[error.Line.ToString(CultureInfo.InvariantCulture), error.Pointer, error.Code, error.Message])]);
    }
}

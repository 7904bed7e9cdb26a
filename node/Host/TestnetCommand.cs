using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Genesis;
using Dsdn.Host.Networks;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary><c>dsdn testnet</c>: genesis, and a home for each validator, ready to be taken to its machine.</summary>
internal static class TestnetCommand
{
    public const int DefaultRpcPort = 8545;
    public const int DefaultP2pPort = 45_831;

    private const int DefaultValidators = 4;
    private const string DefaultName = "private";
    private const string Group = "testnet";

    public static Command Create(CommandContext context)
    {
        Option<int?> validators = context.OptionOf<int?>(Group, "--validators", "n");
        Option<string?> directory = context.OptionOf<string?>(Group, "--out", "folder");
        Option<ulong?> chainId = context.OptionOf<ulong?>(Group, "--chain-id", "number");
        Option<string?> name = context.OptionOf<string?>(Group, "--name", "name");
        Option<string?> host = context.OptionOf<string?>(Group, "--host", "hosts");
        Option<int?> p2pPort = context.OptionOf<int?>(Group, "--p2p-port", "port");
        Option<int?> rpcPort = context.OptionOf<int?>(Group, "--rpc-port", "port");
        Option<string?> stake = context.OptionOf<string?>(Group, "--stake", "amount");
        Option<string?> blockTime = context.OptionOf<string?>(Group, "--block-time", "ms");
        Option<bool> development = context.OptionOf<bool>(Group, "--development");
        return context.Leaf("testnet", (run, _) => Task.Run(() => NodeFailures.Coded(() =>
        {
            string folder = run.Value(directory) ?? throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--out", "dsdn testnet");
            bool isDevelopment = run.Value(development);
            IReadOnlyList<string> hosts = Hosts(run.Value(host) ?? "127.0.0.1", run.Value(validators) ?? DefaultValidators);
            var plan = new NetworkPlan(
                Path.GetFullPath(folder), run.Value(name) ?? DefaultName,
                Endpoints.Assign(hosts, run.Value(rpcPort) ?? DefaultRpcPort, run.Value(p2pPort) ?? DefaultP2pPort),
                isDevelopment ? GenesisTemplates.DevnetChainId : run.Value(chainId) ?? RandomChainId(),
                run.Amount(stake) ?? NetworkPlan.DefaultStake, isDevelopment, NowSeconds() * 1000, run.Value(blockTime));
            return Describe(run, plan, new NetworkWriter().Write(plan));
        })), validators, directory, chainId, name, host, p2pPort, rpcPort, stake, blockTime, development);
    }

    private static Report Describe(Invocation run, NetworkPlan plan, WrittenNetwork network)
    {
        Report report = new Report()
            .Add("directory", plan.Directory).Add("genesis", network.Genesis).Add("chainId", network.ChainId).Add("genesisHash", network.GenesisHash)
            .AddTable("homes", ["directory", "nodeId", "consensusKey", "operator", "rpc", "p2p"],
                [.. network.Homes.Select(static home => (IReadOnlyList<Cell>)
                    [home.Folder.Path, home.NodeId.ToString(), home.ConsensusKey.ToString(), home.Operator, home.Endpoints.RpcUrl, home.Endpoints.P2pDial])])
            .Say(run.Texts["text.testnet.start"]);
        foreach (WrittenHome home in network.Homes) report.Say($"  dsdn node --config {home.Folder.Configuration}");
        return report.Say(run.Texts[plan.IsDevelopment ? "text.testnet.development" : "text.testnet.passwords"]);
    }

    /// <summary>One for all, or one for each; {n} stands for the validator's number.</summary>
    private static IReadOnlyList<string> Hosts(string text, int validators)
    {
        if (validators is < 1 or > NetworkPlan.ValidatorsMax) throw new DsdnException(NetworkPlan.Refused, ErrorClass.Usage, $"--validators: 1 to {NetworkPlan.ValidatorsMax}");
        string[] hosts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (hosts.Length == 1) hosts = [.. Enumerable.Repeat(hosts[0], validators)];
        if (hosts.Length != validators) throw new DsdnException(NetworkPlan.Refused, ErrorClass.Usage, $"--host: {hosts.Length} hosts for {validators} validators");
        return [.. hosts.Select(static (host, i) => host.Replace("{n}", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))];
    }

    /// <summary>Above every registered id, so that a transaction of one private chain is not one of another.</summary>
    private static ulong RandomChainId() => (1UL << 32) + (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);

    private static ulong NowSeconds() => (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
}

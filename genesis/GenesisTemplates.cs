using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Staking;

namespace Dsdn.Genesis;

/// <summary>Specs made in code: the files of devnet and conformance, benches, and private chains. All pass the checker.</summary>
public static class GenesisTemplates
{
    public const ulong MainnetChainId = 17845;
    public const ulong TestnetChainId = 17846;
    public const ulong DevnetChainId = 17847;

    /// <summary>A network of strangers.</summary>
    public static bool IsPublic(ulong chainId) => chainId is MainnetChainId or TestnetChainId;

    /// <summary>2026-01-01 00:00:00 UTC.</summary>
    public const ulong DevnetTimeMs = 1_767_225_600_000;

    /// <summary>Of all genesis validators together: more than a user of the devnet can outbid.</summary>
    private const ulong DevnetStakeNusa = 4_000_000;

    /// <summary>Of a private chain of several validators.</summary>
    private const ulong PrivateSeats = 100;

    /// <summary>
    /// More than a development network starts with may be elected, so that joining can be tried; who bonds the least and
    /// never runs has too little power in these seats to stop it.
    /// </summary>
    private const ulong SpareDevelopmentSeats = 3;

    private static readonly Amount OperatorBalance = Amount.Nusa(10_000);

    /// <summary>Ten users with 1,000,000 NUSA each, operators of storage nodes, 1 s blocks of 420 M gas, and a log whose committee is validator 0.</summary>
    /// <param name="validators">1 to <see cref="DevnetKeys.ValidatorsMax"/>, sharing 4,000,000 NUSA of stake.</param>
    public static GenesisSpec Devnet(int validators = 1) =>
        Make("devnet", DevnetTimeMs, DevnetParams(validators), DevnetEntries(validators), [.. Users(Amount.Nusa(1_000_000)), .. StorageOperators()])
            with { Committee = ValidatorKeys.Committee(DevnetChainId, DevnetKeys.Operator(0), DevnetKeys.CommitteeSeed()) };

    /// <summary>
    /// The chain of the recorded JSON-RPC replies: 30 M gas, 10,000 NUSA each, genesis at 1700000000. Its prices fall like
    /// the recorded ones: block 1 costs 1 gwei (block 0 is empty, so its own fee is an eighth higher) and there is hardly a floor.
    /// It has no log.
    /// </summary>
    public static GenesisSpec Conformance() =>
        Make("conformance", 1_700_000_000_000, Params(30_000_000) with { BaseFeeFloor = new Amount(7) }, DevnetEntries(1), Users(Amount.Nusa(10_000)))
            with { BaseFeePerGas = new Amount(1_142_857_142) };

    /// <summary>Blocks of 1.2 G gas, for many funded senders.</summary>
    /// <param name="senders">Distinct, none of the devnet's operators and reserves.</param>
    /// <exception cref="ArgumentException">together more than the early-node share holds</exception>
    public static GenesisSpec Bench(IReadOnlyList<Address> senders, Amount each, int validators = 1) =>
        Make(
            "bench", DevnetTimeMs, Params(1_200_000_000), DevnetEntries(validators),
            [.. senders.Select(sender => new SpecAccount(sender, each, Share.EarlyNodes))]);

    /// <summary>A chain of one's own, with devnet's rules. It has no log unless the spec is given a <see cref="GenesisSpec.Committee"/>.</summary>
    /// <param name="validators">From <see cref="ValidatorKeys.Entry"/>, for the same chain id.</param>
    /// <param name="funded">Balances from the early-node share; what is left of it goes to the first validator's operator.</param>
    public static GenesisSpec Private(
        string network, ulong chainId, ulong genesisTimeMs, IReadOnlyList<SpecValidator> validators, IReadOnlyList<SpecAccount> funded)
    {
        if (validators.Count == 0) throw new ArgumentException("a chain needs a validator");
        Address owner = validators[0].Operator;
        return Assemble(network, chainId, genesisTimeMs, Params(420_000_000), validators, funded, reserve: owner, liquidity: owner, foundation: owner);
    }

    /// <summary>One of several may be stopped, looked at and started again without being jailed for it, also where blocks come four a second.</summary>
    private static ChainParams DevnetParams(int validators) =>
        validators == 1 ? Params(420_000_000) : Params(420_000_000) with { LivenessWindowBlocks = 240 };

    private static ChainParams Params(ulong blockGas) => new()
    {
        BlockGasMax = blockGas, BlockGasTarget = blockGas / 2, TransactionGasMax = TransactionBounds.GasMaxOfEip7825, BlockIntervalMs = 1_000,
        EpochBlocks = 60, UnbondingMs = 60_000, LivenessWindowBlocks = 60,
    };

    private static SpecValidator[] DevnetEntries(int count)
    {
        if (count is < 1 or > DevnetKeys.ValidatorsMax) throw new ArgumentException($"1 to {DevnetKeys.ValidatorsMax} validators");
        return [.. Enumerable.Range(0, count).Select(n =>
            ValidatorKeys.Entry(DevnetChainId, DevnetKeys.Operator(n), DevnetKeys.ConsensusSeed(n), Amount.Nusa(DevnetStakeNusa / (ulong)count)))];
    }

    private static SpecAccount[] Users(Amount each) =>
        [.. Enumerable.Range(0, DevnetKeys.Users).Select(n => new SpecAccount(DevnetKeys.Account(n), each, Share.EarlyNodes))];

    private static IEnumerable<SpecAccount> StorageOperators() =>
        Enumerable.Range(0, DevnetKeys.StorageNodesMax).Select(n => new SpecAccount(DevnetKeys.Account(DevnetKeys.StorageAccount(n)), OperatorBalance, Share.EarlyNodes));

    private static GenesisSpec Make(
        string network, ulong timeMs, ChainParams parameters, IReadOnlyList<SpecValidator> validators, IReadOnlyList<SpecAccount> users) =>
        Assemble(
            network, DevnetChainId, timeMs, parameters, validators,
            [.. users, .. validators.Select(validator => new SpecAccount(validator.Operator, OperatorBalance, Share.EarlyNodes))],
            DevnetKeys.Account(DevnetKeys.ReserveAccount), DevnetKeys.Account(DevnetKeys.LiquidityAccount), DevnetKeys.Account(DevnetKeys.FoundationAccount));

    private static GenesisSpec Assemble(
        string network, ulong chainId, ulong timeMs, ChainParams parameters, IReadOnlyList<SpecValidator> validators,
        IReadOnlyList<SpecAccount> funded, Address reserve, Address liquidity, Address foundation)
    {
        Amount given = Amount.Zero;
        foreach (SpecValidator validator in validators) given += validator.Stake;
        foreach (SpecAccount account in funded) given += account.Balance;
        if (given > Allocation.Of(Share.EarlyNodes)) throw new ArgumentException($"{given} base units are above the early-node share");
        List<SpecAccount> accounts = [.. funded];
        Amount rest = Allocation.Of(Share.EarlyNodes) - given;
        int own = accounts.FindIndex(account => account.Address == reserve && account.Share == Share.EarlyNodes);
        if (own >= 0) accounts[own] = accounts[own] with { Balance = accounts[own].Balance + rest };
        else if (!rest.IsZero) accounts.Add(new SpecAccount(reserve, rest, Share.EarlyNodes));
        accounts.Add(new SpecAccount(liquidity, Allocation.Of(Share.Liquidity), Share.Liquidity));
        accounts.Add(new SpecAccount(Allocation.SubsidyAddress, Allocation.Of(Share.BootstrapSubsidy), Share.BootstrapSubsidy));
        return new GenesisSpec
        {
            Network = network, ChainId = chainId, GenesisTimeMs = timeMs, BaseFeePerGas = parameters.BaseFeeFloor, Params = parameters,
            Accounts = accounts,
            Vesting = [new SpecVesting(foundation, Allocation.Of(Share.Foundation), timeMs, Allocation.FoundationMs, Share.Foundation)],
            Validators = validators,
            Economics = new SpecEconomics(
                Allocation.Of(Share.RewardPool), Allocation.RewardPoolMs, Allocation.Of(Share.CommunityGrants), new EconomicsParams()),
            Nodes = new NodesParams { UnbondingMs = parameters.UnbondingMs },
            Staking = new StakingParams
            {
                EpochBlocks = parameters.EpochBlocks, UnbondingMs = parameters.UnbondingMs, LivenessWindowBlocks = parameters.LivenessWindowBlocks,
                JailMs = 10_000,
                ValidatorsMax = Seats(validators.Count, isPrivate: chainId != DevnetChainId),
            },
        };
    }

    /// <summary>One validator alone keeps alone: a set that grew beyond the node that runs would lose its quorum, so who bonds is listed and waits.</summary>
    private static ulong Seats(int validators, bool isPrivate)
    {
        if (validators == 1) return 1;
        return isPrivate ? Math.Max(PrivateSeats, (ulong)validators) : (ulong)validators + SpareDevelopmentSeats;
    }
}

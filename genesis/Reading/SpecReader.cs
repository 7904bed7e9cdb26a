using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Staking;

namespace Dsdn.Genesis.Reading;

/// <summary>Turns the nodes of a spec file into a typed spec, and keeps the fields for rules that name a line.</summary>
internal sealed class SpecReader
{
    private SpecReader(SpecFields root) => Root = root;

    public SpecFields Root { get; }
    public required SpecFields Params { get; init; }
    public required SpecFields Modules { get; init; }

    /// <summary>Null where the file has none.</summary>
    public required SpecFields? Committee { get; init; }
    public required SpecFields Economics { get; init; }
    public required SpecFields RewardPool { get; init; }
    public required SpecFields Nodes { get; init; }
    public required SpecFields Staking { get; init; }
    public required IReadOnlyList<SpecFields> Accounts { get; init; }
    public required IReadOnlyList<SpecFields> Vesting { get; init; }
    public required IReadOnlyList<SpecFields> Validators { get; init; }
    public required GenesisSpec Spec { get; init; }

    public bool AmountsAreWhole =>
        Root.AmountsAreWhole && Economics.AmountsAreWhole && RewardPool.AmountsAreWhole
        && Accounts.Concat(Vesting).Concat(Validators).All(fields => fields.AmountsAreWhole);

    public static SpecReader Read(SpecNode node, List<GenesisError> errors)
    {
        var root = new SpecFields(node, errors);
        IReadOnlyList<SpecFields> accounts = root.Objects("accounts");
        Amount baseFee = root.Amount("baseFeePerGas");
        ulong chainId = root.Integer("chainId");
        ulong timeMs = root.Integer("genesisTimeMs");
        SpecFields modules = root.Object("modules");
        SpecFields? committee = modules.ObjectIfAny("committee");
        SpecFields economics = modules.Object("economics");
        SpecFields rewardPool = economics.Object("rewardPool");
        SpecFields nodes = modules.Object("nodes");
        SpecFields staking = modules.Object("staking");
        modules.End();
        string network = root.Text("network");
        SpecFields fields = root.Object("params");
        ulong version = root.Integer("protocolVersion");
        if (root.IsGood("protocolVersion") && version != GenesisSpec.ProtocolVersion)
            root.Refuse("protocolVersion", GenesisCodes.Bounds, "only version 1 is known");
        Amount supply = root.Amount("supply");
        IReadOnlyList<SpecFields> validators = root.Objects("validators");
        IReadOnlyList<SpecFields> vesting = root.Objects("vesting");
        root.End();
        ChainParams parameters = ReadParams(fields);
        return new SpecReader(root)
        {
            Params = fields, Modules = modules, Committee = committee, Economics = economics, RewardPool = rewardPool, Nodes = nodes, Staking = staking, Accounts = accounts, Vesting = vesting, Validators = validators,
            Spec = new GenesisSpec
            {
                Network = network, ChainId = chainId, GenesisTimeMs = timeMs, BaseFeePerGas = baseFee, Supply = supply, Params = parameters,
                Accounts = [.. accounts.Select(ReadAccount)],
                Vesting = [.. vesting.Select(ReadVesting)],
                Validators = [.. validators.Select(ReadValidator)],
                Committee = ReadCommittee(committee),
                Economics = ReadEconomics(economics, rewardPool),
                Nodes = ReadNodes(nodes, parameters),
                Staking = ReadStaking(staking, parameters),
            },
        };
    }

    private static SpecAccount ReadAccount(SpecFields fields)
    {
        var account = new SpecAccount(fields.Address("address"), fields.Amount("balance"), fields.Share("share"));
        fields.End();
        return account;
    }

    private static SpecVesting ReadVesting(SpecFields fields)
    {
        var grant = new SpecVesting(
            fields.Address("beneficiary"), fields.Amount("total"), fields.Integer("startMs"), fields.Integer("durationMs"), fields.Share("share"));
        fields.End();
        return grant;
    }

    private static SpecValidator ReadValidator(SpecFields fields)
    {
        byte[] key = fields.Bytes("consensusKey", Hash256.Size);
        var validator = new SpecValidator(
            fields.Address("operator"), key.Length == 0 ? default : new Hash256(key), fields.Bytes("proofOfPossession", 64), fields.Address("payout"),
            fields.Integer("commissionBps"), fields.Amount("stake"), fields.Share("share"));
        fields.End();
        return validator;
    }

    private static SpecCommittee? ReadCommittee(SpecFields? fields)
    {
        if (fields is null) return null;
        byte[] key = fields.Bytes("key", Hash256.Size);
        var committee = new SpecCommittee(
            fields.Address("validator"), key.Length == 0 ? default : new Hash256(key), fields.Bytes("proofOfPossession", 64));
        fields.End();
        return committee;
    }

    private static SpecEconomics ReadEconomics(SpecFields fields, SpecFields rewardPool)
    {
        var economics = new SpecEconomics(
            rewardPool.Amount("total"), rewardPool.Integer("durationMs"), fields.Amount("treasury"),
            new EconomicsParams { StakingRewardBps = fields.Integer("stakingRewardBps") });
        rewardPool.End();
        fields.End();
        return economics;
    }

    private static NodesParams ReadNodes(SpecFields fields, ChainParams parameters)
    {
        var nodes = new NodesParams
        {
            DataCenterStakeMin = fields.Amount("dataCenterStakeMin"),
            NodesPerOperatorMax = fields.Integer("nodesPerOperatorMax"),
            RegularStakeMin = fields.Amount("regularStakeMin"),
            UnbondingMs = parameters.UnbondingMs,
        };
        fields.End();
        return nodes;
    }

    private static StakingParams ReadStaking(SpecFields fields, ChainParams parameters)
    {
        var staking = new StakingParams
        {
            CommissionDefaultBps = fields.Integer("commissionDefaultBps"),
            CommissionMaxBps = fields.Integer("commissionMaxBps"),
            CommissionStepBps = fields.Integer("commissionStepBps"),
            CommissionStepMs = fields.Integer("commissionStepMs"),
            DelegationMin = fields.Amount("delegationMin"),
            JailMs = fields.Integer("jailMs"),
            LivenessMinBps = fields.Integer("livenessMinBps"),
            PowerChangeDivisor = fields.Integer("powerChangeDivisor"),
            SelfBondMin = fields.Amount("selfBondMin"),
            ValidatorsMax = fields.Integer("validatorsMax"),
            EpochBlocks = parameters.EpochBlocks,
            UnbondingMs = parameters.UnbondingMs,
            LivenessWindowBlocks = parameters.LivenessWindowBlocks,
        };
        fields.End();
        return staking;
    }

    private static ChainParams ReadParams(SpecFields fields)
    {
        var parameters = new ChainParams
        {
            BaseFeeChangeDivisor = fields.Integer32("baseFeeChangeDivisor"),
            BaseFeeFloor = fields.Amount("baseFeeFloor"),
            BlockBytesMax = fields.Integer32("blockBytesMax"),
            BlockGasMax = fields.Integer("blockGasMax"),
            BlockGasTarget = fields.Integer("blockGasTarget"),
            BlockIntervalMs = fields.Integer32("blockIntervalMs"),
            EpochBlocks = fields.Integer32("epochBlocks"),
            LivenessWindowBlocks = fields.Integer32("livenessWindowBlocks"),
            TransactionBytesMax = fields.Integer32("transactionBytesMax"),
            TransactionGasMax = fields.Integer("transactionGasMax"),
            UnbondingMs = fields.Integer("unbondingMs"),
        };
        fields.End();
        return parameters;
    }
}

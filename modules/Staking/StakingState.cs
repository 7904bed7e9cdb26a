using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.State;

namespace Dsdn.Modules.Staking;

/// <summary>Every key of the module's state. Ids are never reused.</summary>
internal static class StakingState
{
    public const byte Module = 0;

    private const ushort Scalar = RecordKey.ScalarBit;

    public static readonly RecordTable<SingleKey, StakingParams> Params = new(Module, 1, "params", "-", "parameters");

    public static readonly RecordTable<SingleKey, TotalsRow> Totals = new(Module, 2, "totals", "-", "staked, unbonding, owed");

    public static readonly RecordTable<SingleKey, EpochRow> Epoch = new(Module, 3, "epoch", "-", "number, startHeight, startMs");

    public static readonly RecordTable<AddressKey, ValidatorRow> Validators = new(Module, 4, "validators", "operator", "validator");

    /// <summary>Validators that may be chosen, strongest first.</summary>
    public static readonly ScalarTable<PowerKey> ByPower = new(Module, Scalar | 5, "byPower", "2^64-1 - power, operator", "1");

    public static readonly RecordTable<AddressPairKey, DelegationRow> Delegations = new(Module, 6, "delegations", "delegator, validator", "shares, rewardIndex, unclaimed");

    public static readonly RecordTable<UnbondingKey, UnbondingRow> Unbondings = new(Module, 7, "unbondings", "delegator, height, validator", "epoch, poolShares, maturesAtMs");

    public static readonly RecordTable<AddressNumberKey, UnbondingPoolRow> UnbondingPools = new(Module, 8, "unbondingPools", "validator, epoch", "tokens, shares");

    public static readonly RecordTable<AddressPairKey, RedelegationRow> Redelegations = new(
        Module, 9, "redelegations", "delegator, destination", "source, epoch, shares, maturesAtMs, slashesSeen");

    public static readonly RecordTable<HashKey, KeyRow> Keys = new(Module, 10, "keys", "consensusKey", "operator, fromHeight, toHeight");

    public static readonly RecordTable<NumberKey, SetRow> Sets = new(Module, 11, "sets", "first height", "madeMs, previousHeight, validators");

    /// <summary>First height of the newest set.</summary>
    public static readonly ScalarTable<SingleKey> CurrentSet = new(Module, Scalar | 12, "currentSet", "-", "first height");

    public static readonly RecordTable<AddressKey, LivenessRow> Liveness = new(Module, 13, "liveness", "operator", "height, missed bitmap");

    public static readonly RecordTable<AddressNumberKey, SlashRow> Slashes = new(Module, 14, "slashes", "operator, number", "atMs, infractionEpoch, fractionBps");

    /// <summary>Epochs that are over, as long as evidence from them is taken.</summary>
    public static readonly RecordTable<NumberKey, EpochEndRow> EpochEnds = new(Module, 15, "epochEnds", "epoch", "endHeight, endMs");

    public static readonly IReadOnlyList<TableDeclaration> All = [
        Params.Declaration, Totals.Declaration, Epoch.Declaration, Validators.Declaration, ByPower.Declaration, Delegations.Declaration,
        Unbondings.Declaration, UnbondingPools.Declaration, Redelegations.Declaration, Keys.Declaration, Sets.Declaration,
        CurrentSet.Declaration, Liveness.Declaration, Slashes.Declaration, EpochEnds.Declaration];

    public static StakingParams ReadParams(ModuleContext context) => Required(Params.Find(context, default));

    public static TotalsRow ReadTotals(ModuleContext context) => Required(Totals.Find(context, default));

    public static EpochRow ReadEpoch(ModuleContext context) => Required(Epoch.Find(context, default));

    private static T Required<T>(T? row) where T : class => row ?? throw new StateCorruptException("staking has no genesis");
}

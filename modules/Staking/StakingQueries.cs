using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

internal static class StakingQueries
{
    /// <summary>Rows of a page.</summary>
    public const int PageMax = 100;

    public static Outcome Validator(ModuleContext context, Arguments arguments)
    {
        Address validatorOperator = arguments.Address(0);
        return StakingState.Validators.Find(context, new AddressKey(validatorOperator)) is { } row
            ? Outcome.Return(Describe(validatorOperator, row))
            : StakingErrors.NotAValidator.With(validatorOperator);
    }

    public static Outcome Validators(ModuleContext context, Arguments arguments)
    {
        if (!IsPage(arguments.UInt64(1), out int limit)) return StakingErrors.PageTooLarge.With(PageMax);
        IReadOnlyList<(AddressKey Key, ValidatorRow Row)> rows = StakingState.Validators.Page(context, [], new AddressKey(arguments.Address(0)), limit + 1);
        AbiValue[] page = [.. rows.Take(limit).Select(row => Describe(row.Key.Address, row.Row))];
        return Outcome.Return(AbiValue.OfList(page), rows.Count > limit ? rows[limit].Key.Address : Address.Zero);
    }

    public static Outcome ValidatorSet(ModuleContext context, Arguments arguments)
    {
        SetRow row = ValidatorSets.CurrentRow(context, out ulong from);
        AbiValue[] members = [.. row.Set.Validators.Select(member =>
            AbiValue.OfList(member.Operator, AbiValue.OfFixedBytes(member.ConsensusKey.Span), member.Power, member.Payout))];
        return Outcome.Return(from, AbiValue.OfList(members));
    }

    public static Outcome OperatorOfKey(ModuleContext context, Arguments arguments) =>
        StakingState.Keys.Find(context, new HashKey(arguments.Hash(0))) is { } row
            ? Outcome.Return(row.Operator, row.FromHeight, row.ToHeight)
            : Outcome.Return(Address.Zero, 0UL, 0UL);

    public static Outcome Delegation(ModuleContext context, Arguments arguments)
    {
        if (StakingState.Validators.Find(context, new AddressKey(arguments.Address(1))) is not { } validator
            || StakingState.Delegations.Find(context, new AddressPairKey(arguments.Address(0), arguments.Address(1))) is not { } row)
            return Outcome.Return(Amount.Zero, Uint256.Zero, Amount.Zero);
        DelegationRow settled = StakeLedger.Settle(validator, row);
        return Outcome.Return(StakeLedger.Worth(validator, settled.Shares), (Uint256)settled.Shares, settled.Unclaimed);
    }

    public static Outcome Delegations(ModuleContext context, Arguments arguments)
    {
        if (!IsPage(arguments.UInt64(2), out int limit)) return StakingErrors.PageTooLarge.With(PageMax);
        Address delegator = arguments.Address(0);
        IReadOnlyList<(AddressPairKey Key, DelegationRow Row)> rows =
            StakingState.Delegations.Page(context, delegator.Span, new AddressPairKey(delegator, arguments.Address(1)), limit + 1);
        List<AbiValue> page = [];
        foreach ((AddressPairKey key, DelegationRow row) in rows.Take(limit))
        {
            if (StakingState.Validators.Find(context, new AddressKey(key.Second)) is not { } validator) continue;
            DelegationRow settled = StakeLedger.Settle(validator, row);
            page.Add(AbiValue.OfList(key.Second, StakeLedger.Worth(validator, settled.Shares), (Uint256)settled.Shares, settled.Unclaimed));
        }
        return Outcome.Return(AbiValue.OfList([.. page]), rows.Count > limit ? rows[limit].Key.Second : Address.Zero);
    }

    public static Outcome Unbondings(ModuleContext context, Arguments arguments)
    {
        if (!IsPage(arguments.UInt64(1), out int limit)) return StakingErrors.PageTooLarge.With(PageMax);
        List<AbiValue> page = [];
        foreach ((UnbondingKey key, UnbondingRow row) in StakingState.Unbondings.Page(context, arguments.Address(0).Span, null, limit))
        {
            UnbondingPoolRow? pool = StakingState.UnbondingPools.Find(context, new AddressNumberKey(key.Validator, row.Epoch));
            Amount amount = pool is null || pool.Shares == 0 ? Amount.Zero : pool.Tokens.MulDiv(row.PoolShares, pool.Shares, Rounding.Down);
            page.Add(AbiValue.OfList(key.Validator, amount, row.MaturesAtMs));
        }
        return Outcome.Return(AbiValue.OfList([.. page]));
    }

    public static Outcome Rewards(ModuleContext context, Arguments arguments)
    {
        if (StakingState.Validators.Find(context, new AddressKey(arguments.Address(1))) is not { } validator
            || StakingState.Delegations.Find(context, new AddressPairKey(arguments.Address(0), arguments.Address(1))) is not { } row)
            return Outcome.Return(Amount.Zero);
        return Outcome.Return(StakeLedger.Settle(validator, row).Unclaimed);
    }

    public static Outcome Totals(ModuleContext context, Arguments arguments)
    {
        TotalsRow totals = StakingState.ReadTotals(context);
        return Outcome.Return(totals.Staked, totals.Unbonding, totals.Owed, context.Balance - totals.Sum);
    }

    public static Outcome Epoch(ModuleContext context, Arguments arguments)
    {
        EpochRow epoch = StakingState.ReadEpoch(context);
        ulong blocks = StakingState.ReadParams(context).EpochBlocks;
        ulong firstEnd = epoch.StartHeight == 0 ? 1 : epoch.StartHeight;
        return Outcome.Return(epoch.Number, epoch.StartHeight, epoch.StartMs, (firstEnd + blocks - 1) / blocks * blocks);
    }

    public static Outcome Params(ModuleContext context, Arguments arguments)
    {
        StakingParams p = StakingState.ReadParams(context);
        return Outcome.Return(AbiValue.OfList(
            p.SelfBondMin, p.DelegationMin, p.UnbondingMs, p.EpochBlocks, p.ValidatorsMax, p.PowerChangeDivisor, p.CommissionDefaultBps,
            p.CommissionMaxBps, p.CommissionStepBps, p.CommissionStepMs, p.LivenessWindowBlocks, p.LivenessMinBps, p.JailMs));
    }

    private static AbiValue Describe(Address validatorOperator, ValidatorRow row) => AbiValue.OfList(
        validatorOperator, row.ConsensusKey, row.Payout, row.CommissionBps, row.Tokens, StakeLedger.Worth(row, row.SelfShares),
        row.Power, row.IsJailed, row.JailedUntilMs, row.CommissionOwed);

    private static bool IsPage(ulong asked, out int limit)
    {
        limit = (int)Math.Min(asked, PageMax + 1);
        return limit is >= 1 and <= PageMax;
    }
}

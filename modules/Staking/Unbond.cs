using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>unbond(validator, amount): takes stake out; it can be withdrawn after the unbonding time and is slashable until then.</summary>
internal readonly record struct Unbond(Address Validator, Amount Amount) : IMessage<Unbond>
{
    public static Unbond Read(Arguments arguments) => new(arguments.Address(0), arguments.Amount(1));

    public Outcome Check(in CallFacts call) =>
        Amount.IsZero ? StakingErrors.AmountTooSmall.With(1, Amount) : Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        Outcome taken = Departures.Take(context, parameters, Validator, Amount, out ValidatorRow? validator, out Amount worth, out _);
        if (validator is null) return taken;
        StakeLedger.Store(context, parameters, Validator, validator);

        ulong maturesAtMs = context.Block.TimeMs + parameters.UnbondingMs;
        ulong epoch = StakingState.ReadEpoch(context).Number;
        UInt128 poolShares = AddToPool(context, new AddressNumberKey(Validator, epoch), worth);
        UnbondingKey key = new(context.Caller, context.Block.Height, Validator);
        UInt128 earlier = StakingState.Unbondings.Find(context, key)?.PoolShares ?? 0;
        StakingState.Unbondings.Set(context, key, new UnbondingRow(epoch, earlier + poolShares, maturesAtMs));
        TotalsRow totals = StakingState.ReadTotals(context);
        StakingState.Totals.Set(context, default, totals with { Staked = totals.Staked - worth, Unbonding = totals.Unbonding + worth });
        context.Emit(StakingEvents.Unbonded, context.Caller, Validator, worth, maturesAtMs);
        return Outcome.Return(maturesAtMs);
    }

    private static UInt128 AddToPool(ModuleContext context, AddressNumberKey key, Amount amount)
    {
        UnbondingPoolRow pool = StakingState.UnbondingPools.Find(context, key) ?? new UnbondingPoolRow(Amount.Zero, 0);
        UInt128 shares = pool.Shares == 0 || pool.Tokens.IsZero
            ? amount.BaseUnits
            : new Amount(pool.Shares).MulDiv(amount.BaseUnits, pool.Tokens.BaseUnits, Rounding.Down).BaseUnits;
        StakingState.UnbondingPools.Set(context, key, new UnbondingPoolRow(pool.Tokens + amount, pool.Shares + shares));
        return shares;
    }
}

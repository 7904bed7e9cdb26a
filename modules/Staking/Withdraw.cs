using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>withdraw(): pays the caller its unbonded stake that is due, at most <see cref="EntriesMax"/> entries a call.</summary>
internal readonly record struct Withdraw : IMessage<Withdraw>
{
    public const int EntriesMax = 16;

    private static readonly MoveReason Reason = MoveReason.Of("unbonded");

    public static Withdraw Read(Arguments arguments) => default;

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        Amount due = Amount.Zero;
        ulong entries = 0;
        foreach ((UnbondingKey key, UnbondingRow row) in StakingState.Unbondings.Page(context, context.Caller.Span, null, EntriesMax))
        {
            if (row.MaturesAtMs > context.Block.TimeMs || context.IsExhausted) continue;
            due += TakeFromPool(context, new AddressNumberKey(key.Validator, row.Epoch), row.PoolShares);
            StakingState.Unbondings.Delete(context, key);
            entries++;
        }
        if (entries == 0) return StakingErrors.NothingToWithdraw.With();
        TotalsRow totals = StakingState.ReadTotals(context);
        StakingState.Totals.Set(context, default, totals with { Unbonding = totals.Unbonding - due });
        context.Pay(context.Caller, due, Reason);
        context.Emit(StakingEvents.Withdrawn, context.Caller, due, entries);
        return Outcome.Return(due);
    }

    /// <summary>The last share takes what is left, so that no pool keeps dust.</summary>
    private static Amount TakeFromPool(ModuleContext context, AddressNumberKey key, UInt128 shares)
    {
        if (StakingState.UnbondingPools.Find(context, key) is not { } pool) return Amount.Zero;
        if (shares >= pool.Shares)
        {
            StakingState.UnbondingPools.Delete(context, key);
            return pool.Tokens;
        }
        Amount amount = pool.Tokens.MulDiv(shares, pool.Shares, Rounding.Down);
        StakingState.UnbondingPools.Set(context, key, new UnbondingPoolRow(pool.Tokens - amount, pool.Shares - shares));
        return amount;
    }
}

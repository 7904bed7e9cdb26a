using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>Stake leaving a delegation, common to unbond and redelegate.</summary>
internal static class Departures
{
    /// <summary>
    /// Takes <paramref name="amount"/> out of the caller's delegation. The validator's row is handed back to be stored;
    /// null means refused, and the outcome says why.
    /// </summary>
    public static Outcome Take(
        ModuleContext context, StakingParams parameters, Address source, Amount amount, out ValidatorRow? validator, out Amount worth, out UInt128 shares)
    {
        validator = null;
        worth = default;
        shares = 0;
        if (StakingState.Validators.Find(context, new AddressKey(source)) is not { } row) return StakingErrors.NotAValidator.With(source);
        if (StakingState.Delegations.Find(context, new AddressPairKey(context.Caller, source)) is not { } found)
            return StakingErrors.InsufficientDelegation.With(Amount.Zero, amount);
        (row, DelegationRow delegation) = Liabilities.Answer(context, source, row, context.Caller, StakeLedger.Settle(row, found));
        Amount available = StakeLedger.Worth(row, delegation.Shares);
        if (amount > available || available.IsZero) return StakingErrors.InsufficientDelegation.With(available, amount);
        UInt128 free = Liabilities.FreeShares(context, context.Caller, source, delegation.Shares);
        if (amount > StakeLedger.Worth(row, free))
            return StakingErrors.RedelegationPending.With(Liabilities.BoundUntilMs(context, context.Caller, source) ?? context.Block.TimeMs);
        Amount left = available - amount;
        if (!left.IsZero && left < parameters.DelegationMin) return StakingErrors.AmountTooSmall.With(parameters.DelegationMin, left);
        shares = left.IsZero ? delegation.Shares : StakeLedger.SharesToRemove(row, amount);
        (validator, worth) = StakeLedger.Remove(context, source, row, context.Caller, delegation, shares);
        return Outcome.Done;
    }
}

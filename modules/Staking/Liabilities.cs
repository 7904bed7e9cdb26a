using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics.Published;

namespace Dsdn.Modules.Staking;

/// <summary>
/// Redelegated stake answers for what its former validator did while it was there. The slash is taken when the delegation
/// is next touched (anyone may do so by settle), so that no slash ever loops over delegators.
/// </summary>
internal static class Liabilities
{
    /// <summary>Slashes looked at in one go; the rest is taken at the next touch.</summary>
    private const int SlashesMax = 16;

    private static readonly MoveReason Reason = MoveReason.Of("slashed-redelegation");

    /// <summary>
    /// Takes what the delegation owes out of it, and forgets a liability that has matured. The validator's row is returned,
    /// not written; a delegation that owed nothing is not written.
    /// </summary>
    public static (ValidatorRow Validator, DelegationRow Delegation) Answer(
        ModuleContext context, Address destination, ValidatorRow validator, Address delegator, DelegationRow delegation)
    {
        AddressPairKey key = new(delegator, destination);
        if (StakingState.Redelegations.Find(context, key) is not { } redelegation) return (validator, delegation);
        (UInt128 lost, RedelegationRow after, bool isComplete) = Due(context, redelegation, delegation);
        if (isComplete && after.MaturesAtMs <= context.Block.TimeMs) StakingState.Redelegations.Delete(context, key);
        else StakingState.Redelegations.Set(context, key, after);
        if (lost == 0) return (validator, delegation);
        Amount amount = StakeLedger.Worth(validator, lost);
        validator = validator with { Shares = validator.Shares - lost, Tokens = validator.Tokens - amount };
        if (delegator == destination) validator = validator with { SelfShares = validator.SelfShares - lost };
        delegation = delegation with { Shares = delegation.Shares - lost };
        StakingState.Delegations.Set(context, key, delegation);
        StakeLedger.AddStaked(context, default, amount);
        Treasury.Deposit(context, amount, Reason);
        return (validator, delegation);
    }

    /// <summary>The shares to take for slashes of the source that were not yet seen and came before the liability matured.</summary>
    private static (UInt128 Lost, RedelegationRow After, bool IsComplete) Due(ModuleContext context, RedelegationRow redelegation, DelegationRow delegation)
    {
        UInt128 held = UInt128.Min(redelegation.Shares, delegation.Shares);
        UInt128 liable = held;
        ulong seen = redelegation.SlashesSeen;
        IReadOnlyList<(AddressNumberKey Key, SlashRow Row)> slashes = StakingState.Slashes.Page(
            context, redelegation.Source.Span, new AddressNumberKey(redelegation.Source, seen), SlashesMax);
        foreach ((AddressNumberKey key, SlashRow slash) in slashes)
        {
            seen = key.Number + 1;
            if (slash.InfractionEpoch <= redelegation.Epoch && slash.AtMs < redelegation.MaturesAtMs)
                liable -= new Amount(liable).MulDiv(slash.FractionBps, 10_000, Rounding.Up).BaseUnits;
        }
        return (held - liable, redelegation with { Shares = liable, SlashesSeen = seen }, slashes.Count < SlashesMax);
    }

    /// <summary>Shares of a settled delegation that may leave: those that still answer for another validator may not.</summary>
    public static UInt128 FreeShares(ModuleContext context, Address delegator, Address validator, UInt128 shares) =>
        StakingState.Redelegations.Find(context, new AddressPairKey(delegator, validator)) is { } row && row.MaturesAtMs > context.Block.TimeMs
            ? shares - UInt128.Min(row.Shares, shares)
            : shares;

    /// <summary>When the stake that came by redelegation is free to move on; null where it already is.</summary>
    public static ulong? BoundUntilMs(ModuleContext context, Address delegator, Address validator) =>
        StakingState.Redelegations.Find(context, new AddressPairKey(delegator, validator)) is { } row && row.MaturesAtMs > context.Block.TimeMs
            ? row.MaturesAtMs
            : null;
}

using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>claimRewards(validator): pays the caller what its delegation earned.</summary>
internal readonly record struct ClaimRewards(Address Validator) : IMessage<ClaimRewards>
{
    public static ClaimRewards Read(Arguments arguments) => new(arguments.Address(0));

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (StakingState.Validators.Find(context, new AddressKey(Validator)) is not { } validator) return StakingErrors.NotAValidator.With(Validator);
        AddressPairKey key = new(context.Caller, Validator);
        if (StakingState.Delegations.Find(context, key) is not { } found) return StakingErrors.NothingToClaim.With();
        DelegationRow delegation = StakeLedger.Settle(validator, found);
        Amount reward = delegation.Unclaimed;
        if (reward.IsZero) return StakingErrors.NothingToClaim.With();
        StakingState.Delegations.Set(context, key, delegation with { Unclaimed = Amount.Zero });
        validator = StakeLedger.PayRewards(context, validator, context.Caller, Validator, reward);
        StakingState.Validators.Set(context, new AddressKey(Validator), validator);
        return Outcome.Return(reward);
    }
}

/// <summary>claimCommission(): pays the operator its commission.</summary>
internal readonly record struct ClaimCommission : IMessage<ClaimCommission>
{
    private static readonly MoveReason Reason = MoveReason.Of("commission");

    public static ClaimCommission Read(Arguments arguments) => default;

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (StakingState.Validators.Find(context, new AddressKey(context.Caller)) is not { } validator) return StakingErrors.NotAValidator.With(context.Caller);
        Amount commission = validator.CommissionOwed;
        if (commission.IsZero) return StakingErrors.NothingToClaim.With();
        StakingState.Validators.Set(context, new AddressKey(context.Caller), validator with { CommissionOwed = Amount.Zero });
        StakeLedger.AddOwed(context, default, commission);
        context.Pay(context.Caller, commission, Reason);
        context.Emit(StakingEvents.CommissionClaimed, context.Caller, commission);
        return Outcome.Return(commission);
    }
}

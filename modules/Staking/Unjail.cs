using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>unjail(): the operator's validator may be chosen again from the next epoch.</summary>
internal readonly record struct Unjail : IMessage<Unjail>
{
    public static Unjail Read(Arguments arguments) => default;

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        if (StakingState.Validators.Find(context, new AddressKey(context.Caller)) is not { } validator) return StakingErrors.NotAValidator.With(context.Caller);
        if (!validator.IsJailed) return StakingErrors.NotJailed.With(context.Caller);
        if (validator.JailedUntilMs == Jailing.ForGood) return StakingErrors.JailedForGood.With(context.Caller);
        if (context.Block.TimeMs < validator.JailedUntilMs) return StakingErrors.JailNotOver.With(validator.JailedUntilMs);
        Amount selfBond = StakeLedger.Worth(validator, validator.SelfShares);
        if (selfBond < parameters.SelfBondMin) return StakingErrors.InsufficientSelfBond.With(parameters.SelfBondMin, selfBond);
        StakingState.Liveness.Delete(context, new AddressKey(context.Caller));
        StakeLedger.Store(context, parameters, context.Caller, validator with { IsJailed = false, JailedUntilMs = 0 });
        context.Emit(StakingEvents.Unjailed, context.Caller);
        return Outcome.Done;
    }
}

/// <summary>settle(delegator, validator): takes what redelegated stake owes for its former validator; anyone may ask for it.</summary>
internal readonly record struct Settle(Address Delegator, Address Validator) : IMessage<Settle>
{
    public static Settle Read(Arguments arguments) => new(arguments.Address(0), arguments.Address(1));

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        if (StakingState.Validators.Find(context, new AddressKey(Validator)) is not { } validator) return StakingErrors.NotAValidator.With(Validator);
        if (StakingState.Delegations.Find(context, new AddressPairKey(Delegator, Validator)) is not { } delegation)
            return StakingErrors.InsufficientDelegation.With(Amount.Zero, Amount.Zero);
        (validator, _) = Liabilities.Answer(context, Validator, validator, Delegator, StakeLedger.Settle(validator, delegation));
        StakeLedger.Store(context, parameters, Validator, validator);
        return Outcome.Done;
    }
}

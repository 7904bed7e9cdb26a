using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>bond(), payable: an operator adds to its own stake.</summary>
internal readonly record struct Bond : IMessage<Bond>
{
    public static Bond Read(Arguments arguments) => default;

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context) => new Delegate(context.Caller).Execute(context);
}

/// <summary>delegate(validator), payable: stakes the value with a validator.</summary>
internal readonly record struct Delegate(Address Validator) : IMessage<Delegate>
{
    public static Delegate Read(Arguments arguments) => new(arguments.Address(0));

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        if (context.Value < parameters.DelegationMin) return StakingErrors.AmountTooSmall.With(parameters.DelegationMin, context.Value);
        if (StakingState.Validators.Find(context, new AddressKey(Validator)) is not { } validator) return StakingErrors.NotAValidator.With(Validator);
        if (validator.Tokens.IsZero && validator.Shares > 0) return StakingErrors.ValidatorDrained.With(Validator);
        (validator, UInt128 shares) = StakeLedger.Add(context, Validator, validator, context.Caller, context.Value);
        StakeLedger.Store(context, parameters, Validator, validator);
        StakeLedger.AddStaked(context, context.Value, default);
        context.Emit(StakingEvents.Delegated, context.Caller, Validator, context.Value, (Uint256)shares);
        return Outcome.Done;
    }
}

using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>editValidator(commissionBps, payout): commission moves at most one step a day; zero payout keeps the old one.</summary>
internal readonly record struct EditValidator(ulong CommissionBps, Address Payout) : IMessage<EditValidator>
{
    public static EditValidator Read(Arguments arguments) => new(arguments.UInt64(0), arguments.Address(1));

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        if (CommissionBps > parameters.CommissionMaxBps) return StakingErrors.CommissionTooHigh.With(parameters.CommissionMaxBps, CommissionBps);
        if (context.IsModule(Payout)) return StakingErrors.InvalidPayout.With(Payout);
        if (StakingState.Validators.Find(context, new AddressKey(context.Caller)) is not { } validator) return StakingErrors.NotAValidator.With(context.Caller);
        if (CommissionBps != validator.CommissionBps)
        {
            ulong step = CommissionBps > validator.CommissionBps ? CommissionBps - validator.CommissionBps : validator.CommissionBps - CommissionBps;
            ulong nextMs = validator.CommissionSinceMs + parameters.CommissionStepMs;
            if (step > parameters.CommissionStepBps || context.Block.TimeMs < nextMs)
                return StakingErrors.CommissionStep.With(parameters.CommissionStepBps, nextMs);
            validator = validator with { CommissionBps = CommissionBps, CommissionSinceMs = context.Block.TimeMs };
        }
        if (!Payout.IsZero) validator = validator with { Payout = Payout };
        StakeLedger.Store(context, parameters, context.Caller, validator);
        context.Emit(StakingEvents.ValidatorEdited, context.Caller, validator.CommissionBps, validator.Payout);
        return Outcome.Done;
    }
}

using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

internal static class Jailing
{
    /// <summary>The end of a jail that no unjail opens.</summary>
    public const ulong ForGood = ulong.MaxValue;

    /// <summary>Stops a validator from voting from the next block on. False where it is unknown, jailed already, or the last one.</summary>
    public static bool Jail(ModuleContext context, Address validatorOperator, ulong untilMs, MoveReason reason)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        if (StakingState.Validators.Find(context, new AddressKey(validatorOperator)) is not { IsJailed: false } validator) return false;
        if (!ValidatorSets.Remove(context, parameters, validatorOperator)) return false;
        StakeLedger.Store(context, parameters, validatorOperator, validator with { IsJailed = true, JailedUntilMs = untilMs });
        context.Emit(StakingEvents.Jailed, validatorOperator, untilMs, reason.Word);
        return true;
    }

    /// <summary>As <see cref="Jail"/>, never to end; also where a jail that ends had begun. False where it is unknown, or the last one.</summary>
    public static bool JailForGood(ModuleContext context, Address validatorOperator, MoveReason reason)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        if (StakingState.Validators.Find(context, new AddressKey(validatorOperator)) is not { } validator) return false;
        if (!ValidatorSets.Remove(context, parameters, validatorOperator)) return false;
        StakeLedger.Store(context, parameters, validatorOperator, validator with { IsJailed = true, JailedUntilMs = ForGood });
        context.Emit(StakingEvents.Jailed, validatorOperator, ForGood, reason.Word);
        return true;
    }
}

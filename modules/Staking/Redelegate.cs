using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>redelegate(source, destination, amount): stake changes validators at once, but not twice within the unbonding time.</summary>
internal readonly record struct Redelegate(Address Source, Address Destination, Amount Amount) : IMessage<Redelegate>
{
    public static Redelegate Read(Arguments arguments) => new(arguments.Address(0), arguments.Address(1), arguments.Amount(2));

    public Outcome Check(in CallFacts call)
    {
        if (Source == Destination) return StakingErrors.SameValidator.With(Source);
        return Amount.IsZero ? StakingErrors.AmountTooSmall.With(1, Amount) : Outcome.Done;
    }

    public Outcome Execute(ModuleContext context)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        if (Amount < parameters.DelegationMin) return StakingErrors.AmountTooSmall.With(parameters.DelegationMin, Amount);
        if (StakingState.Validators.Find(context, new AddressKey(Destination)) is not { } destination) return StakingErrors.NotAValidator.With(Destination);
        if (destination.Tokens.IsZero && destination.Shares > 0) return StakingErrors.ValidatorDrained.With(Destination);
        if (Liabilities.BoundUntilMs(context, context.Caller, Source) is ulong boundMs) return StakingErrors.RedelegationPending.With(boundMs);
        AddressPairKey key = new(context.Caller, Destination);
        RedelegationRow? running = Liabilities.BoundUntilMs(context, context.Caller, Destination) is null ? null : StakingState.Redelegations.Find(context, key);
        ulong epoch = StakingState.ReadEpoch(context).Number;
        if (running is not null && (running.Source != Source || running.Epoch != epoch)) return StakingErrors.RedelegationPending.With(running.MaturesAtMs);

        Outcome taken = Departures.Take(context, parameters, Source, Amount, out ValidatorRow? source, out Amount worth, out _);
        if (source is null) return taken;
        source = StakeLedger.Store(context, parameters, Source, source);
        destination = AnswerFirst(context, destination);
        (destination, UInt128 shares) = StakeLedger.Add(context, Destination, destination, context.Caller, worth);
        StakeLedger.Store(context, parameters, Destination, destination);

        ulong maturesAtMs = context.Block.TimeMs + parameters.UnbondingMs;
        UInt128 earlier = running is null ? 0 : StakingState.Redelegations.Find(context, key)?.Shares ?? 0;
        StakingState.Redelegations.Set(context, key, new RedelegationRow(Source, epoch, shares + earlier, maturesAtMs, source.Slashes));
        context.Emit(StakingEvents.Redelegated, context.Caller, Source, Destination, worth, maturesAtMs);
        return Outcome.Return(maturesAtMs);
    }

    /// <summary>What the delegation at the destination owes is taken before fresh stake joins it.</summary>
    private ValidatorRow AnswerFirst(ModuleContext context, ValidatorRow destination)
    {
        if (StakingState.Delegations.Find(context, new AddressPairKey(context.Caller, Destination)) is not { } delegation) return destination;
        return Liabilities.Answer(context, Destination, destination, context.Caller, StakeLedger.Settle(destination, delegation)).Validator;
    }
}

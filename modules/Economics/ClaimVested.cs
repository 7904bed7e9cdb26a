using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Economics;

/// <summary>claimVested(): pays the caller what has vested of all its grants.</summary>
internal readonly record struct ClaimVested : IMessage<ClaimVested>
{
    /// <summary>Genesis gives no account more.</summary>
    public const int GrantsMax = 8;

    private static readonly MoveReason Reason = MoveReason.Of("vested");

    public static ClaimVested Read(Arguments arguments) => default;

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        Amount claimed = Amount.Zero;
        foreach ((AddressNumberKey key, StreamRow grant) in EconomicsState.Grants.Page(context, context.Caller.Span, null, GrantsMax))
        {
            Amount due = grant.Available(context.Block.TimeMs);
            if (due.IsZero) continue;
            claimed += due;
            EconomicsState.Grants.Set(context, key, grant with { Paid = grant.Paid + due });
        }
        if (claimed.IsZero) return EconomicsErrors.NothingVested.With(context.Caller);
        EconomicsState.GrantsLeft.Set(context, default, EconomicsState.GrantsLeft.GetAmount(context, default) - claimed);
        context.Pay(context.Caller, claimed, Reason);
        context.Emit(EconomicsEvents.VestingClaimed, context.Caller, claimed);
        return Outcome.Return(claimed);
    }
}

using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Economics;

internal static class EconomicsQueries
{
    public static Outcome Treasury(ModuleContext context, Arguments arguments) => Outcome.Return(EconomicsState.ReadTreasury(context));

    public static Outcome RewardPool(ModuleContext context, Arguments arguments)
    {
        StreamRow pool = EconomicsState.ReadRewardPool(context);
        return Outcome.Return(pool.Total, pool.Unlocked(context.Block.TimeMs), pool.Paid, pool.StartMs, pool.DurationMs);
    }

    public static Outcome Vested(ModuleContext context, Arguments arguments)
    {
        Amount total = Amount.Zero, unlocked = Amount.Zero, claimed = Amount.Zero;
        foreach ((_, StreamRow grant) in EconomicsState.Grants.Page(context, arguments.Address(0).Span, null, ClaimVested.GrantsMax))
        {
            total += grant.Total;
            unlocked += grant.Unlocked(context.Block.TimeMs);
            claimed += grant.Paid;
        }
        return Outcome.Return(total, unlocked, claimed, unlocked - claimed);
    }

    public static Outcome Grants(ModuleContext context, Arguments arguments) =>
        Outcome.Return(AbiValue.OfList([.. EconomicsState.Grants.Page(context, arguments.Address(0).Span, null, ClaimVested.GrantsMax)
            .Select(grant => AbiValue.OfList(grant.Row.Total, grant.Row.Paid, grant.Row.StartMs, grant.Row.DurationMs))]));

    public static Outcome Params(ModuleContext context, Arguments arguments) =>
        Outcome.Return(EconomicsState.ReadParams(context).StakingRewardBps);
}

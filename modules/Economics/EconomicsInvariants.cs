using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Economics;

internal static class EconomicsInvariants
{
    private const int GrantsScannedMax = 100_000;

    public static readonly IReadOnlyList<Invariant> All = [
        new("balance is treasury, reward pool and grants", Books),
        new("grants left is the sum over the grants", Grants)];

    private static IEnumerable<string> Books(ModuleContext context)
    {
        Amount books = EconomicsState.ReadTreasury(context) + EconomicsState.ReadRewardPool(context).Left + EconomicsState.GrantsLeft.GetAmount(context, default);
        if (context.Balance != books) yield return $"balance {context.Balance}, books {books}";
    }

    private static IEnumerable<string> Grants(ModuleContext context)
    {
        Amount left = Amount.Zero;
        foreach ((_, StreamRow grant) in EconomicsState.Grants.Page(context, [], null, GrantsScannedMax)) left += grant.Left;
        Amount booked = EconomicsState.GrantsLeft.GetAmount(context, default);
        if (left != booked) yield return $"grants hold {left}, booked {booked}";
    }
}

using Dsdn.Chain.Execution.Kernel;
using Dsdn.Modules.Staking.Published;

namespace Dsdn.Modules.Slashing;

internal static class SlashingInvariants
{
    private const int RowsMax = 1_000_000;

    public static readonly IReadOnlyList<Invariant> All = [
        new("holds no money", Money),
        new("a validator jailed for what it signed stays jailed", Jails)];

    private static IEnumerable<string> Money(ModuleContext context)
    {
        if (!context.Balance.IsZero) yield return $"balance {context.Balance}";
    }

    private static IEnumerable<string> Jails(ModuleContext context)
    {
        foreach ((AddressKey key, PunishmentRow row) in SlashingState.Punishments.Page(context, [], null, RowsMax))
            if (row.Jailed && !StakeControl.IsJailedForGood(context, key.Address)) yield return $"{key.Address} was jailed for good at height {row.Height} and is not";
    }
}

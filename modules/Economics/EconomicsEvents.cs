using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Economics;

internal static class EconomicsEvents
{
    public static readonly EventDeclaration VestingClaimed = new(
        "event VestingClaimed(address indexed beneficiary, uint256 amount)", "A beneficiary was paid what had vested.");

    public static readonly EventDeclaration TreasuryChanged = new(
        "event TreasuryChanged(uint256 balance)", "The treasury holds this much now.");

    public static readonly IReadOnlyList<EventDeclaration> All = [VestingClaimed, TreasuryChanged];
}

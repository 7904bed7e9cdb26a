using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Economics;

/// <summary>Module 8: treasury, the reward pool over twenty years, and vesting grants (rulings 17).</summary>
internal static class EconomicsModule
{
    public static readonly ModuleDeclaration Declaration = new()
    {
        Number = EconomicsState.Module,
        Name = "Economics",
        Summary = "Holds the treasury, the reward pool that unlocks over twenty years, and vesting grants. Nothing is minted or burned.",
        Methods = [
            Method.Of<ClaimVested>("function claimVested() returns (uint256 amount)",
                "Pays the caller what has vested of its grants.", 130_000, new Permission("beneficiary of a grant")),
            Method.View("function treasury() view returns (uint256 balance)", "The treasury, in base units.", 5_000, EconomicsQueries.Treasury),
            Method.View("function rewardPool() view returns (uint256 total, uint256 unlocked, uint256 paid, uint64 startMs, uint64 durationMs)",
                "The node and validator reward pool: what it began with, what time has unlocked, what was paid.", 5_000, EconomicsQueries.RewardPool),
            Method.View("function vested(address beneficiary) view returns (uint256 total, uint256 unlocked, uint256 claimed, uint256 claimable)",
                "Sum over the grants of an account.", 25_000, EconomicsQueries.Vested),
            Method.View("function grants(address beneficiary) view returns ((uint256 total, uint256 claimed, uint64 startMs, uint64 durationMs)[] grants)",
                "The grants of an account.", 25_000, EconomicsQueries.Grants),
            Method.View("function params() view returns (uint16 stakingRewardBps)", "Yearly reward of validators' stake from the pool, in hundredths of a percent.", 5_000, EconomicsQueries.Params),
        ],
        Events = EconomicsEvents.All,
        Errors = EconomicsErrors.All,
        Tables = EconomicsState.All,
        Invariants = EconomicsInvariants.All,
    };
}

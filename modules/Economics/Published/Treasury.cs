using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Economics.Published;

/// <summary>What other modules may do with the treasury and the reward pool. The caller's context pays or is paid.</summary>
internal static class Treasury
{
    public const byte Module = EconomicsState.Module;

    private const ulong YearMs = 365UL * 24 * 60 * 60 * 1000;

    private static readonly MoveReason StakingReward = MoveReason.Of("staking-reward");

    /// <summary>Moves <paramref name="amount"/> from the calling module to the treasury.</summary>
    public static void Deposit(ModuleContext caller, Amount amount, MoveReason reason)
    {
        if (amount.IsZero) return;
        ModuleContext own = caller.Enter(Module);
        caller.Pay(own.Self, amount, reason);
        Amount balance = EconomicsState.ReadTreasury(own) + amount;
        EconomicsState.Treasury.Set(own, default, balance);
        own.Emit(EconomicsEvents.TreasuryChanged, balance);
    }

    /// <summary>
    /// Pays the calling module the reward of <paramref name="stake"/> for <paramref name="elapsedMs"/>: stake x rate x time,
    /// rounded down, at most what the pool has unlocked and not paid. Returns what was paid.
    /// </summary>
    public static Amount PayStakingReward(ModuleContext caller, Amount stake, ulong elapsedMs)
    {
        ModuleContext own = caller.Enter(Module);
        StreamRow pool = EconomicsState.ReadRewardPool(own);
        ulong rateBps = EconomicsState.ReadParams(own).StakingRewardBps;
        Amount wanted = stake.MulDiv((UInt128)rateBps * elapsedMs, (UInt128)YearMs * 10_000, Rounding.Down);
        Amount reward = Amount.Min(wanted, pool.Available(caller.Block.TimeMs));
        if (reward.IsZero) return reward;
        EconomicsState.RewardPool.Set(own, default, pool with { Paid = pool.Paid + reward });
        own.Pay(caller.Self, reward, StakingReward);
        return reward;
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics.Published;

namespace Dsdn.Modules.Staking;

/// <summary>
/// End-block work, once an epoch: fees and pool reward are shared by voting power, and the next set is chosen. Bounded by
/// the size of a set, whatever the number of delegators.
/// </summary>
internal static class EpochEnd
{
    private static readonly MoveReason RemainderReason = MoveReason.Of("fee-remainder");

    public static void Run(ModuleContext context)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        if (context.Block.Height == 0 || context.Block.Height % parameters.EpochBlocks != 0) return;
        EpochRow epoch = StakingState.ReadEpoch(context);
        IReadOnlyList<Validator> voters = ValidatorSets.Current(context).Validators;
        Amount fees = context.Balance - StakingState.ReadTotals(context).Sum;
        ulong totalPower = voters.Aggregate(0UL, (sum, validator) => sum + validator.Power);
        Amount votingStake = Amount.Nusa(totalPower);
        Amount reward = Treasury.PayStakingReward(context, votingStake, context.Block.TimeMs - epoch.StartMs);
        Amount booked = Share(context, voters, totalPower, fees + reward);
        Amount remainder = fees + reward - booked;
        StakeLedger.AddOwed(context, booked, default);
        Treasury.Deposit(context, remainder, RemainderReason);
        ValidatorSets.Change(context, parameters, ValidatorSets.Choose(context, parameters));
        Infractions.RecordEpochEnd(context, parameters, epoch.Number);
        StakingState.Epoch.Set(context, default, new EpochRow(epoch.Number + 1, context.Block.Height + 1, context.Block.TimeMs));
        context.Emit(StakingEvents.EpochEnded, epoch.Number, fees, reward, remainder);
    }

    /// <summary>Books each voter's part for its delegators and its commission; returns what was booked.</summary>
    private static Amount Share(ModuleContext context, IReadOnlyList<Validator> voters, ulong totalPower, Amount pot)
    {
        Amount booked = Amount.Zero;
        if (pot.IsZero) return booked;
        foreach (Validator voter in voters)
        {
            AddressKey key = new(voter.Operator);
            if (StakingState.Validators.Find(context, key) is not { } validator || validator.Shares == 0) continue;
            Amount part = pot.MulDiv(voter.Power, totalPower, Rounding.Down);
            Amount commission = part.MulDiv(validator.CommissionBps, 10_000, Rounding.Down);
            (Uint256 increase, Amount kept) = RewardIndexes.Spread(part - commission, validator.Shares);
            if (commission.IsZero && increase.IsZero) continue;
            StakingState.Validators.Set(context, key, validator with
            {
                RewardIndex = validator.RewardIndex + increase,
                RewardsOwed = validator.RewardsOwed + kept,
                CommissionOwed = validator.CommissionOwed + commission,
            });
            booked += commission + kept;
        }
        return booked;
    }
}

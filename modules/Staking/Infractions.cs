using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>What is kept of the past to judge what validators signed then: who voted, in which epoch, and when that ended.</summary>
internal static class Infractions
{
    private const int PrunedPerEpochMax = 4;

    /// <summary>Epochs looked at; more than are ever kept.</summary>
    private const int EpochsMax = 4_096;

    public static void RecordEpochEnd(ModuleContext context, StakingParams parameters, ulong epoch)
    {
        StakingState.EpochEnds.Set(context, new NumberKey(epoch), new EpochEndRow(context.Block.Height, context.Block.TimeMs));
        foreach ((NumberKey key, EpochEndRow row) in StakingState.EpochEnds.Page(context, [], null, PrunedPerEpochMax))
        {
            if (row.EndMs + (2 * parameters.UnbondingMs) > context.Block.TimeMs) return;
            StakingState.EpochEnds.Delete(context, key);
        }
    }

    /// <summary>Null where the height is too long ago, or the validator did not vote then. Reads only; the context may be without block.</summary>
    public static (Validator Voter, ulong Epoch, ulong? EpochEndMs)? Find(ModuleContext context, Address validatorOperator, ulong height)
    {
        if (ValidatorSets.At(context, height) is not { } row) return null;
        if (row.Set.Validators.FirstOrDefault(validator => validator.Operator == validatorOperator) is not { } voter) return null;
        EpochRow current = StakingState.ReadEpoch(context);
        if (height >= current.StartHeight) return (voter, current.Number, null);
        foreach ((NumberKey epoch, EpochEndRow end) in StakingState.EpochEnds.Page(context, [], null, EpochsMax))
        {
            if (height <= end.EndHeight) return (voter, epoch.Number, end.EndMs);
        }
        return null;
    }
}

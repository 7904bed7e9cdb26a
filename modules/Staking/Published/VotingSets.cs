using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Staking.Published;

/// <summary>An epoch and a set that voted in it, in the order of <see cref="BlockHashes.Validators"/>.</summary>
internal sealed record VotingSet(ulong Epoch, ValidatorSet Set);

/// <summary>Who votes, for modules that take what validators signed.</summary>
internal static class VotingSets
{
    public const byte Module = StakingState.Module;

    /// <summary>Who votes next, and in which epoch. Reads only; the context may be without block.</summary>
    public static VotingSet Current(ModuleContext caller)
    {
        ModuleContext own = caller.Enter(Module);
        return new VotingSet(StakingState.ReadEpoch(own).Number, ValidatorSets.Current(own));
    }

    /// <summary>
    /// The pairs of epoch and set in force from a height on, the newest first: that of the next vote, then those before it. An epoch
    /// that ends and a validator that is jailed each make another pair. Read one by one: what is not asked for is not charged.
    /// </summary>
    /// <param name="fromHeight">Of the oldest block that is looked at.</param>
    /// <param name="limit">Pairs at most.</param>
    public static IEnumerable<VotingSet> Since(ModuleContext caller, ulong fromHeight, int limit)
    {
        ModuleContext own = caller.Enter(Module);
        SetRow row = ValidatorSets.CurrentRow(own, out ulong setFrom);
        EpochRow running = StakingState.ReadEpoch(own);
        (ulong epoch, ulong epochFrom) = (running.Number, running.StartHeight);
        for (int found = 0; found < limit; found++)
        {
            yield return new VotingSet(epoch, row.Set);
            ulong changed = Math.Max(setFrom, epochFrom);
            if (changed <= 1 || changed <= fromHeight) yield break;
            ulong height = changed - 1;
            if (height < epochFrom)
            {
                epoch--;
                epochFrom = epoch == 0 ? 0 : StakingState.EpochEnds.Find(own, new NumberKey(epoch - 1))?.EndHeight + 1 ?? fromHeight;
            }
            if (height >= setFrom) continue;
            setFrom = row.PreviousHeight;
            if (setFrom == 0 || StakingState.Sets.Find(own, new NumberKey(setFrom)) is not { } before) yield break;
            row = before;
        }
    }
}

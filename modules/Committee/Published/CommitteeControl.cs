using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using LogCommittee = Dsdn.Chain.Log.Committees.Committee;

namespace Dsdn.Modules.Committee.Published;

/// <summary>What other modules may do with the committee of the log: look, and put the next one in its place.</summary>
internal static class CommitteeControl
{
    public const byte Module = CommitteeState.Module;

    /// <summary>Null where the chain has none.</summary>
    public static LogCommittee? Find(ModuleContext caller)
    {
        ModuleContext own = caller.Enter(Module);
        return CommitteeState.Committee.Find(own, default)?.Seeded(own.Block.GenesisHash);
    }

    /// <summary>The state root of the log in an anchor; null where it is not kept.</summary>
    /// <param name="index">Of the anchor, from 1.</param>
    public static Hash256? AnchoredRoot(ModuleContext caller, ulong index) =>
        CommitteeState.Anchors.Find(caller.Enter(Module), new NumberKey(index))?.Anchor.StateRoot;

    /// <summary>Makes this the committee in force and tells the log. How it was chosen and made is the caller's matter.</summary>
    /// <returns>False where it does not follow the one in force: the next epoch of this chain, not starting earlier, well formed, with a seed.</returns>
    public static bool Rotate(ModuleContext caller, LogCommittee next)
    {
        ModuleContext own = caller.Enter(Module);
        if (CommitteeState.Committee.Find(own, default)?.Committee is not { } current) return false;
        bool follows = next.ChainId == own.Block.ChainId && next.Epoch == current.Epoch + 1 && next.StartMs >= current.StartMs && !next.Seed.IsZero
            && CommitteeCodec.TryDecode(CommitteeCodec.Encode(next), out _) == LogFault.None;
        if (!follows) return false;
        CommitteeState.Committee.Set(own, default, new CommitteeRow(next));
        CommitteeLedger.ExtendFeed(own, new CommitteeRotated(next));
        own.Emit(CommitteeEvents.CommitteeRotated, next.Epoch, next.Hash, next.GroupKey);
        return true;
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Staking.Published;

namespace Dsdn.Modules.Slashing;

/// <summary>
/// Begin-block work: each validator that the block's evidence convicts is jailed for good and loses a part of the stake that
/// answered for the epoch of its offence. All it signed up to that block counts as one offence. The last voter is not jailed.
/// </summary>
internal static class Punish
{
    private static readonly MoveReason Reason = MoveReason.Of("double-sign");

    public static void Run(ModuleContext context)
    {
        foreach (EvidenceItem item in context.Block.Evidence) Convict(context, item);
    }

    /// <summary>What a block has to know of a validator before it takes evidence. Reads only; the context has no block.</summary>
    public static Accused Find(ModuleContext context, Address validatorOperator, ulong height, ulong blockHeight, ulong blockTimeMs)
    {
        if (SlashingState.Punishments.Find(context, new AddressKey(validatorOperator)) is { } earlier && height <= earlier.Height) return Accused.Punished;
        if (StakeControl.VoterAt(context, validatorOperator, height) is not { } found) return Accused.Unknown;
        bool isOldInBlocks = blockHeight - height > SlashingState.ReadParams(context).EvidenceBlocksMax;
        bool isOldInTime = found.EpochEndMs is { } endMs && endMs + StakeControl.UnbondingMs(context) < blockTimeMs;
        return isOldInBlocks && isOldInTime ? Accused.Expired : new Accused(found.Voter.ConsensusKey, null);
    }

    private static void Convict(ModuleContext context, EvidenceItem item)
    {
        if (StakeControl.VoterAt(context, item.Accused, item.Height) is not { } found) return; // the block's rules let none pass
        AddressKey key = new(item.Accused);
        ulong fractionBps = SlashingState.ReadParams(context).DoubleSignBps;
        bool jailed = StakeControl.JailForGood(context, item.Accused, Reason);
        Amount taken = StakeControl.Slash(context, item.Accused, found.Epoch, fractionBps);
        ulong times = (SlashingState.Punishments.Find(context, key)?.Times ?? 0) + 1;
        Hash256 evidence = item.Id;
        SlashingState.Punishments.Set(
            context, key, new PunishmentRow(context.Block.Height, item.Height, (ulong)item.Kind, evidence, fractionBps, taken, jailed, times));
        context.Emit(SlashingEvents.EvidencePunished, item.Accused, (ulong)item.Kind, item.Height, evidence, fractionBps, taken, jailed);
    }
}

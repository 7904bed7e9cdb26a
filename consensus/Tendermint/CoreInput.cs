using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>Everything that can happen to the core. Recorded in the WAL before the step and replayed from there in the same order.</summary>
public abstract record CoreInput
{
    /// <summary>The first input, and again after every decision was committed.</summary>
    /// <param name="Self">For whom this core votes at the height; zero: it only follows.</param>
    /// <param name="LastTimeMs">Time of the value decided before.</param>
    /// <param name="LastCommit">Certificate of the height before; null at the first. Late precommits are added to it.</param>
    /// <param name="WorkWaits">Something to decide waits.</param>
    /// <param name="FirstRound">Above 0 where a lone validator signed in the rounds below and has forgotten what.</param>
    public sealed record HeightStarted(
        ulong Height, Address Self, ValidatorSet Validators, ProposerOrder Proposers, ulong LastTimeMs, Certificate? LastCommit, ValidatorSet? LastValidators, bool WorkWaits, ulong NowMs, uint FirstRound = 0) : CoreInput;

    public sealed record WorkArrived(ulong NowMs) : CoreInput;

    /// <summary>Asked for by an operator (manual policy); counts.</summary>
    public sealed record ValueRequested(ulong NowMs) : CoreInput;

    public sealed record TimerFired(CoreTimer Timer, ulong NowMs) : CoreInput;

    /// <summary>Answer to <see cref="CoreEffect.Build"/>.</summary>
    public sealed record ValueBuilt(ulong Height, uint Round, Hash256 ValueId, ulong TimeMs, Hash256 PartsRoot, ulong NowMs) : CoreInput;

    /// <param name="NowMs">When the signed proposal arrived, before its parts and its execution (chain-decisions 1.3).</param>
    public sealed record ProposalArrived(Proposal Proposal, ulong NowMs) : CoreInput;

    /// <summary>
    /// The whole value is here and was executed. Its own builder needs none. Never said of bytes that are not the value of
    /// <paramref name="ValueId"/>: their proposal counts as not received, or a liar could make this validator diverge.
    /// </summary>
    /// <param name="TimeMs">The time inside the value: a proposal that names another is not valid, and a re-proposal needs it.</param>
    /// <param name="IsValid">Valid whatever the round: timeliness is the core's question.</param>
    public sealed record ValueChecked(ulong Height, Hash256 ValueId, Hash256 PartsRoot, ulong TimeMs, bool IsValid, ulong NowMs) : CoreInput;

    public sealed record VoteArrived(Vote Vote, ulong NowMs) : CoreInput;

    /// <summary>Answer to <see cref="CoreEffect.SignProposal"/>. Null: the signer refused; the core goes on without it.</summary>
    public sealed record ProposalSigned(Proposal Unsigned, ReadOnlyMemory<byte>? Signature, ulong NowMs) : CoreInput;

    /// <summary>Answer to <see cref="CoreEffect.SignVote"/>.</summary>
    public sealed record VoteSigned(Vote Unsigned, ReadOnlyMemory<byte>? Signature, ulong NowMs) : CoreInput;
}

/// <summary>What a timer of the core is for.</summary>
public enum CoreTimerKind : byte
{
    /// <summary>Begin round 0 of the height.</summary>
    Start = 1,
    Propose = 2,
    Prevote = 3,
    Precommit = 4,
}

/// <summary>A timer by what it is for; a newer one of the same name replaces it.</summary>
public readonly record struct CoreTimer(CoreTimerKind Kind, ulong Height, uint Round);

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>What the surroundings are to do, in order.</summary>
public abstract record CoreEffect
{
    /// <summary>Ask for <see cref="CoreInput.TimerFired"/> at this time. Timers of the same key replace each other; those of past heights are dropped.</summary>
    public sealed record SetTimer(CoreTimer Timer, ulong AtMs) : CoreEffect;

    /// <summary>getValue() of line 16: answered by <see cref="CoreInput.ValueBuilt"/>, once per height and round also after a restart.</summary>
    /// <param name="LastCommit">Goes into the value: the previous height's certificate with every precommit known by now.</param>
    public sealed record Build(ulong Height, uint Round, Certificate? LastCommit) : CoreEffect;

    public sealed record SignProposal(Proposal Unsigned) : CoreEffect;

    public sealed record SignVote(Vote Unsigned) : CoreEffect;

    /// <summary>A proposal of this validator, to everybody. A re-proposal's value is already among the kept ones.</summary>
    public sealed record BroadcastProposal(Proposal Proposal) : CoreEffect;

    public sealed record BroadcastVote(Vote Vote) : CoreEffect;

    /// <summary>The proposer's signature is right: its value is wanted, then <see cref="CoreInput.ValueChecked"/>. Also to be relayed.</summary>
    public sealed record ProposalAccepted(Proposal Proposal) : CoreEffect;

    /// <summary>The vote was counted (it is new and right): to be relayed.</summary>
    public sealed record VoteAccepted(Vote Vote) : CoreEffect;

    /// <summary>The vote lies far ahead: kept to see whether a third is there, not counted and not relayed.</summary>
    public sealed record VoteKept(Vote Vote) : CoreEffect;

    /// <summary>
    /// A message of this height that came while the height before was decided: to be fed now, as if it had just arrived with
    /// the time it did. So the record of a height's inputs is complete.
    /// </summary>
    public sealed record Redeliver(CoreInput Message) : CoreEffect;

    /// <summary>Prevotes of more than two thirds for a value that is not here (line 36 waits): fetch it from those who voted.</summary>
    public sealed record ValueWanted(ulong Height, uint Round, Hash256 ValueId) : CoreEffect;

    public sealed record RoundEntered(ulong Height, uint Round, CoreStep Step) : CoreEffect;

    /// <summary>Line 49. The core waits for the next <see cref="CoreInput.HeightStarted"/>.</summary>
    public sealed record Decide(Certificate Certificate, Hash256 PartsRoot) : CoreEffect;

    public sealed record VoteEvidence(Equivocation Evidence) : CoreEffect;

    public sealed record ProposalEvidence(ProposalEquivocation Evidence) : CoreEffect;

    /// <summary>The message of the input broke a rule that an honest peer keeps.</summary>
    /// <param name="Code">Stable, such as DSDN-E-VOTE-SIGNATURE.</param>
    public sealed record Rejected(string Code, string Detail) : CoreEffect;

    /// <summary>More than two thirds prevoted a value that is invalid here: stop, sign nothing more (chain-decisions 1.3).</summary>
    public sealed record Diverged(ulong Height, Hash256 ValueId) : CoreEffect;
}

/// <summary>Where a round stands (arXiv 1807.04938, line 3), with the two states outside rounds.</summary>
public enum CoreStep : byte
{
    /// <summary>The height's round 0 has not begun, or the next round not yet.</summary>
    Waiting = 0,
    Propose = 1,
    Prevote = 2,
    Precommit = 3,
    Decided = 4,
}

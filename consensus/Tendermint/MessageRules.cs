using Dsdn.Chain.Blocks;

namespace Dsdn.Consensus.Tendermint;

/// <summary>What can be said of a message without its signature. A reason why no honest peer sends it, or null.</summary>
internal static class MessageRules
{
    /// <summary>Rounds fit an Int32 with room above; no network gets near.</summary>
    public const uint RoundMax = int.MaxValue / 2;

    public static CoreEffect.Rejected? Check(Vote vote)
    {
        if (vote.Kind is not (VoteKind.Prevote or VoteKind.Precommit)) return new("DSDN-E-VOTE-FORM", $"a vote of kind {(byte)vote.Kind}");
        if (vote.Round > RoundMax) return new("DSDN-E-VOTE-FORM", $"round {vote.Round} is above {RoundMax}");
        bool mayJustify = vote.Kind == VoteKind.Prevote && !vote.IsNil;
        if (mayJustify ? vote.PolRound < -1 || vote.PolRound >= (int)vote.Round : vote.PolRound != -1)
            return new("DSDN-E-VOTE-FORM", $"a {vote.Kind} of round {vote.Round} cannot name round {vote.PolRound}");
        return null;
    }

    public static CoreEffect.Rejected? Check(Proposal proposal)
    {
        if (proposal.Round > RoundMax) return new("DSDN-E-PROPOSAL-FORM", $"round {proposal.Round} is above {RoundMax}");
        if (proposal.PolRound < -1 || proposal.PolRound >= (int)proposal.Round)
            return new("DSDN-E-PROPOSAL-FORM", $"a proposal of round {proposal.Round} cannot name round {proposal.PolRound}");
        return proposal.ValueId.IsZero ? new("DSDN-E-PROPOSAL-FORM", "a proposal of nil") : null;
    }

    /// <summary>The same message but for the signature.</summary>
    public static bool Same(Vote left, Vote right) =>
        left.Kind == right.Kind && left.Height == right.Height && left.Round == right.Round && left.ValueId == right.ValueId
        && left.PolRound == right.PolRound && left.Voter == right.Voter;

    /// <summary>The same message but for the signature.</summary>
    public static bool Same(Proposal left, Proposal right) =>
        left.Height == right.Height && left.Round == right.Round && left.ValueId == right.ValueId && left.PolRound == right.PolRound
        && left.TimeMs == right.TimeMs && left.PartsRoot == right.PartsRoot && left.Proposer == right.Proposer;
}

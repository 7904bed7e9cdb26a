using Dsdn.Chain.Blocks;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>Messages of the core as the chain writes them down.</summary>
public static class ChainMessages
{
    public static SignedVote Of(Vote vote) => new(vote.Kind, vote.Height, vote.Round, vote.ValueId, vote.PolRound, vote.Voter, vote.Signature);

    public static SignedProposal Of(Tendermint.Proposal proposal) =>
        new(proposal.Height, proposal.Round, proposal.ValueId, proposal.PolRound, proposal.TimeMs, proposal.PartsRoot, proposal.Proposer, proposal.Signature);
}

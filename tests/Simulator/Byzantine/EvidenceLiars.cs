using Dsdn.Chain.Blocks;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;
using Dsdn.Simulator.Network;

namespace Dsdn.Simulator.Byzantine;

/// <summary>Accuses correct validators of two votes, signed with its own key.</summary>
internal sealed class EvidenceForger : Behaviour
{
    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (message is not PeerMessage.Votes { Items: [{ Height: > 1 } vote, ..] } || !Random.OneIn(4)) return [wire];
        Count(Fault.ForgedEvidence);
        Vote past = vote with { Kind = VoteKind.Precommit, Height = vote.Height - 1, PolRound = -1, Voter = Random.Pick([.. World.Correct.Where(static machine => machine.IsValidator)]).Operator };
        EvidenceItem? item = EvidenceItem.Of(Signed(past, 1), Signed(past, 2));
        return item is null ? [wire] : [wire, new WireMessage(new PeerMessage.Evidence([item]))];
    }

    private SignedVote Signed(Vote vote, byte block) => Consensus.Replica.ChainMessages.Of(Sign(vote with { ValueId = Chain.Crypto.Keccak.Hash([block]) }));
}

/// <summary>Prevotes what is proposed whatever it is locked on, and names the round before as the reason.</summary>
internal sealed class FalseClaimer : VoteLiar
{
    private readonly Dictionary<(ulong Height, uint Round), Chain.Primitives.Hash256> _proposed = [];

    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (message is PeerMessage.ProposalMessage { Proposal: { } proposal }) _proposed[(proposal.Height, proposal.Round)] = proposal.ValueId;
        return base.Sending(to, message, wire);
    }

    protected override IEnumerable<Vote> Instead(Machine to, Vote own)
    {
        if (own.Kind != VoteKind.Prevote || own.Round == 0) return [own];
        Chain.Primitives.Hash256 value = _proposed.TryGetValue((own.Height, own.Round), out Chain.Primitives.Hash256 proposed) ? proposed : own.ValueId;
        if (value.IsZero) return [own];
        Count(Fault.FalseClaim);
        return [Sign(own with { ValueId = value, PolRound = (int)own.Round - 1 })];
    }
}

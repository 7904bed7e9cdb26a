using System.Buffers.Binary;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>Proposals and votes: own ones to everybody at once, those of others to the core and, a share of them, to one more peer.</summary>
internal sealed class VoteGossip(GossipBoard board)
{
    /// <summary>Own votes of so many rounds go to a peer that enters the height; it asks for others.</summary>
    private const int OwnRoundsOnEntry = 2;

    public void OwnVote(Vote vote)
    {
        if (board.Current is not { } current || vote.Height != current.Height) return;
        Keep(current, vote);
        var message = new PeerMessage.Votes([vote]);
        foreach (GossipPeer peer in board.Listeners(vote.Height)) SendOwn(current, peer, vote, message);
        if (vote.Kind != VoteKind.Precommit) return;
        foreach (GossipPeer peer in board.Peers) // those who decided without it count it as late
            if (peer.Height == vote.Height + 1) board.Send(peer, message);
    }

    public void OwnProposal(HeightGossip current, Proposal proposal)
    {
        Keep(current, proposal);
        var message = new PeerMessage.ProposalMessage(proposal);
        foreach (GossipPeer peer in board.Listeners(proposal.Height)) SendProposal(current, peer, proposal, message);
    }

    public void Accepted(Vote vote)
    {
        if (board.At(vote.Height) is not { } height) return;
        bool isLate = ReferenceEquals(height, board.Previous);
        if (isLate && height.Votes.Round(vote.Round) is null) return; // not of the round that decided
        if (!Keep(height, vote) || isLate) return;
        ulong draw = PartTree.Mix(Seed(vote.Voter), ((ulong)vote.Round << 8) | (byte)vote.Kind, vote.Height);
        if (draw % 1_000 >= board.Options.VoteRelayPerMille) return;
        int index = height.Votes.IndexOf(vote.Voter);
        GossipPeer? chosen = Choose(height, vote.Voter, draw, peer => board.View(peer, height).Votes(vote.Round, vote.Kind));
        if (chosen is null) return;
        board.View(chosen, height).Votes(vote.Round, vote.Kind).Sent(index, board.Generation);
        board.Send(chosen, new PeerMessage.Votes([vote]));
    }

    /// <summary>Also passes it to one more peer: two proposals of a liar meet somewhere, and where a link is down one comes by another way.</summary>
    /// <returns>False where it is the third of one round: nobody needs its bytes.</returns>
    public bool Accepted(HeightGossip height, Proposal proposal)
    {
        if (!Keep(height, proposal)) return height.Votes.Round(proposal.Round)?.Holds(proposal) ?? false;
        ulong draw = PartTree.Mix(Seed(proposal.Proposer), proposal.Round, proposal.Height);
        GossipPeer? chosen = Choose(height, proposal.Proposer, draw, peer => board.View(peer, height).Votes(proposal.Round, VoteKind.Proposal));
        if (chosen is not null) SendProposal(height, chosen, proposal, new PeerMessage.ProposalMessage(proposal));
        return true;
    }

    public void Received(GossipPeer from, Proposal proposal)
    {
        if (board.Current is not { } current || proposal.Height != current.Height) return;
        int index = current.Votes.IndexOf(proposal.Proposer);
        if (index < 0)
        {
            board.Penalize(from, Offence.BadContent, "proposal of no validator of the height");
            return;
        }
        if (current.Votes.Round(proposal.Round) is { } round)
        {
            board.View(from, current).Votes(proposal.Round, VoteKind.Proposal).Know(index);
            if (round.Holds(proposal))
            {
                board.NoteRepetition(from, "proposals");
                return;
            }
        }
        board.Do(new GossipEffect.DeliverProposal(from.Id, proposal));
    }

    public void Received(GossipPeer from, PeerMessage.Votes votes)
    {
        if (votes.Items.Count is 0 or > PeerLimits.VotesMax || votes.Items.Any(vote => vote.Height != votes.Items[0].Height))
        {
            board.Penalize(from, Offence.Malformed, "votes: none, too many, or of several heights");
            return;
        }
        if (board.At(votes.Items[0].Height) is not { } height) return;
        bool isLate = ReferenceEquals(height, board.Previous);
        foreach (Vote vote in votes.Items)
        {
            int index = height.Votes.IndexOf(vote.Voter);
            if (index < 0)
            {
                board.Penalize(from, Offence.BadContent, "vote of no validator of the height");
                return;
            }
            board.Counters.VotesReceived++;
            if (height.Votes.Round(vote.Round) is { } round)
            {
                board.View(from, height).Votes(vote.Round, vote.Kind).Know(index);
                if (round.Holds(vote, index))
                {
                    board.Counters.DuplicateVotes++;
                    board.NoteRepetition(from, "votes");
                    continue;
                }
            }
            if (!isLate || vote.Kind == VoteKind.Precommit) board.Do(new GossipEffect.DeliverVote(from.Id, vote));
        }
    }

    /// <summary>The peer came to the height that is worked on here: what this node said meanwhile was not sent to it.</summary>
    public void Entered(HeightGossip current, GossipPeer peer)
    {
        if (current.Self < 0) return;
        List<Vote> own = [];
        foreach (uint number in current.Votes.Rounds.Reverse().Take(OwnRoundsOnEntry))
        {
            if (current.Votes.Round(number) is not { } round) continue;
            foreach ((Proposal proposal, int index, _) in round.Proposals)
                if (index == current.Self) SendProposal(current, peer, proposal, new PeerMessage.ProposalMessage(proposal));
            foreach (VoteKind kind in (ReadOnlySpan<VoteKind>)[VoteKind.Prevote, VoteKind.Precommit])
            {
                PeerRow row = board.View(peer, current).Votes(number, kind);
                if (round.Vote(kind, current.Self) is not { } vote || !row.Lacks(current.Self, board.Generation)) continue;
                row.Sent(current.Self, board.Generation);
                own.Add(vote);
            }
        }
        if (own.Count > 0) board.Send(peer, new PeerMessage.Votes(own));
    }

    private void SendProposal(HeightGossip height, GossipPeer peer, Proposal proposal, PeerMessage.ProposalMessage message)
    {
        PeerRow row = board.View(peer, height).Votes(proposal.Round, VoteKind.Proposal);
        int index = height.Votes.IndexOf(proposal.Proposer);
        if (!row.Lacks(index, board.Generation)) return;
        row.Sent(index, board.Generation);
        board.Send(peer, message);
    }

    private void SendOwn(HeightGossip current, GossipPeer peer, Vote vote, PeerMessage.Votes message)
    {
        if (current.Self >= 0) board.View(peer, current).Votes(vote.Round, vote.Kind).Sent(current.Self, board.Generation);
        board.Send(peer, message);
    }

    private bool Keep(HeightGossip height, Vote vote)
    {
        bool added = height.Votes.Add(vote, board.NowMs, out uint? dropped);
        Forget(dropped);
        return added;
    }

    private bool Keep(HeightGossip height, Proposal proposal)
    {
        bool isWanted = height.Wanted.TryGetValue(proposal.Round, out Hash256 wanted) && wanted == proposal.ValueId;
        bool added = height.Votes.Add(proposal, board.NowMs, isWanted, out uint? dropped);
        Forget(dropped);
        return added;
    }

    private void Forget(uint? round)
    {
        if (round is not { } dropped) return;
        foreach (GossipPeer peer in board.Peers) peer.Current?.Forget(dropped);
    }

    /// <summary>A peer on the height, not the author, that is not known to have it; none where all have it.</summary>
    private GossipPeer? Choose(HeightGossip height, Address author, ulong draw, Func<GossipPeer, PeerRow> row)
    {
        int index = height.Votes.IndexOf(author), count = board.Peers.Count;
        for (int i = 0; i < count; i++)
        {
            GossipPeer peer = board.Peers[(int)(((draw >> 20) + (ulong)i) % (ulong)count)];
            if (peer.Height == height.Height && peer.Operator != author && row(peer).Lacks(index, board.Generation)) return peer;
        }
        return null;
    }

    /// <summary>Different at every node, so that not all pass the same votes on, nor to the same peer.</summary>
    private ulong Seed(Address author) => PartTree.Mix(
        BinaryPrimitives.ReadUInt64LittleEndian(board.Self.Key.Span),
        BinaryPrimitives.ReadUInt64LittleEndian(author.Span), 1);
}

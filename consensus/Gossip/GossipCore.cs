using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// Brings every proposal, vote and value of the height to every peer: own ones at once, those of others where they are
/// missing. Pure: time comes with the inputs, and equal inputs give equal effects. What it holds is bounded per peer and in
/// total (<see cref="GossipOptions"/>), whatever peers send.
/// </summary>
public sealed class GossipCore
{
    private readonly Address _selfOperator;
    private readonly GossipBoard _board;
    private readonly VoteGossip _votes;
    private readonly VoteRepair _repair;
    private readonly PartGossip _parts;

    /// <param name="self">This node.</param>
    /// <param name="selfOperator">Its operator; zero where it does not vote.</param>
    public GossipCore(PeerId self, Address selfOperator, GossipOptions options)
    {
        (_selfOperator, _board) = (selfOperator, new GossipBoard(self, options));
        _votes = new VoteGossip(_board);
        _repair = new VoteRepair(_board);
        _parts = new PartGossip(_board);
    }

    public GossipCounters Counters => _board.Counters;

    /// <summary>For checks and operators: no item count is ever above its bound.</summary>
    public IEnumerable<TableSize> Tables => GossipTables.Of(_board);

    /// <summary>Effects in order. Sends of one message to many peers hold the same object.</summary>
    public IReadOnlyList<GossipEffect> Step(GossipInput input)
    {
        switch (input)
        {
            case GossipInput.PeerUp up: OnPeerUp(up); break;
            case GossipInput.PeerGone gone: _board.Remove(gone.Peer); break;
            case GossipInput.Received received: OnReceived(received); break;
            case GossipInput.HeightStarted started: OnHeightStarted(started); break;
            case GossipInput.RoundEntered entered: OnRoundEntered(entered); break;
            case GossipInput.OwnProposal own: OnOwnProposal(own); break;
            case GossipInput.OwnVote own: _votes.OwnVote(own.Vote); break;
            case GossipInput.ProposalAccepted accepted: OnProposalAccepted(accepted); break;
            case GossipInput.VoteAccepted accepted: OnVoteAccepted(accepted.Vote); break;
            case GossipInput.ValueWanted wanted: OnValueWanted(wanted); break;
            case GossipInput.Tick tick: OnTick(tick.NowMs); break;
            default: throw new InvalidOperationException($"unknown input {input.GetType().Name}");
        }
        return _board.TakeEffects();
    }

    private void OnPeerUp(GossipInput.PeerUp up)
    {
        _board.Advance(up.NowMs);
        _board.Add(new GossipPeer(up.Peer, _board.Options));
    }

    private void OnReceived(GossipInput.Received received)
    {
        _board.Advance(received.NowMs);
        if (_board.Peer(received.From) is not { } from) return;
        _board.Counters.Received(received.Message);
        if (!from.MaySend(received.Message, _board.NowMs))
        {
            if (from.FloodingIsNews(_board.NowMs)) _board.Penalize(from, Offence.Flooding, $"too many messages of kind {PeerMessageCodec.Kind(received.Message)}");
            return;
        }
        switch (received.Message)
        {
            case PeerMessage.Status status: OnStatus(from, status); break;
            case PeerMessage.ProposalMessage proposal: _votes.Received(from, proposal.Proposal); break;
            case PeerMessage.Votes votes: _votes.Received(from, votes); break;
            case PeerMessage.HaveVotes have: _repair.Received(from, have); break;
            case PeerMessage.HaveParts have: _parts.Received(from, have); break;
            case PeerMessage.Part part: _parts.Received(from, part); break;
            default: break; // sync and the pool have their own cores
        }
    }

    private void OnStatus(GossipPeer from, PeerMessage.Status status)
    {
        ulong? before = from.Height;
        if (!from.TryUpdate(status))
        {
            _board.Penalize(from, Offence.LyingStatus, $"height {status.DecidedHeight}, oldest {status.OldestBody}, after height {before - 1}");
            return;
        }
        if (_board.Current is not { } current || from.Height == before || from.Height != current.Height) return;
        _votes.Entered(current, from);
        _parts.Entered(current, from);
    }

    private void OnHeightStarted(GossipInput.HeightStarted started)
    {
        _board.Advance(started.NowMs);
        if (_board.Current is { } last && started.Height <= last.Height) return;
        bool follows = _board.Current is { } current && current.Height + 1 == started.Height;
        _board.Previous = follows ? _board.Current?.KeepDecision() : null;
        _board.Current = new HeightGossip(started.Height, started.Validators, _selfOperator, _board.Options);
        foreach (GossipPeer peer in _board.Peers)
        {
            (peer.Previous, peer.Current) = (_board.Previous is null ? null : peer.Current, null);
            peer.EarlyParts.Clear();
        }
        _repair.Started();
    }

    private void OnRoundEntered(GossipInput.RoundEntered entered)
    {
        if (_board.Current?.Height == entered.Height) _repair.Entered(entered.Round, entered.Step);
    }

    private void OnOwnProposal(GossipInput.OwnProposal own)
    {
        _board.Advance(own.NowMs);
        if (_board.Current is not { } current || own.Proposal.Height != current.Height) return;
        _votes.OwnProposal(current, own.Proposal);
        _parts.Own(current, own.Proposal, own.Value);
    }

    private void OnProposalAccepted(GossipInput.ProposalAccepted accepted)
    {
        _board.Advance(accepted.NowMs);
        Proposal proposal = accepted.Proposal;
        if (_board.Current is not { } current || proposal.Height != current.Height) return;
        bool isFirst = current.Votes.Round(proposal.Round) is not { Proposals.Count: > 0 };
        bool isWanted = current.Wanted.Any(wanted => wanted.Value == proposal.ValueId);
        if (!_votes.Accepted(current, proposal)) return;
        foreach (uint round in current.Wanted.Where(wanted => wanted.Value == proposal.ValueId).Select(wanted => wanted.Key).ToArray()) current.Wanted.Remove(round);
        if (isFirst || isWanted || current.Values.ContainsKey(proposal.PartsRoot)) _parts.Accepted(current, proposal, accepted.Value);
        _repair.Progressed();
    }

    private void OnVoteAccepted(Vote vote)
    {
        _votes.Accepted(vote);
        if (_board.Current?.Height == vote.Height) _repair.Progressed();
    }

    private void OnValueWanted(GossipInput.ValueWanted wanted)
    {
        if (_board.Current is not { } current || wanted.Height != current.Height || current.Wanted.Count >= _board.Options.ValuesKept) return;
        foreach (uint number in current.Votes.Rounds)
        {
            if (current.Votes.Round(number)?.Proposals.FirstOrDefault(held => held.Proposal.ValueId == wanted.ValueId).Proposal is not { } proposal) continue;
            if (!current.Values.ContainsKey(proposal.PartsRoot)) _parts.Accepted(current, proposal, null);
            return;
        }
        current.Wanted[wanted.Round] = wanted.ValueId;
    }

    private void OnTick(ulong nowMs)
    {
        _board.Advance(nowMs);
        _repair.Tick();
        _parts.Tick();
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// What got lost, or was said before a peer was here: a node that misses something announces what it has to a few peers in
/// turn, and those answer with the rest. Nothing is announced while everything is here or still arriving.
/// </summary>
internal sealed class VoteRepair(GossipBoard board)
{
    private const int BitmapsPerRound = 3;
    private const int NewestRounds = 6;
    private const int LockRoundsMax = 2;

    private uint _round;
    private CoreStep _step;
    private ulong _progressMs, _announcedMs, _pauseMs;
    private ulong _turn = board.Self.Key.Span[0];

    public void Started()
    {
        (_round, _step) = (0, CoreStep.Waiting);
        Progressed();
    }

    public void Entered(uint round, CoreStep step)
    {
        (_round, _step) = (round, step);
        Progressed();
    }

    /// <summary>Something of the height arrived.</summary>
    public void Progressed() => (_progressMs, _pauseMs) = (board.NowMs, board.Options.AnnounceMs);

    public void Tick()
    {
        if (board.Current is not { } current || board.NowMs < _announcedMs + _pauseMs) return;
        if (board.NowMs < _progressMs + board.Options.VoteStallMs || !Misses(current)) return;
        List<GossipPeer> givers = board.Givers(current.Height);
        if (givers.Count == 0) return;
        var have = new PeerMessage.HaveVotes(current.Height, Announcement(current));
        int count = Math.Min(board.Options.AnnouncePeers, givers.Count);
        for (int i = 0; i < count; i++) board.Send(givers[(int)((_turn + (ulong)i) % (ulong)givers.Count)], have);
        _turn += (ulong)count;
        _announcedMs = board.NowMs;
        _pauseMs = Math.Min(_pauseMs * 2, board.Options.AnnounceMsMax);
    }

    public void Received(GossipPeer from, PeerMessage.HaveVotes have)
    {
        if (board.At(have.Height) is not { } height) return;
        if (have.Bitmaps.Count > PeerLimits.VoteBitmapsMax || have.Bitmaps.Any(bitmap => !Bitmap.IsWellFormed(bitmap.Bits.Span, height.Validators)))
        {
            board.Penalize(from, Offence.Malformed, "bitmap that is not of the height's validators");
            return;
        }
        PeerView view = board.View(from, height);
        foreach (VoteBitmap bitmap in have.Bitmaps)
            if (height.Votes.Round(bitmap.Round) is not null) view.Votes(bitmap.Round, bitmap.Kind).Replace(bitmap.Bits.Span);
        Answer(from, height, view, have);
    }

    private void Answer(GossipPeer to, HeightGossip height, PeerView view, PeerMessage.HaveVotes have)
    {
        SortedSet<uint> listed = [.. have.Bitmaps.Select(bitmap => bitmap.Round)];
        uint? highest = listed.Count == 0 ? null : listed.Max;
        ulong age = to.Operator.IsZero || height.Votes.IndexOf(to.Operator) < 0 ? board.Options.RepairAgeFollowerMs : board.Options.RepairAgeMs;
        List<Vote> answer = [];
        foreach (uint number in height.Votes.Rounds.Reverse())
        {
            if ((number <= highest && !listed.Contains(number)) || height.Votes.Round(number) is not { } round) continue;
            AnswerProposals(to, height, view, round, age);
            Collect(to, answer, height, view.Votes(number, VoteKind.Precommit), round, VoteKind.Precommit, age);
            Collect(to, answer, height, view.Votes(number, VoteKind.Prevote), round, VoteKind.Prevote, age);
        }
        if (answer.Count > 0) board.Send(to, new PeerMessage.Votes(answer));
    }

    private void AnswerProposals(GossipPeer to, HeightGossip height, PeerView view, RoundVotes round, ulong ageMs)
    {
        foreach (int index in round.Proposals.Select(held => held.Index).Distinct().ToArray())
        {
            PeerRow row = view.Votes(round.Proposals[0].Proposal.Round, VoteKind.Proposal);
            if (!row.Lacks(index, board.Generation)) continue;
            foreach ((Proposal proposal, int author, ulong sinceMs) in round.Proposals)
            {
                if (author != index || board.NowMs < sinceMs + ageMs || !to.MayGetVote(board.NowMs)) continue;
                row.Sent(index, board.Generation);
                board.Send(to, new PeerMessage.ProposalMessage(proposal));
            }
        }
    }

    private void Collect(GossipPeer to, List<Vote> answer, HeightGossip height, PeerRow row, RoundVotes round, VoteKind kind, ulong ageMs)
    {
        for (int i = 0; i < height.Validators && answer.Count + RoundVotes.PerVoterMax <= board.Options.VotesPerAnswer; i++)
        {
            if (round.Vote(kind, i) is null || !row.Lacks(i, board.Generation) || board.NowMs < round.SinceMs(kind, i) + ageMs) continue;
            if (!to.MayGetVote(board.NowMs)) return;
            row.Sent(i, board.Generation);
            answer.AddRange(round.All(kind, i));
        }
    }

    /// <summary>True where an active round lacks its proposal or a vote, or where others are in a round that did not begin here.</summary>
    private bool Misses(HeightGossip current)
    {
        if (current.Wanted.Count > 0) return true;
        if (_step == CoreStep.Decided) return false;
        foreach (GossipPeer peer in board.Peers)
        {
            if (peer.Height == current.Height + 1) return true;
            if (peer.Height == current.Height && peer.Status is { } status && (status.Round, status.Step).CompareTo((_round, _step)) > 0) return true;
        }
        if (_step == CoreStep.Waiting && current.Votes.IsEmpty) return false;
        foreach (uint locked in LockRounds(current))
            if (Unproven(current, locked) is not null) return true;
        return current.Votes.Round(_round) is not { } round || round.Proposals.Count == 0
            || round.Prevotes < current.Validators || (round.Precommits < current.Validators && (round.Precommits > 0 || _step == CoreStep.Precommit));
    }

    /// <summary>The newest rounds, those that lock values, and the older ones in turn; each with proposal, prevotes and precommits.</summary>
    private VoteBitmap[] Announcement(HeightGossip current)
    {
        const int roundsMax = PeerLimits.VoteBitmapsMax / BitmapsPerRound;
        SortedSet<uint> chosen = [];
        uint newest = Math.Max(_round, current.Votes.IsEmpty ? 0 : current.Votes.Rounds.Last());
        for (uint i = 0; i < NewestRounds && i <= newest; i++) chosen.Add(newest - i);
        foreach (uint locked in LockRounds(current)) chosen.Add(locked);
        for (uint i = 0; i <= newest && chosen.Count < roundsMax; i++) chosen.Add((uint)((_turn + i) % ((ulong)newest + 1)));
        List<VoteBitmap> bitmaps = [];
        foreach (uint number in chosen)
        {
            RoundVotes? round = current.Votes.Round(number);
            Hash256? wanted = current.Wanted.TryGetValue(number, out Hash256 valueId) ? valueId : null;
            bitmaps.Add(new VoteBitmap(number, VoteKind.Proposal, round?.ProposalBits(wanted)));
            bitmaps.Add(new VoteBitmap(number, VoteKind.Prevote, round?.VoteBits(VoteKind.Prevote, Unproven(current, number))));
            bitmaps.Add(new VoteBitmap(number, VoteKind.Precommit, round?.VoteBits(VoteKind.Precommit, null)));
        }
        return [.. bitmaps];
    }

    /// <summary>
    /// A value that is proposed again because of this round's prevotes, which do not show it here: some validator signed
    /// another prevote than the one that came here. Every correct node must get to see what one of them saw.
    /// </summary>
    private static Hash256? Unproven(HeightGossip current, uint lockRound)
    {
        foreach (uint number in current.Votes.Rounds)
        {
            if (number <= lockRound || current.Votes.Round(number) is not { } round) continue;
            foreach ((Proposal proposal, _, _) in round.Proposals)
                if (proposal.PolRound == lockRound && !current.Votes.HasTwoThirds(lockRound, VoteKind.Prevote, proposal.ValueId)) return proposal.ValueId;
        }
        return null;
    }

    /// <summary>Rounds that proposals of the newest rounds name as their proof of lock, and rounds whose value is wanted.</summary>
    private static IEnumerable<uint> LockRounds(HeightGossip current)
    {
        SortedSet<uint> rounds = [.. current.Wanted.Keys];
        foreach (uint number in current.Votes.Rounds)
            if (current.Votes.Round(number) is { } round)
                foreach ((Proposal proposal, _, _) in round.Proposals)
                    if (proposal.PolRound >= 0) rounds.Add((uint)proposal.PolRound);
        return rounds.Reverse().Take(LockRoundsMax);
    }
}

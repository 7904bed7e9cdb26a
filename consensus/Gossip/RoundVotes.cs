using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// The proposals, prevotes and precommits of one round, with the times since when they are held. Beside a validator's first
/// vote a few that differ from it are kept: the quorum that somebody saw may rest on one of those.
/// </summary>
internal sealed class RoundVotes(int validators)
{
    /// <summary>Of one kind.</summary>
    public const int PerVoterMax = 3;

    private readonly List<(Proposal Proposal, int Index, ulong SinceMs)> _proposals = [];
    private readonly Vote?[] _prevotes = new Vote?[validators], _precommits = new Vote?[validators];
    private readonly ulong[] _prevotesMs = new ulong[validators], _precommitsMs = new ulong[validators];
    private readonly List<(Vote Vote, int Index)> _conflicting = [];

    public IReadOnlyList<(Proposal Proposal, int Index, ulong SinceMs)> Proposals => _proposals;

    /// <summary>Validators whose prevote is here.</summary>
    public int Prevotes { get; private set; }

    public int Precommits { get; private set; }

    /// <summary>Votes that are here, with those beside the first ones.</summary>
    public int Held => Prevotes + Precommits + _conflicting.Count;

    /// <summary>The validator's first vote.</summary>
    public Vote? Vote(VoteKind kind, int index) => First(kind)[index];

    /// <summary>The validator's vote for a value, its first or another.</summary>
    public Vote? VoteFor(VoteKind kind, int index, Hash256 valueId)
    {
        if (First(kind)[index] is { } first && first.ValueId == valueId) return first;
        return _conflicting.Find(held => held.Index == index && held.Vote.Kind == kind && held.Vote.ValueId == valueId).Vote;
    }

    /// <summary>Every vote of a validator of a kind.</summary>
    public IEnumerable<Vote> All(VoteKind kind, int index)
    {
        if (First(kind)[index] is { } first) yield return first;
        foreach ((Vote vote, int voter) in _conflicting)
            if (voter == index && vote.Kind == kind) yield return vote;
    }

    public ulong SinceMs(VoteKind kind, int index) => kind == VoteKind.Prevote ? _prevotesMs[index] : _precommitsMs[index];

    public bool Add(Vote vote, int index, ulong nowMs)
    {
        ref Vote? first = ref First(vote.Kind)[index];
        if (first is not null) return AddConflicting(vote, index);
        first = vote;
        (vote.Kind == VoteKind.Prevote ? _prevotesMs : _precommitsMs)[index] = nowMs;
        if (vote.Kind == VoteKind.Prevote) Prevotes++;
        else Precommits++;
        return true;
    }

    public bool Add(Proposal proposal, int index, int proposalsMax, ulong nowMs)
    {
        if (_proposals.Count >= proposalsMax || Holds(proposal)) return false;
        _proposals.Add((proposal, index, nowMs));
        return true;
    }

    public bool Holds(Proposal proposal) =>
        _proposals.Exists(held => held.Proposal.ValueId == proposal.ValueId && held.Proposal.PolRound == proposal.PolRound
            && held.Proposal.PartsRoot == proposal.PartsRoot && held.Proposal.TimeMs == proposal.TimeMs && held.Proposal.Proposer == proposal.Proposer);

    public bool Holds(Vote vote, int index)
    {
        foreach (Vote held in All(vote.Kind, index))
            if (held.ValueId == vote.ValueId && held.PolRound == vote.PolRound) return true;
        return false;
    }

    /// <summary>The validators whose votes are here, as a peer is told; empty: none.</summary>
    /// <param name="only">Those who voted for this value: of the others another vote is asked for.</param>
    public byte[] VoteBits(VoteKind kind, Hash256? only)
    {
        byte[] bits = new byte[Bitmap.Bytes(validators)];
        bool any = false;
        for (int i = 0; i < validators; i++)
        {
            if ((only is { } valueId ? VoteFor(kind, i, valueId) : Vote(kind, i)) is null) continue;
            Bitmap.Set(bits, i);
            any = true;
        }
        return any ? bits : [];
    }

    /// <param name="only">This value's proposal, whatever else is here.</param>
    public byte[] ProposalBits(Hash256? only)
    {
        byte[] bits = new byte[Bitmap.Bytes(validators)];
        bool any = false;
        foreach ((Proposal proposal, int index, _) in _proposals)
        {
            if (only is { } valueId && proposal.ValueId != valueId) continue;
            Bitmap.Set(bits, index);
            any = true;
        }
        return any ? bits : [];
    }

    /// <summary>Only what shows that the value was decided.</summary>
    public void KeepDecision(Hash256 valueId)
    {
        _proposals.RemoveAll(held => held.Proposal.ValueId != valueId);
        for (int i = 0; i < validators; i++) _precommits[i] = VoteFor(VoteKind.Precommit, i, valueId);
        Array.Clear(_prevotes);
        _conflicting.Clear();
        (Prevotes, Precommits) = (0, _precommits.Count(vote => vote is not null));
    }

    private bool AddConflicting(Vote vote, int index)
    {
        if (Holds(vote, index) || _conflicting.Count(held => held.Index == index && held.Vote.Kind == vote.Kind) >= PerVoterMax - 1) return false;
        _conflicting.Add((vote, index));
        return true;
    }

    private Vote?[] First(VoteKind kind) => kind == VoteKind.Prevote ? _prevotes : _precommits;
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>The proposals, prevotes and precommits of one round, with the times since when they are held.</summary>
internal sealed class RoundVotes(int validators)
{
    private readonly List<(Proposal Proposal, int Index, ulong SinceMs)> _proposals = [];
    private readonly Vote?[] _prevotes = new Vote?[validators], _precommits = new Vote?[validators];
    private readonly ulong[] _prevotesMs = new ulong[validators], _precommitsMs = new ulong[validators];

    public IReadOnlyList<(Proposal Proposal, int Index, ulong SinceMs)> Proposals => _proposals;

    public int Prevotes { get; private set; }

    public int Precommits { get; private set; }

    public Vote? Vote(VoteKind kind, int index) => kind == VoteKind.Prevote ? _prevotes[index] : _precommits[index];

    public ulong SinceMs(VoteKind kind, int index) => kind == VoteKind.Prevote ? _prevotesMs[index] : _precommitsMs[index];

    public bool Add(Vote vote, int index, ulong nowMs)
    {
        bool isPrevote = vote.Kind == VoteKind.Prevote;
        ref Vote? place = ref (isPrevote ? ref _prevotes[index] : ref _precommits[index]);
        if (place is not null) return false;
        place = vote;
        (isPrevote ? _prevotesMs : _precommitsMs)[index] = nowMs;
        if (isPrevote) Prevotes++;
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

    /// <summary>As a peer is told.</summary>
    /// <param name="wanted">A value of this round whose proposal is not here: then none is said to be.</param>
    public byte[] Bits(VoteKind kind, Hash256? wanted)
    {
        byte[] bits = new byte[Bitmap.Bytes(validators)];
        if (kind == VoteKind.Proposal)
        {
            if (wanted is { } value && !_proposals.Exists(held => held.Proposal.ValueId == value)) return [];
            foreach ((_, int index, _) in _proposals) Bitmap.Set(bits, index);
            return _proposals.Count == 0 ? [] : bits;
        }
        Vote?[] votes = kind == VoteKind.Prevote ? _prevotes : _precommits;
        for (int i = 0; i < votes.Length; i++)
            if (votes[i] is not null) Bitmap.Set(bits, i);
        return (kind == VoteKind.Prevote ? Prevotes : Precommits) == 0 ? [] : bits;
    }

    public void KeepDecision(Hash256 valueId)
    {
        _proposals.RemoveAll(held => held.Proposal.ValueId != valueId);
        Array.Clear(_prevotes);
        Prevotes = 0;
    }
}

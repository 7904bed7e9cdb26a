using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// The proposals and votes of one height that may be passed on: own ones and those the core accepted; of the newest rounds,
/// and of those in which a value had more than two thirds of the prevotes.
/// </summary>
internal sealed class HeightVotes
{
    /// <summary>A liar's second proposal is kept too: others may have prevoted that one.</summary>
    public const int ProposalsPerRoundMax = 2;

    private readonly SortedDictionary<Address, int> _indexes = [];
    private readonly SortedDictionary<uint, RoundVotes> _rounds = [];
    private readonly int _roundsMax;
    private readonly UInt128 _power;

    public HeightVotes(ValidatorSet validators, int roundsMax)
    {
        (Validators, _roundsMax) = (validators.Validators, roundsMax);
        for (int i = 0; i < Validators.Count; i++)
        {
            _indexes[Validators[i].Operator] = i;
            _power += Validators[i].Power;
        }
    }

    public IReadOnlyList<Validator> Validators { get; }

    /// <summary>Ascending.</summary>
    public IEnumerable<uint> Rounds => _rounds.Keys;

    public bool IsEmpty => _rounds.Count == 0;

    /// <summary>Place in the set; -1 for others.</summary>
    public int IndexOf(Address validator) => _indexes.TryGetValue(validator, out int index) ? index : -1;

    public RoundVotes? Round(uint round) => _rounds.GetValueOrDefault(round);

    /// <summary>False where it is here already, or its voter is no validator, or its round too old.</summary>
    /// <param name="dropped">The round that went for it.</param>
    public bool Add(Vote vote, ulong nowMs, out uint? dropped)
    {
        dropped = null;
        return IndexOf(vote.Voter) is >= 0 and int index && Open(vote.Round, out dropped) is { } round && round.Add(vote, index, nowMs);
    }

    /// <inheritdoc cref="Add(Vote, ulong, out uint?)"/>
    /// <param name="isWanted">Kept whatever else the round holds.</param>
    public bool Add(Proposal proposal, ulong nowMs, bool isWanted, out uint? dropped)
    {
        dropped = null;
        if (IndexOf(proposal.Proposer) is var index && index < 0) return false;
        return Open(proposal.Round, out dropped) is { } round && round.Add(proposal, index, isWanted ? ProposalsPerRoundMax + 1 : ProposalsPerRoundMax, nowMs);
    }

    public bool HasTwoThirds(uint round, VoteKind kind, Hash256 valueId)
    {
        if (Round(round) is not { } votes) return false;
        UInt128 power = 0;
        for (int i = 0; i < Validators.Count; i++)
            if (votes.VoteFor(kind, i, valueId) is not null) power += Validators[i].Power;
        return power * 3 > _power * 2;
    }

    /// <summary>The value, not nil, with more than two thirds of a round's votes of a kind; null: none.</summary>
    public Hash256? TwoThirds(uint round, VoteKind kind)
    {
        if (Round(round) is not { } votes) return null;
        SortedSet<Hash256> seen = [];
        for (int i = 0; i < Validators.Count; i++)
            if (votes.Vote(kind, i) is { IsNil: false } vote && seen.Add(vote.ValueId) && HasTwoThirds(round, kind, vote.ValueId)) return vote.ValueId;
        return null;
    }

    /// <summary>Only what a peer needs to decide as this node did: null where nothing was decided by these votes.</summary>
    public uint? KeepDecision()
    {
        foreach (uint round in _rounds.Keys.Reverse())
        {
            if (TwoThirds(round, VoteKind.Precommit) is not { } valueId) continue;
            foreach (uint other in _rounds.Keys.ToArray())
                if (other != round) _rounds.Remove(other);
            _rounds[round].KeepDecision(valueId);
            return round;
        }
        return null;
    }

    private RoundVotes? Open(uint round, out uint? dropped)
    {
        dropped = null;
        if (_rounds.TryGetValue(round, out RoundVotes? votes)) return votes;
        if (_rounds.Count >= _roundsMax)
        {
            dropped = Oldest();
            if (round < dropped) return null;
            _rounds.Remove(dropped.Value);
        }
        _rounds.Add(round, votes = new RoundVotes(Validators.Count));
        return votes;
    }

    /// <summary>The lowest round without a proof of lock; the lowest of all where every one has one.</summary>
    private uint Oldest()
    {
        foreach (uint round in _rounds.Keys)
            if (TwoThirds(round, VoteKind.Prevote) is null) return round;
        return _rounds.Keys.First();
    }
}

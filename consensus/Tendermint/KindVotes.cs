using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>All votes of one kind in one round. Voters are indexes into the validator set.</summary>
internal sealed class KindVotes(int voters)
{
    private readonly Vote?[] _first = new Vote?[voters];
    private readonly List<Tally> _tallies = [];
    private List<(int Voter, Vote Vote)>? _conflicting;
    private bool _countsConflicting;

    /// <summary>Power of all who voted, each once.</summary>
    public UInt128 Total { get; private set; }

    /// <summary>"More than two thirds for whatever" was said.</summary>
    public bool AnySaid { get; set; }

    public int Conflicting => _conflicting?.Count ?? 0;

    public IReadOnlyList<Tally> Tallies => _tallies;

    public Vote? First(int voter) => _first[voter];

    public bool HasConflict(int voter)
    {
        if (_conflicting is null) return false;
        foreach ((int other, _) in _conflicting)
        {
            if (other == voter) return true;
        }
        return false;
    }

    public Tally? TallyOf(in Hash256 value)
    {
        foreach (Tally tally in _tallies)
        {
            if (tally.Value == value) return tally;
        }
        return null;
    }

    /// <summary>This voter's vote for the value, if it gave one.</summary>
    public Vote? VoteFor(int voter, in Hash256 value)
    {
        if (_first[voter] is not { } first) return null;
        if (first.ValueId == value) return first;
        if (_conflicting is null) return null;
        foreach ((int other, Vote vote) in _conflicting)
        {
            if (other == voter && vote.ValueId == value) return vote;
        }
        return null;
    }

    public void AddFirst(int voter, Vote vote, ulong power)
    {
        _first[voter] = vote;
        Total += power;
        Count(vote.ValueId, power);
    }

    /// <summary>A second, different vote. It has no weight until <see cref="CountConflicting"/>.</summary>
    public void AddConflicting(int voter, Vote vote, ulong power)
    {
        bool isNewValue = VoteFor(voter, vote.ValueId) is null;
        (_conflicting ??= []).Add((voter, vote));
        if (_countsConflicting && isNewValue) Count(vote.ValueId, power);
    }

    /// <summary>
    /// From now on a voter has weight for every value it voted for, as the paper counts messages. Else two validators that
    /// counted different votes of one equivocator could for ever see different quorums. The total stays each voter once.
    /// </summary>
    public bool CountConflicting(IReadOnlyList<ulong> powers)
    {
        if (_countsConflicting) return false;
        _countsConflicting = true;
        if (_conflicting is null) return false;
        foreach ((int voter, Vote vote) in _conflicting)
        {
            if (ReferenceEquals(VoteFor(voter, vote.ValueId), vote)) Count(vote.ValueId, powers[voter]); // each value once
        }
        return true;
    }

    private void Count(in Hash256 value, ulong power)
    {
        if (TallyOf(value) is not { } tally) _tallies.Add(tally = new Tally(value));
        tally.Power += power;
    }
}

/// <summary>Power behind one value (zero: nil) in one round.</summary>
internal sealed class Tally(Hash256 value)
{
    public Hash256 Value { get; } = value;

    public UInt128 Power { get; set; }

    /// <summary>Its quorum was said.</summary>
    public bool Said { get; set; }
}

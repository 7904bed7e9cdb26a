using Dsdn.Chain.Blocks;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// Votes too far above the current round to be kept all: of each voter only its newest round, a prevote and a precommit. So
/// a voter costs two votes whatever it sends, and more than a third in or above a round still shows (line 55).
/// </summary>
internal sealed class FarVotes(int voters)
{
    private readonly (Vote? Prevote, Vote? Precommit)[] _votes = new (Vote?, Vote?)[voters];
    private int _voters;

    public int Count => _votes.Sum(static kept => (kept.Prevote is null ? 0 : 1) + (kept.Precommit is null ? 0 : 1));

    public bool IsEmpty => _voters == 0;

    /// <summary>False: older than what is kept of this voter, or the same, or its place is taken.</summary>
    public bool Wants(int voter, Vote vote)
    {
        if (RoundOf(voter) is not { } kept || vote.Round > kept) return true;
        return vote.Round == kept && Of(voter, vote.Kind) is null;
    }

    /// <summary>Call only for what is wanted.</summary>
    public void Keep(int voter, Vote vote)
    {
        if (RoundOf(voter) is null) _voters++;
        (Vote? prevote, Vote? precommit) = vote.Round == RoundOf(voter) ? _votes[voter] : (null, null);
        _votes[voter] = vote.Kind == VoteKind.Prevote ? (vote, precommit) : (prevote, vote);
    }

    /// <summary>Takes out what is not far any more, in order of voters.</summary>
    public IReadOnlyList<(int Voter, Vote Vote)> TakeUpTo(uint round)
    {
        if (IsEmpty) return [];
        List<(int, Vote)> taken = [];
        for (int voter = 0; voter < _votes.Length; voter++)
        {
            if (RoundOf(voter) is not { } kept || kept > round) continue;
            (Vote? prevote, Vote? precommit) = _votes[voter];
            if (prevote is not null) taken.Add((voter, prevote));
            if (precommit is not null) taken.Add((voter, precommit));
            _votes[voter] = default;
            _voters--;
        }
        return taken;
    }

    private uint? RoundOf(int voter) => (_votes[voter].Prevote ?? _votes[voter].Precommit)?.Round;

    private Vote? Of(int voter, VoteKind kind) => kind == VoteKind.Prevote ? _votes[voter].Prevote : _votes[voter].Precommit;
}

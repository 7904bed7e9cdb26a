using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// Counts the votes of one height. It knows no keys: whoever calls has checked the signature. Voters are indexes into the
/// validator set; a voter's first vote of a kind in a round counts, what differs from it is evidence.
/// </summary>
/// <param name="powers">Voting power by index. Quorum: three times the power is more than twice the sum; strict.</param>
public sealed class VoteKeeper(IReadOnlyList<ulong> powers)
{
    private readonly List<RoundVotes> _rounds = []; // ascending
    private readonly List<Equivocation> _evidence = [];
    private readonly UInt128 _power = Sum(powers);
    private RoundVotes? _last;

    public int Voters => powers.Count;

    /// <summary>The first two conflicting votes of each voter, round and kind, in order of arrival.</summary>
    public IReadOnlyList<Equivocation> Evidence => _evidence;

    /// <summary>Rounds with any vote, ascending.</summary>
    public IEnumerable<int> Rounds => _rounds.Select(round => round.Round);

    /// <summary>Votes kept beside each voter's first, of the round and kind where they are most.</summary>
    public int ConflictingMost => _rounds.Count == 0 ? 0 : _rounds.Max(static round => Math.Max(round.Of(VoteKind.Prevote).Conflicting, round.Of(VoteKind.Precommit).Conflicting));

    /// <summary>
    /// Of those no round and kind keeps more: a voter's second vote is taken whatever it says, others only for values that somebody's
    /// first vote, or one convicted voter's second, stands behind.
    /// </summary>
    public long ConflictingMax => (long)Voters * 2 * Voters;

    /// <param name="currentRound">-1 before the height's first round.</param>
    public VoteKeeperOutput Add(int voter, Vote vote, int currentRound)
    {
        RoundVotes round = RoundOf((int)vote.Round);
        KindVotes votes = round.Of(vote.Kind);
        if (votes.First(voter) is not { } first)
        {
            votes.AddFirst(voter, vote, powers[voter]);
            round.Saw(voter, powers[voter]);
        }
        else if (!Same(first, vote))
        {
            if (!votes.HasConflict(voter)) _evidence.Add(new Equivocation(first, vote));
            votes.AddConflicting(voter, vote, powers[voter]);
        }
        return Say(round, votes, vote, currentRound);
    }

    /// <summary>
    /// False where the vote can change nothing: it is there already, or its voter is convicted and nobody else votes for that
    /// value. So what an equivocator can make this validator check and keep is bounded by what others vote for.
    /// </summary>
    public bool Wants(int voter, Vote vote)
    {
        if (Find((int)vote.Round)?.Of(vote.Kind) is not { } votes || votes.First(voter) is not { } first) return true;
        if (Same(first, vote)) return false;
        if (!votes.HasConflict(voter)) return true;
        return votes.VoteFor(voter, vote.ValueId) is null && votes.TallyOf(vote.ValueId) is not null;
    }

    public Vote? VoteOf(VoteKind kind, int round, int voter) => Find(round)?.Of(kind).First(voter);

    /// <summary>This voter's vote for the value, counted or conflicting.</summary>
    public Vote? VoteFor(VoteKind kind, int round, int voter, in Hash256 value) => Find(round)?.Of(kind).VoteFor(voter, value);

    /// <param name="value">Zero: nil.</param>
    public UInt128 Power(VoteKind kind, int round, in Hash256 value) => Find(round)?.Of(kind).TallyOf(value)?.Power ?? 0;

    /// <summary>Power by value, zero = nil, in order of the first vote for each.</summary>
    public IReadOnlyList<(Hash256 ValueId, UInt128 Power)> Powers(VoteKind kind, int round) =>
        Find(round) is { } votes ? [.. votes.Of(kind).Tallies.Select(tally => (tally.Value, tally.Power))] : [];

    public bool HasQuorum(VoteKind kind, int round, in Hash256 value) => IsQuorum(Power(kind, round, value));

    public bool HasQuorumOfAny(VoteKind kind, int round) => Find(round) is { } votes && IsQuorum(votes.Of(kind).Total);

    /// <summary>The highest round above this one in which more than a third voted (line 55); -1: none.</summary>
    public int SkipAbove(int round)
    {
        for (int i = _rounds.Count - 1; i >= 0 && _rounds[i].Round > round; i--)
        {
            if (IsThird(_rounds[i].SeenPower)) return _rounds[i].Round;
        }
        return RoundState.NoRound;
    }

    /// <summary>See <see cref="KindVotes.CountConflicting"/>. Returns whether weights may have grown.</summary>
    public bool CountConflicting(VoteKind kind, int round) => RoundOf(round).Of(kind).CountConflicting(powers);

    /// <summary>More than two thirds, strictly.</summary>
    public bool IsQuorum(UInt128 power) => power * 3 > _power * 2;

    /// <summary>More than a third, strictly: at least one of them is correct.</summary>
    public bool IsThird(UInt128 power) => power * 3 > _power;

    private VoteKeeperOutput Say(RoundVotes round, KindVotes votes, Vote vote, int currentRound)
    {
        if (round.Round > currentRound && IsThird(round.SeenPower)) return new VoteKeeperOutput(VoteKeeperOutputKind.Skip, round.Round, Hash256.Zero);
        bool isPrevote = vote.Kind == VoteKind.Prevote;
        if (votes.TallyOf(vote.ValueId) is { } tally && IsQuorum(tally.Power))
        {
            if (vote.IsNil && !isPrevote) return SayAny(round, votes, VoteKeeperOutputKind.PrecommitAny);
            if (tally.Said) return VoteKeeperOutput.None;
            tally.Said = true;
            if (vote.IsNil) return new VoteKeeperOutput(VoteKeeperOutputKind.PolkaNil, round.Round, Hash256.Zero);
            return new VoteKeeperOutput(isPrevote ? VoteKeeperOutputKind.PolkaValue : VoteKeeperOutputKind.PrecommitValue, round.Round, vote.ValueId);
        }
        return IsQuorum(votes.Total)
            ? SayAny(round, votes, isPrevote ? VoteKeeperOutputKind.PolkaAny : VoteKeeperOutputKind.PrecommitAny)
            : VoteKeeperOutput.None;
    }

    private static VoteKeeperOutput SayAny(RoundVotes round, KindVotes votes, VoteKeeperOutputKind kind)
    {
        if (votes.AnySaid) return VoteKeeperOutput.None;
        votes.AnySaid = true;
        return new VoteKeeperOutput(kind, round.Round, Hash256.Zero);
    }

    private static bool Same(Vote left, Vote right) => left.ValueId == right.ValueId && left.PolRound == right.PolRound;

    private RoundVotes? Find(int round)
    {
        if (_last is { } last && last.Round == round) return last;
        int at = Position(round);
        return at < _rounds.Count && _rounds[at].Round == round ? _last = _rounds[at] : null;
    }

    private RoundVotes RoundOf(int round)
    {
        if (Find(round) is { } found) return found;
        _last = new RoundVotes(round, powers.Count);
        _rounds.Insert(Position(round), _last);
        return _last;
    }

    /// <summary>Where the round stands or would stand.</summary>
    private int Position(int round)
    {
        int low = 0, high = _rounds.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_rounds[middle].Round < round) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static UInt128 Sum(IReadOnlyList<ulong> powers)
    {
        UInt128 sum = 0;
        foreach (ulong power in powers) sum += power;
        return sum;
    }
}

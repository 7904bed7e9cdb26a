using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>Where a replica stands.</summary>
/// <param name="Self">For whom it votes; zero: it follows.</param>
/// <param name="PrevotePower">Of those whose prevote of the current round was counted, for whatever value.</param>
/// <param name="BestHeight">The highest block that a credible peer says it decided; the own head where none says more.</param>
public sealed record ReplicaProgress(
    ulong DecidedHeight, Address Self, ulong Height, uint Round, CoreStep Step, ulong PrevotePower, ulong PrecommitPower, ulong TotalPower, bool IsCaughtUp, ulong BestHeight);

/// <summary>Who voted in the rounds of a height, for display, and the votes themselves, for an audit. Nothing is decided by it.</summary>
internal sealed class SeenVotes
{
    /// <summary>More than a height has that many validators decide in a dozen rounds; what comes after is not kept.</summary>
    private const int VotesMax = 16_384;

    private readonly SortedDictionary<(uint Round, VoteKind Kind), SortedSet<Address>> _voters = [];
    private List<Vote> _votes = [];
    private ValidatorSet _validators = new([]);

    public ulong TotalPower { get; private set; }

    public void Begin(ValidatorSet validators)
    {
        _voters.Clear();
        _votes = [];
        _validators = validators;
        TotalPower = 0;
        foreach (Validator validator in validators.Validators) TotalPower += validator.Power;
    }

    public void See(Vote vote)
    {
        if (!_voters.TryGetValue((vote.Round, vote.Kind), out SortedSet<Address>? voters)) _voters.Add((vote.Round, vote.Kind), voters = []);
        voters.Add(vote.Voter);
        if (_votes.Count < VotesMax) _votes.Add(vote);
    }

    /// <summary>All that were accepted, the two of one that voted twice too, in their order.</summary>
    public IReadOnlyList<Vote> Take()
    {
        IReadOnlyList<Vote> votes = _votes;
        _votes = [];
        return votes;
    }

    public ulong Power(uint round, VoteKind kind)
    {
        if (!_voters.TryGetValue((round, kind), out SortedSet<Address>? voters)) return 0;
        ulong power = 0;
        foreach (Validator validator in _validators.Validators)
        {
            if (voters.Contains(validator.Operator)) power += validator.Power;
        }
        return power;
    }
}

using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// Messages of the height after the current one, for its first rounds. Only those of validators that vote now and whose
/// signature is right with today's key are kept: so a forged one takes nobody's place, and each voter costs a few messages.
/// What a key change leaves out is silently dropped and sent again by its peers later.
/// </summary>
internal sealed class NextHeightMessages(VoterIndex voters, IMessageScheme scheme)
{
    private const uint RoundsMax = 2;
    private const int KindsMax = 2;

    private readonly List<Vote> _votes = [];
    private readonly List<(Proposal Proposal, ulong NowMs)> _proposals = [];
    private readonly bool[] _voted = new bool[voters.Count * RoundsMax * KindsMax];
    private readonly bool[] _proposed = new bool[voters.Count * RoundsMax];

    public IEnumerable<TableSize> Tables =>
    [
        new("core: votes of the next height", _votes.Count, (long)voters.Count * RoundsMax * KindsMax),
        new("core: proposals of the next height", _proposals.Count, (long)voters.Count * RoundsMax),
    ];

    public void Keep(Vote vote)
    {
        int voter = voters.Of(vote.Voter);
        if (voter == VoterIndex.Unknown || vote.Round >= RoundsMax || MessageRules.Check(vote) is not null) return;
        int place = (voter * (int)RoundsMax + (int)vote.Round) * KindsMax + (vote.Kind == Chain.Blocks.VoteKind.Prevote ? 0 : 1);
        if (_voted[place] || !scheme.Verify(vote, voters.Key(voter))) return;
        _voted[place] = true;
        _votes.Add(vote);
    }

    public void Keep(Proposal proposal, ulong nowMs)
    {
        int voter = voters.Of(proposal.Proposer);
        if (voter == VoterIndex.Unknown || proposal.Round >= RoundsMax || MessageRules.Check(proposal) is not null) return;
        int place = voter * (int)RoundsMax + (int)proposal.Round;
        if (_proposed[place] || !scheme.Verify(proposal, voters.Key(voter))) return;
        _proposed[place] = true;
        _proposals.Add((proposal, nowMs));
    }

    /// <summary>Proposals first: a vote for a value is worth more where the value is known. A vote's time of arrival means nothing.</summary>
    public IEnumerable<CoreInput> Messages(ulong nowMs) =>
        _proposals.Select(CoreInput (kept) => new CoreInput.ProposalArrived(kept.Proposal, kept.NowMs)).Concat(_votes.Select(vote => new CoreInput.VoteArrived(vote, nowMs)));
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Accountability;

/// <summary>Pairs of votes that convict, found in one pass over votes in order of voter, round, kind.</summary>
internal static class Contradictions
{
    public static IReadOnlyList<EvidenceItem> Find(IReadOnlyList<SignedVote> votes)
    {
        List<EvidenceItem> found = [];
        var locks = new Locks();
        SignedVote? before = null;
        bool isDouble = false, isForgetful = false;
        foreach (SignedVote vote in votes)
        {
            if (before?.Voter != vote.Voter)
            {
                (isDouble, isForgetful) = (false, false);
                locks = new Locks();
            }
            else if (!isDouble && EvidenceItem.Of(before, vote) is EvidenceItem.DuplicateVote twice)
            {
                found.Add(twice);
                isDouble = true;
            }
            if (vote.Kind == VoteKind.Precommit) locks.Add(vote);
            else if (!isForgetful && locks.NewestAgainst(vote) is { } precommit && EvidenceItem.Of(precommit, vote) is EvidenceItem.Amnesia amnesia)
            {
                found.Add(amnesia);
                isForgetful = true;
            }
            before = vote;
        }
        return found;
    }

    /// <summary>A voter's precommits so far: the newest, and the newest for another block, are enough to answer for every block.</summary>
    private sealed class Locks
    {
        private SignedVote? _newest, _newestOfAnother;

        public void Add(SignedVote precommit)
        {
            if (precommit.BlockHash.IsZero) return;
            if (_newest is { } newest && newest.BlockHash != precommit.BlockHash) _newestOfAnother = newest;
            _newest = precommit;
        }

        public SignedVote? NewestAgainst(SignedVote prevote) => _newest?.BlockHash != prevote.BlockHash ? _newest : _newestOfAnother;
    }
}

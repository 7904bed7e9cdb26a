using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Accountability;

/// <summary>
/// What signed votes of one height prove against their voters (arXiv 1807.04938 with the justified prevotes of
/// docs/decisions/0022): two votes of a kind in a round, a forgotten lock, and a round named as reason for a prevote in which
/// there were no such prevotes. A disagreement takes at least a third of the power, which is found here, as guilty or with reasons that
/// nothing shows, once the votes of both sides are put together. Pure; needs no node.
/// </summary>
public static class VoteAudit
{
    /// <summary>In one audit: each costs a signature check.</summary>
    public const int VotesMax = 131_072;

    /// <param name="validators">Who votes at the height; that it is the right set is the caller's to know.</param>
    /// <param name="votes">From whomever. Doubles count once; what is of another height, form or signer is left out and counted.</param>
    public static VoteAuditReport Run(ulong chainId, in Hash256 genesisHash, ulong height, ValidatorSet validators, IEnumerable<SignedVote> votes)
    {
        var tally = new VoteTally(validators);
        int rejected = 0;
        foreach (SignedVote vote in votes)
        {
            if (vote.Height == height && tally.KeyOf(vote.Voter) is { } key && IsVote(vote) && Ed25519.Verify(vote.Message(chainId, genesisHash), vote.Signature.Span, key.Span)) tally.Add(vote);
            else rejected++;
        }
        IReadOnlyList<EvidenceItem> contradictions = Contradictions.Find(tally.Votes);
        IReadOnlyList<PolClaim> claims = tally.UnprovenClaims();
        SortedSet<Address> guilty = [.. contradictions.Select(static item => item.Accused), .. claims.Where(static claim => claim.Verdict == ClaimVerdict.Refuted).Select(static claim => claim.Voter)];
        return new VoteAuditReport
        {
            Height = height, Votes = tally.Votes.Count, Rejected = rejected, Contradictions = contradictions, Claims = claims, Commits = tally.Quorums(VoteKind.Precommit),
            TotalPower = tally.TotalPower, GuiltyPower = tally.PowerOf(guilty), SuspectPower = tally.PowerOf([.. guilty, .. claims.Select(static claim => claim.Voter)]),
        };
    }

    /// <summary>As the core accepts it; everything else no validator can be shown to have been sent.</summary>
    private static bool IsVote(SignedVote vote) => vote.Kind switch
    {
        VoteKind.Prevote when !vote.BlockHash.IsZero => vote.PolRound >= -1 && vote.PolRound < vote.Round,
        VoteKind.Prevote or VoteKind.Precommit => vote.PolRound == -1,
        _ => false,
    };
}

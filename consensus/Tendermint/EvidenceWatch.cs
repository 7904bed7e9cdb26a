using Dsdn.Chain.Blocks;

namespace Dsdn.Consensus.Tendermint;

/// <summary>Turns what the kept votes prove into effects: double votes once a voter, round and kind; amnesia once a voter.</summary>
internal sealed class EvidenceWatch(VoteKeeper votes)
{
    private readonly bool[] _forgot = new bool[votes.Voters];
    private int _told;

    /// <summary>After the vote was added.</summary>
    public void Watch(int voter, Vote vote, List<CoreEffect> effects)
    {
        for (; _told < votes.Evidence.Count; _told++) effects.Add(new CoreEffect.VoteEvidence(votes.Evidence[_told]));
        if (vote.IsNil || _forgot[voter] || Forgotten(voter, vote) is not { } amnesia) return;
        _forgot[voter] = true;
        effects.Add(new CoreEffect.VoteEvidence(amnesia));
    }

    private Equivocation? Forgotten(int voter, Vote vote)
    {
        VoteKind other = vote.Kind == VoteKind.Prevote ? VoteKind.Precommit : VoteKind.Prevote;
        foreach (int round in votes.Rounds)
        {
            if (round == vote.Round || votes.VoteOf(other, round, voter) is not { } kept) continue;
            (Vote precommit, Vote prevote) = vote.Kind == VoteKind.Prevote ? (kept, vote) : (vote, kept);
            if (Amnesia.Check(precommit, prevote)) return new Equivocation(precommit, prevote);
        }
        return null;
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Gossip;

/// <summary>All that is held of one height.</summary>
internal sealed class HeightGossip(ulong height, ValidatorSet validators, Address self, GossipOptions options)
{
    public ulong Height => height;

    public HeightVotes Votes { get; } = new(validators, options.RoundsKept);

    public SortedDictionary<Hash256, HeldValue> Values { get; } = [];

    /// <summary>Values that more than two thirds prevoted in a round and whose proposal is not here.</summary>
    public SortedDictionary<uint, Hash256> Wanted { get; } = [];

    public int Validators => validators.Validators.Count;

    /// <summary>This node's place in the set; -1: it does not vote.</summary>
    public int Self { get; } = IndexIn(validators, self);

    /// <summary>Drops what nobody needs once the height is decided; null where these votes decided nothing.</summary>
    public HeightGossip? KeepDecision()
    {
        if (Votes.KeepDecision() is not { } round) return null;
        Hash256? valueId = Votes.TwoThirds(round, VoteKind.Precommit);
        foreach (HeldValue value in Values.Values.ToArray())
            if (!value.Proposals.Any(proposal => proposal.ValueId == valueId)) Values.Remove(value.Root);
        Wanted.Clear();
        return this;
    }

    private static int IndexIn(ValidatorSet validators, Address self)
    {
        for (int i = 0; i < validators.Validators.Count; i++)
            if (validators.Validators[i].Operator == self) return i;
        return -1;
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Gossip;

/// <summary>What one peer has of one height. Rows exist only for rounds and values that are held here, which bounds them.</summary>
internal sealed class PeerView(int validators)
{
    private readonly SortedDictionary<uint, PeerRow?[]> _rounds = [];
    private readonly SortedDictionary<Hash256, PeerRow> _values = [];

    public int Rounds => _rounds.Count;

    public int Values => _values.Count;

    public PeerRow Votes(uint round, VoteKind kind)
    {
        if (!_rounds.TryGetValue(round, out PeerRow?[]? rows)) _rounds.Add(round, rows = new PeerRow?[(int)VoteKind.Precommit]);
        return rows[(int)kind - 1] ??= new PeerRow(validators);
    }

    public PeerRow Parts(Hash256 root, int count)
    {
        if (!_values.TryGetValue(root, out PeerRow? row)) _values.Add(root, row = new PeerRow(count));
        return row;
    }

    public void Forget(uint round) => _rounds.Remove(round);

    public void Forget(Hash256 root) => _values.Remove(root);
}

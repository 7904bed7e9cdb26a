using System.Numerics;
using Dsdn.Celestia.Nmt;

namespace Dsdn.Celestia.Proofs;

/// <summary>Rebuilds a row's root from subtree roots inside a range and the proof's nodes outside it.</summary>
internal sealed class SubtreeFold(NmtProof proof, IReadOnlyList<NmtNode> subtrees, int firstSubtree, int widthMax)
{
    private int _node;

    /// <summary>The first subtree root that is not used yet.</summary>
    public int Used { get; private set; } = firstSubtree;

    /// <param name="leaves">Of the row, a power of two. The proof's shape was checked for it.</param>
    public DaVerdict TryRoot(int leaves, out NmtNode root)
    {
        DaVerdict verdict = TryNode(0, leaves, out root);
        if (verdict.IsValid && _node != proof.Nodes.Count) return new DaVerdict(DaFault.ProofShape, $"{proof.Nodes.Count - _node} nodes are not used");
        return verdict;
    }

    /// <summary>The node over the leaves [low, high), an aligned power of two.</summary>
    private DaVerdict TryNode(int low, int high, out NmtNode node)
    {
        node = default;
        if (high <= proof.Start || low >= proof.End)
        {
            if (_node == proof.Nodes.Count) return new DaVerdict(DaFault.ProofShape, "too few nodes");
            node = proof.Nodes[_node++];
            return DaVerdict.Valid;
        }
        if (low >= proof.Start && high <= proof.End && high - low == SubtreeAt(low))
        {
            if (Used == subtrees.Count) return new DaVerdict(DaFault.ProofShape, "too few subtree roots");
            node = subtrees[Used++];
            return DaVerdict.Valid;
        }
        int middle = low + ((high - low) / 2);
        DaVerdict verdict = TryNode(low, middle, out NmtNode left);
        if (!verdict.IsValid) return verdict;
        verdict = TryNode(middle, high, out NmtNode right);
        if (!verdict.IsValid) return verdict;
        return NmtHash.TryNode(left, right, out node) ? DaVerdict.Valid : new DaVerdict(DaFault.ProofShape, "namespaces are not in order");
    }

    /// <summary>The size of the subtree that starts at a leaf, were the range cut from left to right into the largest that fit.</summary>
    private int SubtreeAt(int leaf)
    {
        int size = widthMax;
        if (leaf > 0) size = Math.Min(size, 1 << BitOperations.TrailingZeroCount(leaf));
        while (leaf + size > proof.End) size /= 2;
        return size;
    }
}

using System.Numerics;

namespace Dsdn.Celestia.Nmt;

/// <summary>
/// A proof about leaves [<see cref="Start"/>, <see cref="End"/>) of a namespaced tree: the roots of the largest subtrees outside
/// the range, from left to right. A proof that a namespace is absent carries the leaf that stands where it would be.
/// </summary>
/// <param name="AbsentLeaf">Null in a proof of presence.</param>
public sealed record NmtProof(int Start, int End, IReadOnlyList<NmtNode> Nodes, NmtNode? AbsentLeaf = null)
{
    /// <summary>How many nodes stand left of the range; the others stand right of it.</summary>
    public int LeftCount => BitOperations.PopCount(unchecked((uint)Start));

    /// <summary>A range within the tree, and as many nodes as that range needs.</summary>
    /// <param name="leaves">Of the whole tree, a power of two.</param>
    public DaVerdict CheckShape(int leaves)
    {
        if (Start < 0 || End <= Start || End > leaves) return new DaVerdict(DaFault.ProofShape, $"leaves {Start} to {End} of {leaves}");
        // In a tree over a power of two, each one in the binary form of what lies beside the range is a subtree.
        int needed = LeftCount + BitOperations.PopCount((uint)(leaves - End));
        return Nodes.Count == needed ? DaVerdict.Valid : new DaVerdict(DaFault.ProofShape, $"{Nodes.Count} nodes, {needed} are needed for leaves {Start} to {End} of {leaves}");
    }
}

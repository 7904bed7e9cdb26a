using System.Numerics;

namespace Dsdn.Celestia.Nmt;

/// <summary>All layers of a tree over a power of two of leaves; makes proofs.</summary>
public sealed class NmtTree
{
    /// <summary>From the leaves to the root.</summary>
    private readonly byte[][] _layers;

    private NmtTree(byte[][] layers) => _layers = layers;

    public int LeafCount => _layers[0].Length / NmtNode.Size;

    public NmtNode Root => new(_layers[^1]);

    /// <param name="leaves">Nodes, 90 bytes each, a power of two of them; kept.</param>
    /// <param name="tree">Null where the namespaces are not in order.</param>
    public static DaVerdict TryCreate(byte[] leaves, out NmtTree? tree)
    {
        tree = null;
        int count = leaves.Length / NmtNode.Size;
        if (!BitOperations.IsPow2(count) || leaves.Length != count * NmtNode.Size) return new DaVerdict(DaFault.Square, $"{leaves.Length} bytes are not the leaves of a row");
        byte[][] layers = new byte[BitOperations.Log2((uint)count) + 1][];
        layers[0] = leaves;
        for (int i = 1; i < layers.Length; i++)
        {
            layers[i] = new byte[layers[i - 1].Length / 2];
            if (!NmtHash.Layer(layers[i - 1], layers[i])) return new DaVerdict(DaFault.Square, "namespaces are not in order");
        }
        tree = new NmtTree(layers);
        return DaVerdict.Valid;
    }

    /// <summary>The node over the leaves [index * 2^level, (index + 1) * 2^level).</summary>
    public NmtNode Node(int level, int index) => new(_layers[level].AsSpan(index * NmtNode.Size, NmtNode.Size));

    public NmtNode Leaf(int index) => Node(0, index);

    /// <summary>Proves the leaves [start, end).</summary>
    /// <param name="start">Below <paramref name="end"/>.</param>
    /// <param name="end">At most <see cref="LeafCount"/>.</param>
    public NmtProof Prove(int start, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(start, end);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, LeafCount);
        List<NmtNode> left = [], right = [];
        int low = start, high = end;
        for (int level = 0; level < _layers.Length - 1; level++, low /= 2, high = (high + 1) / 2)
        {
            if ((low & 1) == 1) left.Add(Node(level, low - 1));
            if ((high & 1) == 1) right.Add(Node(level, high));
        }
        left.Reverse();
        return new NmtProof(start, end, [.. left, .. right]);
    }

    /// <summary>Proves that a namespace is absent by the first leaf above it.</summary>
    /// <param name="index">Of that leaf.</param>
    public NmtProof ProveAbsence(int index) => Prove(index, index + 1) with { AbsentLeaf = Leaf(index) };
}

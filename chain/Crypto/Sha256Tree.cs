using System.Buffers;
using System.Runtime.InteropServices;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Crypto;

/// <summary>The tree of RFC 6962, 2.1: SHA-256, leaves behind 0x00, inner nodes behind 0x01, split at the largest power of two; a layer at a time.</summary>
public static class Sha256Tree
{
    private const byte LeafPrefix = 0x00, NodePrefix = 0x01;

    /// <summary>The root over no leaves: SHA-256 of the empty string (RFC 6962, 2.1).</summary>
    public static readonly Hash256 OfNothing = OfContent(default, default);

    public static Hash256 Leaf(ReadOnlySpan<byte> content) => OfContent([LeafPrefix], content);

    public static Hash256 Node(in Hash256 left, in Hash256 right) => OfContent([NodePrefix], [.. left.Span, .. right.Span]);

    /// <summary>The leaf hashes of contents of one length that lie one after another.</summary>
    public static void Leaves(ReadOnlySpan<byte> contents, int contentBytes, Span<Hash256> leaves) =>
        Sha256Batch.Hash([LeafPrefix], contents, contentBytes, leaves);

    /// <summary>The leaf hashes of contents of any length: content i is <c>packed[offsets[i]..offsets[i + 1]]</c>.</summary>
    public static void Leaves(ReadOnlySpan<byte> packed, ReadOnlySpan<int> offsets, Span<Hash256> leaves) => Sha256Many.Hash([LeafPrefix], packed, offsets, leaves);

    /// <summary>One layer up: node i is over 2i and 2i + 1; a last node without a neighbour goes up as it is. May be done in place.</summary>
    /// <param name="parents">Half of the nodes, rounded up.</param>
    public static void Layer(ReadOnlySpan<Hash256> nodes, Span<Hash256> parents)
    {
        int pairs = nodes.Length / 2;
        if (parents.Length != nodes.Length - pairs) throw new ArgumentException("a parent for every two nodes is needed");
        Hash256 last = nodes.IsEmpty ? default : nodes[^1];
        Sha256Batch.Hash([NodePrefix], MemoryMarshal.AsBytes(nodes[..(2 * pairs)]), 2 * Hash256.Size, parents[..pairs]);
        if (nodes.Length % 2 == 1) parents[pairs] = last;
    }

    /// <summary>Of leaf hashes.</summary>
    public static Hash256 Root(ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.IsEmpty) return OfNothing;
        Hash256[] rented = ArrayPool<Hash256>.Shared.Rent(leaves.Length);
        leaves.CopyTo(rented);
        for (int count = leaves.Length; count > 1; count -= count / 2) Layer(rented.AsSpan(0, count), rented.AsSpan(0, count - (count / 2)));
        Hash256 root = rented[0];
        ArrayPool<Hash256>.Shared.Return(rented);
        return root;
    }

    /// <summary>All layers, from the leaves up to the root: for whoever wants many proofs.</summary>
    public static Hash256[][] Layers(ReadOnlySpan<Hash256> leaves)
    {
        List<Hash256[]> layers = [leaves.ToArray()];
        for (Hash256[] below = layers[0]; below.Length > 1; layers.Add(below))
        {
            var layer = new Hash256[below.Length - (below.Length / 2)];
            Layer(below, layer);
            below = layer;
        }
        return [.. layers];
    }

    /// <summary>The siblings from the leaf up to below the root: the audit path of RFC 6962, 2.1.1.</summary>
    /// <param name="index">Below the number of leaves.</param>
    public static Hash256[] Proof(ReadOnlySpan<Hash256> leaves, int index) => Proof(Layers(leaves), index);

    /// <inheritdoc cref="Proof(ReadOnlySpan{Hash256}, int)"/>
    public static Hash256[] Proof(IReadOnlyList<Hash256[]> layers, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, layers[0].Length);
        List<Hash256> siblings = [];
        foreach (Hash256[] layer in layers)
        {
            if ((index ^ 1) < layer.Length) siblings.Add(layer[index ^ 1]);
            index /= 2;
        }
        return [.. siblings];
    }

    /// <summary>The root that a leaf's proof leads to (RFC 9162, 2.1.3.2). False where the proof has not the length of that place.</summary>
    public static bool TryRoot(Hash256 leaf, long index, long count, ReadOnlySpan<Hash256> proof, out Hash256 root)
    {
        root = leaf;
        if (index < 0 || index >= count) return false;
        int used = 0;
        for (; count > 1; count -= count / 2, index /= 2)
        {
            if ((index ^ 1) >= count) continue; // the last node of an odd layer goes up as it is
            if (used == proof.Length) return false;
            Hash256 sibling = proof[used++];
            root = (index & 1) == 1 ? Node(sibling, root) : Node(root, sibling);
        }
        return used == proof.Length;
    }

    private static Hash256 OfContent(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> content)
    {
        Hash256 digest = default;
        Sha256Batch.Hash(prefix, content, content.Length, new Span<Hash256>(ref digest));
        return digest;
    }
}

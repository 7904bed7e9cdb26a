using System.Buffers;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Batches;

/// <summary>RFC 6962 over the encoded events, or receipts, in log order: leaf H(0x00 | bytes). Of nothing: H(tag of the empty tree).</summary>
public static class BatchRoots
{
    public static readonly Hash256 OfNothing = LogTag.Hash(LogDomain.Empty, default);

    public static Hash256 Root(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        if (items.Count == 0) return OfNothing;
        return Sha256Tree.Root(Leaves(items));
    }

    public static Hash256[] Leaves(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        Hash256[] leaves = new Hash256[items.Count];
        int[] offsets = new int[items.Count + 1];
        for (int i = 0; i < leaves.Length; i++) offsets[i + 1] = offsets[i] + items[i].Length;
        byte[] packed = ArrayPool<byte>.Shared.Rent(offsets[^1]);
        for (int i = 0; i < leaves.Length; i++) items[i].Span.CopyTo(packed.AsSpan(offsets[i]));
        Sha256Tree.Leaves(packed, offsets, leaves);
        ArrayPool<byte>.Shared.Return(packed);
        return leaves;
    }

    /// <summary>The audit path of one item (RFC 6962, 2.1.1); check with <see cref="Holds"/>.</summary>
    public static Hash256[] Proof(IReadOnlyList<ReadOnlyMemory<byte>> items, int index) => Sha256Tree.Proof(Leaves(items), index);

    /// <summary>Whether an item stands at this place of the batch with this root.</summary>
    public static bool Holds(ReadOnlySpan<byte> item, uint index, uint count, ReadOnlySpan<Hash256> proof, in Hash256 root) =>
        Sha256Tree.TryRoot(Sha256Tree.Leaf(item), index, count, proof, out Hash256 reached) && reached == root;
}

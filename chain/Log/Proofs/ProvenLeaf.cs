using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Proofs;

/// <summary>A leaf of the log's state with its audit path (RFC 6962, 2.1.1).</summary>
/// <param name="Leaf">table u8 | key | value.</param>
/// <param name="Index">Among all leaves of the part.</param>
/// <param name="Path">The siblings from the leaf up.</param>
public sealed record ProvenLeaf(ReadOnlyMemory<byte> Leaf, ulong Index, ulong Count, IReadOnlyList<Hash256> Path)
{
    /// <summary>What stands in front of every value: the table and the key.</summary>
    public bool HasKey(byte table, ReadOnlySpan<byte> key) =>
        Leaf.Length > key.Length && Leaf.Span[0] == table && Leaf.Span.Slice(1, key.Length).SequenceEqual(key);

    /// <summary>Whether the path leads from the leaf to this root of a part.</summary>
    public bool IsUnder(in Hash256 root) =>
        Count <= int.MaxValue && Index < Count && Sha256Tree.TryRoot(Sha256Tree.Leaf(Leaf.Span), (long)Index, (long)Count, [.. Path], out Hash256 reached) && reached == root;
}

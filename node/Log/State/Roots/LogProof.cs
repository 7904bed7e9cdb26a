using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Proofs;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Roots;

/// <summary>
/// That a key has this value, or that it has none: then the leaves on both sides of where it would stand, which are neighbours. Of the
/// data root or the operations root, as <see cref="LogTableIds.Part"/> says.
/// </summary>
/// <param name="Present">Null where the key is absent.</param>
/// <param name="Before">Null where the key is present, or would be the first.</param>
/// <param name="After">Null where the key is present, or would be the last.</param>
public sealed record LogProof(ProvenLeaf? Present, ProvenLeaf? Before, ProvenLeaf? After)
{
    /// <summary>
    /// Whether it holds. The number of leaves is not under the root, and need not be: an index and a count only say which way each step of
    /// the path goes, and leaves on both sides of a node, the last of the left and the first of the right, are neighbours whatever the count.
    /// </summary>
    /// <param name="root">Of the part that the table is in.</param>
    /// <param name="key">As wide as keys of the table are.</param>
    /// <param name="value">Empty where the key is proven absent.</param>
    public bool TryVerify(in Hash256 root, LogTableId table, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (key.Length != LeafTables.KeyBytes(table)) return false;
        if (Present is not null)
        {
            if (Before is not null || After is not null || !Present.HasKey((byte)table, key) || !Present.IsUnder(root)) return false;
            value = Present.Leaf[(1 + key.Length)..];
            return true;
        }
        if (Before is null && After is null) return root == BatchRoots.OfNothing;
        if (Before is not null && !(Before.IsUnder(root) && Compare(Before, table, key) < 0)) return false;
        if (After is not null && !(After.IsUnder(root) && Compare(After, table, key) > 0)) return false;
        if (Before is null) return After is { Index: 0 };
        if (After is null) return Before.Index + 1 == Before.Count;
        return Before.Count == After.Count && Before.Index + 1 == After.Index;
    }

    /// <summary>Of the leaf's key to this one; a leaf too short for a key of its table sorts nowhere, which is equal.</summary>
    private static int Compare(ProvenLeaf leaf, LogTableId table, ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> bytes = leaf.Leaf.Span;
        if (bytes.IsEmpty) return 0;
        if (bytes[0] != (byte)table) return bytes[0].CompareTo((byte)table);
        return bytes.Length < 1 + key.Length ? 0 : bytes.Slice(1, key.Length).SequenceCompareTo(key);
    }
}

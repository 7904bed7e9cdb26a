using System.Numerics;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Trie;

/// <summary>The root of a trie given whole, as its leaves in the order of their keys.</summary>
public static class SortedTrie
{
    /// <summary>Keccak256(0x80): the root of a trie without leaves.</summary>
    public static readonly Hash256 EmptyRoot = Keccak.Hash([NodeEncoding.EmptyString]);

    /// <param name="leaves">Keys of 32 bytes, ascending, distinct; values not empty.</param>
    public static Hash256 Root(ReadOnlySpan<KeyValuePair<Hash256, byte[]>> leaves) =>
        leaves.IsEmpty ? EmptyRoot : Keccak.Hash(Node(leaves, 0));

    /// <summary>RLP of the topmost node of the leaves below the first <paramref name="depth"/> nibbles.</summary>
    internal static byte[] Node(ReadOnlySpan<KeyValuePair<Hash256, byte[]>> leaves, int depth)
    {
        Hash256 first = leaves[0].Key;
        Span<byte> to = new byte[Math.Max(NodeEncoding.BranchBytesMax, leaves.Length == 1 ? leaves[0].Value.Length + 64 : 0)];
        if (leaves.Length == 1) return to[..NodeEncoding.WriteLeaf(to, first.Span, depth, leaves[0].Value)].ToArray();
        Span<byte> slot = stackalloc byte[NodeEncoding.SlotBytes];
        int split = NodeEncoding.CommonPrefix(first.Span, leaves[^1].Key.Span, depth);
        if (split > depth)
        {
            Reference(slot, Node(leaves, split));
            return to[..NodeEncoding.WriteExtension(to, first.Span, depth, split, slot)].ToArray();
        }
        ushort mask = 0;
        byte[] slots = new byte[16 * NodeEncoding.SlotBytes];
        while (!leaves.IsEmpty)
        {
            int nibble = NodeEncoding.Nibble(leaves[0].Key.Span, depth);
            int count = 1;
            while (count < leaves.Length && NodeEncoding.Nibble(leaves[count].Key.Span, depth) == nibble) count++;
            Reference(slots.AsSpan(BitOperations.PopCount(mask) * NodeEncoding.SlotBytes), Node(leaves[..count], depth + 1));
            mask |= (ushort)(1 << nibble);
            leaves = leaves[count..];
        }
        int written = NodeEncoding.WriteBranch(to, mask, slots.AsSpan(0, BitOperations.PopCount(mask) * NodeEncoding.SlotBytes));
        return to[..written].ToArray();
    }

    private static void Reference(Span<byte> slot, byte[] node) => NodeEncoding.WriteReference(slot, node, node.Length < 32 ? default : Keccak.Hash(node));
}

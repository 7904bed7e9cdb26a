using System.Numerics;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>The tree of RFC 6962, 2.1, over Keccak-256: leaves behind 0x00, inner nodes behind 0x01, split at the largest power of two.</summary>
public static class MerkleTree
{
    public static Hash256 Leaf(ReadOnlySpan<byte> content)
    {
        byte[] preimage = new byte[1 + content.Length];
        content.CopyTo(preimage.AsSpan(1));
        return Keccak.Hash(preimage);
    }

    /// <summary>Of the hashes of <see cref="Leaf"/>; an empty list has the hash of the empty string.</summary>
    public static Hash256 Root(ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.IsEmpty) return Keccak.OfEmpty;
        if (leaves.Length == 1) return leaves[0];
        int left = Split(leaves.Length);
        return Node(Root(leaves[..left]), Root(leaves[left..]));
    }

    /// <summary>The siblings from the leaf up to below the root: the audit path of RFC 6962, 2.1.1.</summary>
    /// <param name="index">Below the number of leaves.</param>
    public static Hash256[] Proof(ReadOnlySpan<Hash256> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Length);
        Hash256[] siblings = new Hash256[ProofLength(index, leaves.Length)];
        for (int at = siblings.Length - 1; at >= 0; at--)
        {
            int left = Split(leaves.Length);
            bool goesLeft = index < left;
            siblings[at] = Root(goesLeft ? leaves[left..] : leaves[..left]);
            leaves = goesLeft ? leaves[..left] : leaves[left..];
            if (!goesLeft) index -= left;
        }
        return siblings;
    }

    /// <summary>How many hashes the proof of a leaf has.</summary>
    public static int ProofLength(int index, int count)
    {
        int length = 0;
        for (; count > 1; length++)
        {
            int left = Split(count);
            count = index < left ? left : count - left;
            if (index >= left) index -= left;
        }
        return length;
    }

    /// <summary>The root that a leaf's proof leads to (RFC 9162, 2.1.3.2). False where the proof has not the length of that place.</summary>
    public static bool TryRoot(Hash256 leaf, int index, int count, ReadOnlySpan<Hash256> proof, out Hash256 root)
    {
        root = leaf;
        if (index < 0 || index >= count || proof.Length != ProofLength(index, count)) return false;
        int node = index, last = count - 1;
        foreach (ref readonly Hash256 sibling in proof)
        {
            if ((node & 1) == 1 || node == last)
            {
                root = Node(sibling, root);
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                root = Node(root, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return true;
    }

    /// <summary>The largest power of two below the number of leaves.</summary>
    private static int Split(int count) => 1 << (31 - BitOperations.LeadingZeroCount((uint)count - 1));

    private static Hash256 Node(in Hash256 left, in Hash256 right)
    {
        Span<byte> preimage = stackalloc byte[1 + (2 * Hash256.Size)];
        preimage[0] = 0x01;
        left.CopyTo(preimage[1..]);
        right.CopyTo(preimage[(1 + Hash256.Size)..]);
        return Keccak.Hash(preimage);
    }
}

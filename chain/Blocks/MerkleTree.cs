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
        int left = 1 << (31 - BitOperations.LeadingZeroCount((uint)leaves.Length - 1));
        return Node(Root(leaves[..left]), Root(leaves[left..]));
    }

    private static Hash256 Node(in Hash256 left, in Hash256 right)
    {
        Span<byte> preimage = stackalloc byte[1 + (2 * Hash256.Size)];
        preimage[0] = 0x01;
        left.CopyTo(preimage[1..]);
        right.CopyTo(preimage[(1 + Hash256.Size)..]);
        return Keccak.Hash(preimage);
    }
}

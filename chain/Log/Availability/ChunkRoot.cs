using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>
/// The Merkle root that audits draw from: leaves of 1,024 bytes, the last one shorter, H(0x00 | leaf), H(0x01 | left | right), an
/// odd node goes up as it is; then H(0x02 | length u64 | root) (dataplane 2).
/// </summary>
public static class ChunkRoot
{
    public const int LeafBytes = 1_024;

    private const byte LengthPrefix = 0x02;

    /// <param name="content">Not empty.</param>
    public static Hash256 Of(ReadOnlySpan<byte> content) => Close((ulong)content.Length, Sha256Tree.Root(Leaves(content)));

    /// <summary>How many leaves a content of this length has.</summary>
    public static ulong LeafCount(ulong lengthBytes) => (lengthBytes / LeafBytes) + (lengthBytes % LeafBytes == 0 ? 0UL : 1UL);

    /// <summary>These leaves of a content with their proofs, in the order asked for.</summary>
    /// <param name="indexes">Each below <see cref="LeafCount"/>.</param>
    public static ChunkLeaf[] Prove(ReadOnlyMemory<byte> content, IReadOnlyList<uint> indexes)
    {
        Hash256[] hashes = Leaves(content.Span);
        ChunkLeaf[] leaves = new ChunkLeaf[indexes.Count];
        for (int i = 0; i < leaves.Length; i++)
        {
            int index = checked((int)indexes[i]), from = index * LeafBytes;
            Hash256[] siblings = Sha256Tree.Proof(hashes, index);
            leaves[i] = new ChunkLeaf(indexes[i], content.Slice(from, Math.Min(LeafBytes, content.Length - from)), siblings);
        }
        return leaves;
    }

    /// <summary>Binds the length to the root of the leaves.</summary>
    public static Hash256 Close(ulong lengthBytes, in Hash256 root)
    {
        Span<byte> preimage = stackalloc byte[8 + Hash256.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(preimage, lengthBytes);
        root.CopyTo(preimage[8..]);
        Hash256 digest = default;
        Sha256Batch.Hash([LengthPrefix], preimage, preimage.Length, new Span<Hash256>(ref digest));
        return digest;
    }

    private static Hash256[] Leaves(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) throw new ArgumentException("nothing has no chunk root");
        int whole = content.Length / LeafBytes, rest = content.Length % LeafBytes;
        Hash256[] leaves = new Hash256[whole + (rest == 0 ? 0 : 1)];
        Sha256Tree.Leaves(content[..(whole * LeafBytes)], LeafBytes, leaves.AsSpan(0, whole));
        if (rest != 0) leaves[^1] = Sha256Tree.Leaf(content[(whole * LeafBytes)..]);
        return leaves;
    }
}

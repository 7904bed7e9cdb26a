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
    public static Hash256 Of(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) throw new ArgumentException("nothing has no chunk root");
        int whole = content.Length / LeafBytes, rest = content.Length % LeafBytes;
        Hash256[] leaves = new Hash256[whole + (rest == 0 ? 0 : 1)];
        Sha256Tree.Leaves(content[..(whole * LeafBytes)], LeafBytes, leaves.AsSpan(0, whole));
        if (rest != 0) leaves[^1] = Sha256Tree.Leaf(content[(whole * LeafBytes)..]);
        return Close((ulong)content.Length, Sha256Tree.Root(leaves));
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
}

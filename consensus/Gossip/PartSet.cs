using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// The bytes of a value in parts of 64 KiB. The root binds their number and the whole length: Keccak256(tag | length u32 |
/// Merkle root of RFC 6962 shape over the parts).
/// </summary>
public sealed class PartSet
{
    private PartSet(Hash256 root, ReadOnlyMemory<byte> bytes) => (Root, Bytes) = (root, bytes);

    public Hash256 Root { get; }

    /// <summary>The whole value.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }
}

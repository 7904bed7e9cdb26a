using System.Buffers.Binary;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// The bytes of a value in parts of 64 KiB. The root binds their number and the whole length: Keccak256(tag | length u32 |
/// Merkle root of RFC 6962 shape over the parts).
/// </summary>
public sealed class PartSet
{
    private readonly Hash256[][] _proofs;

    internal PartSet(Hash256 root, ReadOnlyMemory<byte> bytes, Hash256[][] proofs) => (Root, Bytes, _proofs) = (root, bytes, proofs);

    public Hash256 Root { get; }

    /// <summary>The whole value.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public int Count => _proofs.Length;

    /// <param name="bytes">1 to <see cref="PeerLimits.ValueBytesMax"/> bytes. Kept, not copied.</param>
    public static PartSet Create(ReadOnlyMemory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, PeerLimits.ValueBytesMax);
        Hash256[] leaves = new Hash256[CountOf(bytes.Length)];
        for (int i = 0; i < leaves.Length; i++) leaves[i] = MerkleTree.Leaf(Slice(bytes, i).Span);
        Hash256[][] proofs = new Hash256[leaves.Length][];
        for (int i = 0; i < leaves.Length; i++) proofs[i] = MerkleTree.Proof(leaves, i);
        return new PartSet(RootOf(bytes.Length, MerkleTree.Root(leaves)), bytes, proofs);
    }

    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public ValuePart Part(int index) => new(index, Slice(Bytes, index), _proofs[index]);

    /// <summary>How many parts a value of this length has.</summary>
    public static int CountOf(int valueBytes) => (valueBytes + PeerLimits.PartBytes - 1) / PeerLimits.PartBytes;

    /// <summary>Length of one part of a value of this length.</summary>
    internal static int LengthOf(int valueBytes, int index) => Math.Min(PeerLimits.PartBytes, valueBytes - (index * PeerLimits.PartBytes));

    internal static Hash256 RootOf(int valueBytes, Hash256 merkleRoot)
    {
        Span<byte> preimage = stackalloc byte[sizeof(uint) + Hash256.Size];
        BinaryPrimitives.WriteUInt32BigEndian(preimage, (uint)valueBytes);
        merkleRoot.CopyTo(preimage[sizeof(uint)..]);
        return Keccak.Hash(HashDomain.Parts, preimage);
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> bytes, int index) =>
        bytes.Slice(index * PeerLimits.PartBytes, LengthOf(bytes.Length, index));
}

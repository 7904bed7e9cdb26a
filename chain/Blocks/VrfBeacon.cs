using System.Buffers.Binary;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// The chain's randomness: each proposer may add the output of its VRF (RFC 9381) over the beacon before, made with its consensus
/// key. It cannot choose what it adds, only withhold it. A block without a proof leaves the beacon as it was.
/// </summary>
public static class VrfBeacon
{
    public const int ProofSize = Ecvrf.ProofSize;

    private const int AlphaSize = DomainTag.Size + sizeof(ulong) + sizeof(ulong) + Hash256.Size;

    /// <summary>The input of the VRF: tag 32 | chain id u64 | height u64 | beacon of the parent 32, integers big-endian.</summary>
    public static byte[] Alpha(ulong chainId, ulong height, in Hash256 previous)
    {
        byte[] alpha = new byte[AlphaSize];
        DomainTag.Of(HashDomain.VrfAlpha).CopyTo(alpha);
        BinaryPrimitives.WriteUInt64BigEndian(alpha.AsSpan(DomainTag.Size), chainId);
        BinaryPrimitives.WriteUInt64BigEndian(alpha.AsSpan(DomainTag.Size + sizeof(ulong)), height);
        previous.CopyTo(alpha.AsSpan(DomainTag.Size + (2 * sizeof(ulong))));
        return alpha;
    }

    /// <summary>What a proposer puts into its block: 80 bytes.</summary>
    /// <param name="consensusSeed">The 32-byte private half of its consensus key.</param>
    public static byte[] Prove(ReadOnlySpan<byte> consensusSeed, ulong chainId, ulong height, in Hash256 previous)
    {
        byte[] proof = new byte[ProofSize];
        Ecvrf.Prove(consensusSeed, Alpha(chainId, height, previous), proof);
        return proof;
    }

    /// <param name="consensusKey">The proposer's, 32 bytes.</param>
    public static bool Verify(ReadOnlySpan<byte> consensusKey, ulong chainId, ulong height, in Hash256 previous, ReadOnlySpan<byte> proof) =>
        Ecvrf.Verify(consensusKey, Alpha(chainId, height, previous), proof);

    /// <summary>The beacon after a block: Keccak(tag | previous | VRF output), or the previous one where there is no proof. False where the bytes are no proof.</summary>
    public static bool TryNext(in Hash256 previous, ReadOnlySpan<byte> proof, out Hash256 next)
    {
        next = previous;
        if (proof.IsEmpty) return true;
        Span<byte> output = stackalloc byte[Ecvrf.OutputSize];
        if (!Ecvrf.TryOutput(proof, output)) return false;
        KeccakHasher hasher = KeccakHasher.For(HashDomain.Beacon);
        hasher.Append(previous.Span);
        hasher.Append(output);
        next = hasher.Finish();
        return true;
    }
}

using System.Buffers.Binary;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>What is signed; the byte in the sign bytes (rulings 6).</summary>
public enum VoteKind : byte
{
    Proposal = 1,
    Prevote = 2,
    Precommit = 3,
}

/// <summary>Why bytes are not those of a message.</summary>
public enum SignBytesFault : byte
{
    None = 0,

    /// <summary>Not what any message is made into.</summary>
    Form,

    /// <summary>Another chain.</summary>
    Chain,

    /// <summary>Another kind, height or round.</summary>
    Place,
}

/// <summary>
/// The 160 bytes that a consensus key signs (chain-decisions 2, rulings 6), integers big-endian: tag 32, chain id u64, first
/// 16 bytes of the genesis hash, kind u8, zeros 3, height u64, round u32, proof-of-lock round i32 (-1 none), time ms u64
/// (proposal only), block hash 32 (zero: nil), zeros 12, parts root 32 (proposal only).
/// </summary>
public static class SignBytes
{
    public const int Size = 160;

    private const int ChainIdOffset = 32;
    private const int GenesisOffset = 40;
    private const int GenesisSize = 16;
    private const int KindOffset = 56;
    private const int HeightOffset = 60;
    private const int RoundOffset = 68;
    private const int ProofOfLockRoundOffset = 72;
    private const int TimeOffset = 76;
    private const int BlockHashOffset = 84;
    private const int PartsRootOffset = 128;

    public static byte[] Proposal(
        ulong chainId, in Hash256 genesisHash, ulong height, uint round, int proofOfLockRound, ulong timeMs, in Hash256 blockHash, in Hash256 partsRoot) =>
        Make(HashDomain.Proposal, chainId, genesisHash, VoteKind.Proposal, height, round, proofOfLockRound, timeMs, blockHash, partsRoot);

    /// <param name="blockHash">Zero for a nil vote.</param>
    public static byte[] Prevote(ulong chainId, in Hash256 genesisHash, ulong height, uint round, int proofOfLockRound, in Hash256 blockHash) =>
        Make(HashDomain.Vote, chainId, genesisHash, VoteKind.Prevote, height, round, proofOfLockRound, 0, blockHash, Hash256.Zero);

    /// <summary>What a certificate's signatures are over. Carries no time and no lock round, hence equal bytes for all validators.</summary>
    /// <param name="blockHash">Zero for a nil vote.</param>
    public static byte[] Precommit(ulong chainId, in Hash256 genesisHash, ulong height, uint round, in Hash256 blockHash) =>
        Make(HashDomain.Vote, chainId, genesisHash, VoteKind.Precommit, height, round, -1, 0, blockHash, Hash256.Zero);

    /// <summary>The block that was signed; zero for nil, and for bytes that are none of these.</summary>
    public static Hash256 BlockHashOf(ReadOnlySpan<byte> signBytes) => signBytes.Length == Size ? new Hash256(signBytes.Slice(BlockHashOffset, Hash256.Size)) : Hash256.Zero;

    /// <param name="signBytes">160 bytes.</param>
    public static int ProofOfLockRoundOf(ReadOnlySpan<byte> signBytes) => BinaryPrimitives.ReadInt32BigEndian(signBytes[ProofOfLockRoundOffset..]);

    /// <summary>Whether these are the bytes of a message of this chain for this place, and every byte of them is one that has a meaning: what a signer asks before it signs what it is handed.</summary>
    public static SignBytesFault Check(ReadOnlySpan<byte> signBytes, ulong chainId, in Hash256 genesisHash, VoteKind kind, ulong height, uint round)
    {
        if (signBytes.Length != Size || kind is < VoteKind.Proposal or > VoteKind.Precommit) return SignBytesFault.Form;
        if (BinaryPrimitives.ReadUInt64BigEndian(signBytes[ChainIdOffset..]) != chainId || !signBytes.Slice(GenesisOffset, GenesisSize).SequenceEqual(genesisHash.Span[..GenesisSize]))
            return SignBytesFault.Chain;
        bool isThere = signBytes[KindOffset] == (byte)kind && BinaryPrimitives.ReadUInt64BigEndian(signBytes[HeightOffset..]) == height && BinaryPrimitives.ReadUInt32BigEndian(signBytes[RoundOffset..]) == round;
        if (!isThere) return SignBytesFault.Place;
        int proofOfLockRound = ProofOfLockRoundOf(signBytes);
        Hash256 block = BlockHashOf(signBytes);
        bool mayName = kind == VoteKind.Proposal || (kind == VoteKind.Prevote && !block.IsZero);
        if (proofOfLockRound < -1 || proofOfLockRound >= (mayName ? (long)round : 0)) return SignBytesFault.Form;
        byte[] made = kind switch
        {
            VoteKind.Proposal => Proposal(
                chainId, genesisHash, height, round, proofOfLockRound, BinaryPrimitives.ReadUInt64BigEndian(signBytes[TimeOffset..]), block, new Hash256(signBytes[PartsRootOffset..])),
            VoteKind.Prevote => Prevote(chainId, genesisHash, height, round, proofOfLockRound, block),
            _ => Precommit(chainId, genesisHash, height, round, block),
        };
        return signBytes.SequenceEqual(made) && !(kind == VoteKind.Proposal && block.IsZero) ? SignBytesFault.None : SignBytesFault.Form;
    }

    private static byte[] Make(
        HashDomain domain, ulong chainId, in Hash256 genesisHash, VoteKind kind, ulong height, uint round, int proofOfLockRound,
        ulong timeMs, in Hash256 blockHash, in Hash256 partsRoot)
    {
        byte[] bytes = new byte[Size];
        Span<byte> rest = bytes;
        DomainTag.Of(domain).CopyTo(rest);
        BinaryPrimitives.WriteUInt64BigEndian(rest[ChainIdOffset..], chainId);
        genesisHash.Span[..GenesisSize].CopyTo(rest[GenesisOffset..]);
        rest[KindOffset] = (byte)kind;
        BinaryPrimitives.WriteUInt64BigEndian(rest[HeightOffset..], height);
        BinaryPrimitives.WriteUInt32BigEndian(rest[RoundOffset..], round);
        BinaryPrimitives.WriteInt32BigEndian(rest[ProofOfLockRoundOffset..], proofOfLockRound);
        BinaryPrimitives.WriteUInt64BigEndian(rest[TimeOffset..], timeMs);
        blockHash.CopyTo(rest[BlockHashOffset..]);
        partsRoot.CopyTo(rest[PartsRootOffset..]);
        return bytes;
    }
}

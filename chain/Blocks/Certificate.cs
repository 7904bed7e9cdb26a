using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// Proof that more than two thirds of the voting power precommitted a block: one Ed25519 signature a set bit, in validator
/// order over the 160 sign bytes of rulings 6. Nil votes are never in it. RLP, hashed by Keccak for the last-commit hash.
/// </summary>
/// <param name="Signers">Bitmap, bit i of byte i/8 = validator i in validators-hash order.</param>
/// <param name="Signatures">64 bytes each, one a set bit.</param>
public sealed record Certificate(
    ulong Height, uint Round, Hash256 BlockHash, ReadOnlyMemory<byte> Signers, IReadOnlyList<ReadOnlyMemory<byte>> Signatures);

/// <summary>One validator of a set. Power is stake in whole NUSA.</summary>
/// <param name="Operator">Identity: the operator's account.</param>
/// <param name="ConsensusKey">32-byte Ed25519 key, prime order, proven in possession.</param>
/// <param name="Payout">Where tips go; the header's coinbase. Default: the operator.</param>
public sealed record Validator(Address Operator, ReadOnlyMemory<byte> ConsensusKey, ulong Power, Address Payout);

/// <summary>Sorted by power descending, then operator ascending: the order of the validators hash and of certificates.</summary>
public sealed record ValidatorSet(IReadOnlyList<Validator> Validators);

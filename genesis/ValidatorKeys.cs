using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Modules;

namespace Dsdn.Genesis;

/// <summary>Makes a spec's entries of a validator and of the committee from keys that the caller holds.</summary>
public static class ValidatorKeys
{
    /// <param name="consensusSeed">32 bytes, the private half; only the public key and a signature go into the entry.</param>
    public static SpecValidator Entry(
        ulong chainId, Address validatorOperator, ReadOnlySpan<byte> consensusSeed, Amount stake, ulong commissionBps = 2_000, Share share = Share.EarlyNodes)
    {
        byte[] key = new byte[Hash256.Size];
        Ed25519.PublicKey(consensusSeed, key);
        byte[] proof = new byte[64];
        Ed25519.Sign(ProofOfPossession.ConsensusMessage(chainId, validatorOperator, new Hash256(key)), consensusSeed, proof);
        return new SpecValidator(validatorOperator, new Hash256(key), proof, validatorOperator, commissionBps, stake, share);
    }

    /// <summary>A spec's committee of one.</summary>
    /// <param name="seed">32 bytes, the private half of its key; only the public key and a signature go into the entry.</param>
    public static SpecCommittee Committee(ulong chainId, Address validatorOperator, ReadOnlySpan<byte> seed)
    {
        byte[] key = new byte[Hash256.Size];
        Ed25519.PublicKey(seed, key);
        byte[] proof = new byte[64];
        Ed25519.Sign(ProofOfPossession.CommitteeMessage(chainId, validatorOperator, new Hash256(key)), seed, proof);
        return new SpecCommittee(validatorOperator, new Hash256(key), proof);
    }
}

using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Modules;

namespace Dsdn.Genesis;

/// <summary>Makes a spec's validator entry from a consensus key that the caller holds.</summary>
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
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Validation;

/// <summary>A validator's Ed25519 key in this process.</summary>
/// <param name="seed">32 bytes.</param>
public sealed class ConsensusKey(byte[] seed)
{
    public ReadOnlyMemory<byte> PublicKey { get; } = PublicOf(seed);

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, seed, signature);
        return signature;
    }

    public byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon) => VrfBeacon.Prove(seed, chainId, height, previousBeacon);

    private static byte[] PublicOf(byte[] seed)
    {
        byte[] key = new byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(seed, key);
        return key;
    }
}

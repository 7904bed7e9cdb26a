using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network.Identity;

/// <summary>The Ed25519 node key. Its public half is the <see cref="PeerId"/>; it signs nothing but the binding of TLS keys.</summary>
public sealed class NodeIdentity : IDisposable
{
    private readonly byte[] _seed;

    /// <param name="seed">32 bytes, copied.</param>
    public NodeIdentity(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != Ed25519.SeedSize) throw new ArgumentException($"an Ed25519 seed has {Ed25519.SeedSize} bytes");
        _seed = seed.ToArray();
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(_seed, publicKey);
        Id = new PeerId(new Hash256(publicKey));
    }

    public PeerId Id { get; }

    /// <summary>A new random key.</summary>
    public static NodeIdentity Create()
    {
        byte[] seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
        NodeIdentity identity = new(seed);
        CryptographicOperations.ZeroMemory(seed);
        return identity;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_seed);

    internal byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, _seed, signature);
        return signature;
    }

    internal byte[] CopySeed() => [.. _seed];
}

using Dsdn.Chain.Crypto.Native;

namespace Dsdn.Chain.Crypto;

/// <summary>Diffie-Hellman on Curve25519 (RFC 7748, 5 and 6.1), for secrets between two people; nothing that nodes agree on comes from it.</summary>
public static unsafe class X25519
{
    public const int KeySize = 32;

    /// <param name="privateKey">Any 32 bytes.</param>
    /// <param name="publicKey">32 bytes out.</param>
    public static void PublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        if (privateKey.Length != KeySize || publicKey.Length < KeySize) throw new ArgumentException("a key has 32 bytes");
        if (!SodiumLibrary.Ready) throw new InvalidOperationException("libsodium is not there");
        fixed (byte* secret = privateKey, key = publicKey)
            if (SodiumLibrary.X25519Base(key, secret) != 0) throw new InvalidOperationException("a public key could not be made");
    }

    /// <summary>False for a public key of small order, with which everybody shares the same.</summary>
    /// <param name="shared">32 bytes out; to be hashed with both public keys before use.</param>
    public static bool TryExchange(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> shared)
    {
        if (privateKey.Length != KeySize || publicKey.Length != KeySize || shared.Length < KeySize || !SodiumLibrary.Ready) return false;
        fixed (byte* secret = privateKey, key = publicKey, product = shared) return SodiumLibrary.X25519Multiply(product, secret, key) == 0;
    }
}

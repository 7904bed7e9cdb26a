using System.Runtime.CompilerServices;
using Dsdn.Chain.Crypto.Native;

namespace Dsdn.Chain.Crypto;

/// <summary>
/// Ed25519 (RFC 8032, 5.1). The one rule for edge cases, equal on all nodes, is the result of libsodium 1.0.18: single
/// cofactorless verification, S below the order, R and A canonical and not of small order. Every key that enters the chain
/// passes <see cref="IsPrimeOrderKey"/> first. There is no batch verification, whose verdict could differ.
/// </summary>
public static unsafe class Ed25519
{
    public const int SeedSize = 32;
    public const int PublicKeySize = 32;
    public const int SignatureSize = 64;

    private const int ExpandedKeySize = 64;

    public static bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> publicKey)
    {
        if (signature.Length != SignatureSize || publicKey.Length != PublicKeySize || !SodiumLibrary.Ready) return false;
        fixed (byte* text = message, signed = signature, key = publicKey)
            return SodiumLibrary.Ed25519Verify(signed, text, (ulong)message.Length, key) == 0;
    }

    /// <summary>The check at registration: 32 canonical bytes, a point of the curve, of prime order.</summary>
    public static bool IsPrimeOrderKey(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != PublicKeySize || !SodiumLibrary.Ready) return false;
        fixed (byte* key = publicKey) return SodiumLibrary.Ed25519IsValidPoint(key) == 1;
    }

    /// <summary>RFC 8032, 5.1.6: deterministic.</summary>
    /// <param name="seed">The 32-byte private key.</param>
    /// <param name="signature">64 bytes out.</param>
    [SkipLocalsInit]
    public static void Sign(ReadOnlySpan<byte> message, ReadOnlySpan<byte> seed, Span<byte> signature)
    {
        if (signature.Length < SignatureSize) throw new ArgumentException("a signature needs 64 bytes");
        byte* secret = stackalloc byte[ExpandedKeySize];
        byte* publicKey = stackalloc byte[PublicKeySize];
        Expand(seed, publicKey, secret);
        fixed (byte* text = message, output = signature)
            SodiumLibrary.Ed25519Sign(output, null, text, (ulong)message.Length, secret);
        SodiumLibrary.Zero(secret, ExpandedKeySize);
    }

    /// <summary>The public key of a seed, RFC 8032, 5.1.5.</summary>
    /// <param name="publicKey">32 bytes out.</param>
    [SkipLocalsInit]
    public static void PublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey)
    {
        if (publicKey.Length < PublicKeySize) throw new ArgumentException("a public key needs 32 bytes");
        byte* secret = stackalloc byte[ExpandedKeySize];
        fixed (byte* output = publicKey) Expand(seed, output, secret);
        SodiumLibrary.Zero(secret, ExpandedKeySize);
    }

    private static void Expand(ReadOnlySpan<byte> seed, byte* publicKey, byte* secret)
    {
        if (seed.Length != SeedSize) throw new ArgumentException("a seed has 32 bytes");
        if (!SodiumLibrary.Ready) throw new DllNotFoundException(SodiumLibrary.Name);
        fixed (byte* input = seed) SodiumLibrary.Ed25519KeyPair(publicKey, secret, input);
    }
}

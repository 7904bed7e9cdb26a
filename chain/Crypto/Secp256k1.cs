using System.Runtime.CompilerServices;
using Dsdn.Chain.Crypto.Native;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Crypto;

/// <summary>
/// ECDSA over secp256k1 (SEC 2, 2.4.1) as Ethereum uses it: signatures are r | s, 32 bytes each, big-endian, with the
/// parity of R's y; public keys are x | y, 64 bytes, or SEC 1 with a prefix byte where a method says so. Bad input of any
/// content or length gives false.
/// </summary>
public static unsafe class Secp256k1
{
    public const int PrivateKeySize = 32;
    public const int PublicKeySize = 64;
    public const int CompressedPublicKeySize = 33;
    public const int SignatureSize = 64;

    /// <summary>Half the group order: the largest s of EIP-2.</summary>
    private static ReadOnlySpan<byte> HalfOrder => [
        0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0];

    /// <summary>
    /// The address that signed. Does not look at high s: ask <see cref="IsLowS"/> first (EIP-2), as every consumer of
    /// transactions must, or a second valid form of each signature exists.
    /// </summary>
    /// <param name="parity">0 or 1.</param>
    [SkipLocalsInit]
    public static bool TryRecover(in Hash256 digest, ReadOnlySpan<byte> signature, byte parity, out Address signer)
    {
        Span<byte> key = stackalloc byte[PublicKeySize];
        bool recovered = TryRecoverPublicKey(digest, signature, parity, key);
        signer = recovered ? AddressOf(key) : default;
        return recovered;
    }

    /// <summary>The public key (x | y, 64 bytes) that signed; SEC 1, 4.1.6. See <see cref="TryRecover"/> about high s.</summary>
    [SkipLocalsInit]
    public static bool TryRecoverPublicKey(in Hash256 digest, ReadOnlySpan<byte> signature, byte parity, Span<byte> publicKey)
    {
        if (signature.Length != SignatureSize || parity > 1 || publicKey.Length < PublicKeySize) return false;
        byte* parsed = stackalloc byte[Secp256k1Library.OpaqueRecoverableSize];
        byte* key = stackalloc byte[Secp256k1Library.OpaqueSize];
        fixed (byte* input = signature, hash = digest.Span)
        {
            if (Secp256k1Library.ParseRecoverable(Secp256k1Library.Context, parsed, input, parity) != 1) return false;
            if (Secp256k1Library.Recover(Secp256k1Library.Context, key, parsed, hash) != 1) return false;
        }
        Serialize(key, publicKey);
        return true;
    }

    /// <summary>The named check of EIP-2: s is at most half the group order (and r, s are 64 bytes together).</summary>
    public static bool IsLowS(ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize && signature[32..].SequenceCompareTo(HalfOrder) <= 0;

    /// <summary>Signs with the nonce of RFC 6979; s is low. False only for an invalid private key.</summary>
    /// <param name="signature">64 bytes out.</param>
    /// <param name="parity">0 or 1 out.</param>
    [SkipLocalsInit]
    public static bool TrySign(in Hash256 digest, ReadOnlySpan<byte> privateKey, Span<byte> signature, out byte parity)
    {
        parity = 0;
        if (!IsValidPrivateKey(privateKey) || signature.Length < SignatureSize) return false;
        byte* signed = stackalloc byte[Secp256k1Library.OpaqueRecoverableSize];
        int recoveryId;
        fixed (byte* key = privateKey, hash = digest.Span, output = signature)
        {
            if (Secp256k1Library.SignRecoverable(Secp256k1Library.Context, signed, hash, key, 0, 0) != 1) return false;
            Secp256k1Library.SerializeRecoverable(Secp256k1Library.Context, output, &recoveryId, signed);
        }
        // Ids 2 and 3 mean r was reduced modulo the order: a chance of 2^-127, and no address can be recovered from the pair.
        if (recoveryId > 1) return false;
        parity = (byte)recoveryId;
        return true;
    }

    /// <summary>Verifies a low-s signature; a high s is refused.</summary>
    /// <param name="publicKey">64 bytes x | y, or SEC 1: 33 bytes compressed, 65 bytes uncompressed.</param>
    [SkipLocalsInit]
    public static bool Verify(in Hash256 digest, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> publicKey)
    {
        if (!IsLowS(signature)) return false;
        byte* key = stackalloc byte[Secp256k1Library.OpaqueSize];
        byte* parsed = stackalloc byte[Secp256k1Library.OpaqueSize];
        if (!TryParse(publicKey, key)) return false;
        fixed (byte* input = signature, hash = digest.Span)
        {
            return Secp256k1Library.ParseSignature(Secp256k1Library.Context, parsed, input) == 1
                && Secp256k1Library.Verify(Secp256k1Library.Context, parsed, hash, key) == 1;
        }
    }

    /// <summary>32 bytes, above zero and below the group order.</summary>
    public static bool IsValidPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        if (privateKey.Length != PrivateKeySize) return false;
        fixed (byte* key = privateKey) return Secp256k1Library.VerifyPrivateKey(Secp256k1Library.Context, key) == 1;
    }

    /// <summary>The public key x | y of a private key into 64 bytes.</summary>
    [SkipLocalsInit]
    public static bool TryPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        byte* key = stackalloc byte[Secp256k1Library.OpaqueSize];
        if (publicKey.Length < PublicKeySize || !TryCreate(privateKey, key)) return false;
        Serialize(key, publicKey);
        return true;
    }

    /// <summary>The compressed public key (SEC 1, 2.3.3) of a private key into 33 bytes.</summary>
    [SkipLocalsInit]
    public static bool TryCompressedPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        byte* key = stackalloc byte[Secp256k1Library.OpaqueSize];
        if (publicKey.Length < CompressedPublicKeySize || !TryCreate(privateKey, key)) return false;
        SerializeCompressed(key, publicKey);
        return true;
    }

    /// <summary>Any of the three forms of a public key (64, 65 or 33 bytes) to x | y.</summary>
    [SkipLocalsInit]
    public static bool TryDecompress(ReadOnlySpan<byte> publicKey, Span<byte> uncompressed)
    {
        byte* key = stackalloc byte[Secp256k1Library.OpaqueSize];
        if (uncompressed.Length < PublicKeySize || !TryParse(publicKey, key)) return false;
        Serialize(key, uncompressed);
        return true;
    }

    /// <summary>privateKey + tweak modulo the order, as BIP-32 derives; false when the tweak is not below the order or the sum is zero.</summary>
    public static bool TryAddToPrivateKey(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> tweak, Span<byte> sum)
    {
        if (!IsValidPrivateKey(privateKey) || tweak.Length != PrivateKeySize || sum.Length < PrivateKeySize) return false;
        privateKey.CopyTo(sum);
        fixed (byte* key = sum, added = tweak) return Secp256k1Library.AddToPrivateKey(Secp256k1Library.Context, key, added) == 1;
    }

    /// <summary>publicKey + tweak * G, compressed, as BIP-32 derives public children.</summary>
    [SkipLocalsInit]
    public static bool TryAddToPublicKey(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> tweak, Span<byte> compressedSum)
    {
        byte* key = stackalloc byte[Secp256k1Library.OpaqueSize];
        if (tweak.Length != PrivateKeySize || compressedSum.Length < CompressedPublicKeySize || !TryParse(publicKey, key)) return false;
        fixed (byte* added = tweak)
        {
            if (Secp256k1Library.AddToPublicKey(Secp256k1Library.Context, key, added) != 1) return false;
        }
        SerializeCompressed(key, compressedSum);
        return true;
    }

    /// <summary>The last 20 bytes of Keccak-256 of x | y (Yellow Paper, appendix F).</summary>
    /// <param name="publicKey">Exactly 64 bytes.</param>
    public static Address AddressOf(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != PublicKeySize) throw new ArgumentException("a public key has 64 bytes, x then y");
        return new Address(Keccak.Hash(publicKey).Span[12..]);
    }

    /// <summary>The address of a private key.</summary>
    [SkipLocalsInit]
    public static bool TryAddress(ReadOnlySpan<byte> privateKey, out Address address)
    {
        Span<byte> key = stackalloc byte[PublicKeySize];
        bool valid = TryPublicKey(privateKey, key);
        address = valid ? AddressOf(key) : default;
        return valid;
    }

    private static bool TryCreate(ReadOnlySpan<byte> privateKey, byte* key)
    {
        if (privateKey.Length != PrivateKeySize) return false;
        fixed (byte* secret = privateKey) return Secp256k1Library.CreatePublicKey(Secp256k1Library.Context, key, secret) == 1;
    }

    [SkipLocalsInit]
    private static bool TryParse(scoped ReadOnlySpan<byte> publicKey, byte* key)
    {
        Span<byte> prefixed = stackalloc byte[PublicKeySize + 1];
        if (publicKey.Length == PublicKeySize)
        {
            prefixed[0] = 0x04;
            publicKey.CopyTo(prefixed[1..]);
            publicKey = prefixed;
        }
        else if (publicKey.Length is not (CompressedPublicKeySize or PublicKeySize + 1) || publicKey[0] is 0x06 or 0x07)
        {
            return false; // the hybrid form of ANSI X9.62 is a second encoding of the same key
        }
        fixed (byte* input = publicKey)
            return Secp256k1Library.ParsePublicKey(Secp256k1Library.Context, key, input, (nuint)publicKey.Length) == 1;
    }

    [SkipLocalsInit]
    private static void Serialize(byte* key, Span<byte> publicKey)
    {
        byte* prefixed = stackalloc byte[PublicKeySize + 1];
        nuint length = PublicKeySize + 1;
        Secp256k1Library.SerializePublicKey(Secp256k1Library.Context, prefixed, &length, key, Secp256k1Library.UncompressedKey);
        new ReadOnlySpan<byte>(prefixed + 1, PublicKeySize).CopyTo(publicKey);
    }

    private static void SerializeCompressed(byte* key, Span<byte> publicKey)
    {
        nuint length = CompressedPublicKeySize;
        fixed (byte* output = publicKey)
            Secp256k1Library.SerializePublicKey(Secp256k1Library.Context, output, &length, key, Secp256k1Library.CompressedKey);
    }
}

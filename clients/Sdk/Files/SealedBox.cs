using System.Security.Cryptography;
using Dsdn.Chain.Crypto;

namespace Dsdn.Sdk.Files;

/// <summary>
/// A few bytes for one wallet: ephemeral public key 32 | AES-256-GCM of the bytes with its tag of 16. Key and nonce, 32 and 12 bytes, are HKDF-SHA256 of the X25519 secret with the salt
/// tag "DSDN/share-to/v1" and both public keys, the ephemeral one first; each box has a key of its own.
/// </summary>
internal static class SealedBox
{
    public const int OverheadBytes = X25519.KeySize + TagBytes;

    private const int TagBytes = 16, NonceBytes = 12;

    private static readonly byte[] Salt = FileKey.Tag("DSDN/share-to/v1");

    /// <summary>Null where the key is none that a wallet has.</summary>
    /// <param name="receiver">Public, 32 bytes.</param>
    public static byte[]? Seal(ReadOnlySpan<byte> receiver, ReadOnlySpan<byte> plain)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(X25519.KeySize), box = new byte[OverheadBytes + plain.Length];
        X25519.PublicKey(secret, box);
        byte[]? derived = Derive(secret, receiver, box.AsSpan(0, X25519.KeySize), receiver);
        CryptographicOperations.ZeroMemory(secret);
        if (derived is null) return null;
        using AesGcm aes = new(derived.AsSpan(0, FileKey.Size), TagBytes);
        aes.Encrypt(derived.AsSpan(FileKey.Size), plain, box.AsSpan(X25519.KeySize, plain.Length), box.AsSpan(X25519.KeySize + plain.Length));
        CryptographicOperations.ZeroMemory(derived);
        return box;
    }

    /// <summary>Null where it was sealed for another, or changed.</summary>
    /// <param name="secret">Of the receiver, 32 bytes.</param>
    public static byte[]? TryOpen(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> box)
    {
        if (box.Length < OverheadBytes) return null;
        Span<byte> receiver = stackalloc byte[X25519.KeySize];
        X25519.PublicKey(secret, receiver);
        byte[]? derived = Derive(secret, box[..X25519.KeySize], box[..X25519.KeySize], receiver);
        if (derived is null) return null;
        byte[] plain = new byte[box.Length - OverheadBytes];
        try
        {
            using AesGcm aes = new(derived.AsSpan(0, FileKey.Size), TagBytes);
            aes.Decrypt(derived.AsSpan(FileKey.Size), box.Slice(X25519.KeySize, plain.Length), box[(X25519.KeySize + plain.Length)..], plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    private static byte[]? Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> other, ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> receiver)
    {
        Span<byte> shared = stackalloc byte[X25519.KeySize];
        if (!X25519.TryExchange(secret, other, shared)) return null;
        byte[] derived = new byte[FileKey.Size + NonceBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, derived, Salt, [.. ephemeral, .. receiver]);
        CryptographicOperations.ZeroMemory(shared);
        return derived;
    }
}

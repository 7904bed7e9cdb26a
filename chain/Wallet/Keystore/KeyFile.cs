using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Wallet.Keystore;

/// <summary>
/// The container of every secret that is not a wallet key: consensus, node, VRF and threshold keys. JSON; Argon2id over the
/// password, XChaCha20-Poly1305 over the secret, and everything readable in the file is authenticated with it.
/// </summary>
public sealed class KeyFile(string kind, byte[] publicKey)
{
    public const int SaltSize = Kdf.Argon2IdSaltSize;
    public const int NonceSize = XChaCha20Poly1305.NonceSize;
    public const int SecretBytesMax = 4096;
    public const int PublicKeyBytesMax = 256;
    public const int KindCharsMax = 64;

    private const string Format = "dsdn-key";
    private const uint Version = 1;

    /// <summary>What the secret is, for example <c>ed25519-consensus</c>: 1 to 64 of a-z, 0-9 and '-'.</summary>
    public string Kind { get; } = kind;

    /// <summary>Shown without a password; up to 256 bytes, may be empty.</summary>
    public byte[] PublicKey { get; } = publicKey;

    /// <summary>Writes a file. Randomness is the caller's.</summary>
    /// <param name="salt">16 random bytes.</param>
    /// <param name="nonce">24 random bytes.</param>
    /// <exception cref="ArgumentException">a size, kind or cost outside the limits</exception>
    public byte[] Encrypt(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> nonce, Argon2Cost cost)
    {
        if (salt.Length != SaltSize || nonce.Length != NonceSize || secret.Length > SecretBytesMax || PublicKey.Length > PublicKeyBytesMax || !IsKind(Kind) || !cost.IsAcceptable)
            throw new ArgumentException("a size, the kind or the cost is outside the limits of a key file");
        Span<byte> key = stackalloc byte[XChaCha20Poly1305.KeySize];
        if (!Kdf.TryArgon2Id(password, salt, cost.Passes, cost.MemoryKiB, key)) throw new InvalidOperationException("no memory for Argon2id");
        byte[] ciphertext = XChaCha20Poly1305.Encrypt(secret, Associated(this, salt, cost), nonce, key);
        CryptographicOperations.ZeroMemory(key);

        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteNumber("version", Version);
        json.WriteString("kind", Kind);
        json.WriteString("publicKey", Hex.Encode(PublicKey));
        json.WriteStartObject("kdf");
        json.WriteString("name", "argon2id");
        json.WriteNumber("passes", cost.Passes);
        json.WriteNumber("memoryKiB", cost.MemoryKiB);
        json.WriteString("salt", Hex.Encode(salt));
        json.WriteEndObject();
        json.WriteStartObject("cipher");
        json.WriteString("name", "xchacha20-poly1305");
        json.WriteString("nonce", Hex.Encode(nonce));
        json.WriteString("ciphertext", Hex.Encode(ciphertext));
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>What can be read without the password. It is not authenticated until <see cref="Decrypt"/>.</summary>
    public static KeystoreError Read(ReadOnlySpan<byte> utf8Json, out KeyFile? file)
    {
        file = null;
        using JsonDocument? document = KeyJson.Parse(utf8Json);
        return document is null ? KeystoreError.Malformed : ReadHeader(document.RootElement, out file);
    }

    /// <summary>Opens a file; <paramref name="secret"/> is empty on failure.</summary>
    public static KeystoreError Decrypt(ReadOnlySpan<byte> utf8Json, ReadOnlySpan<byte> password, out KeyFile? file, out byte[] secret)
    {
        file = null;
        secret = [];
        using JsonDocument? document = KeyJson.Parse(utf8Json);
        if (document is null) return KeystoreError.Malformed;
        KeystoreError error = ReadHeader(document.RootElement, out KeyFile? header);
        if (header is null) return error;
        if (!KeyJson.TryObject(document.RootElement, "kdf", out JsonElement kdf) || !KeyJson.TryText(kdf, "name", out string kdfName)
            || !KeyJson.TryObject(document.RootElement, "cipher", out JsonElement cipher) || !KeyJson.TryText(cipher, "name", out string cipherName))
            return KeystoreError.Malformed;
        if (kdfName != "argon2id") return KeystoreError.KdfNotSupported;
        if (cipherName != "xchacha20-poly1305") return KeystoreError.CipherNotSupported;
        if (!KeyJson.TryNumber(kdf, "passes", out ulong passes) || !KeyJson.TryNumber(kdf, "memoryKiB", out ulong memoryKiB)
            || !KeyJson.TryHex(kdf, "salt", out byte[] salt) || salt.Length != SaltSize
            || !KeyJson.TryHex(cipher, "nonce", out byte[] nonce) || nonce.Length != NonceSize
            || !KeyJson.TryHex(cipher, "ciphertext", out byte[] ciphertext) || ciphertext.Length > SecretBytesMax + XChaCha20Poly1305.TagSize)
            return KeystoreError.Malformed;
        if (passes > uint.MaxValue || memoryKiB > uint.MaxValue) return KeystoreError.KdfTooCostly;
        Argon2Cost cost = new((uint)passes, (uint)memoryKiB);
        Span<byte> key = stackalloc byte[XChaCha20Poly1305.KeySize];
        if (!cost.IsAcceptable || !Kdf.TryArgon2Id(password, salt, cost.Passes, cost.MemoryKiB, key)) return KeystoreError.KdfTooCostly;
        bool opened = XChaCha20Poly1305.TryDecrypt(ciphertext, Associated(header, salt, cost), nonce, key, out secret);
        CryptographicOperations.ZeroMemory(key);
        if (!opened) return KeystoreError.PasswordWrong;
        file = header;
        return KeystoreError.None;
    }

    private static KeystoreError ReadHeader(JsonElement root, out KeyFile? file)
    {
        file = null;
        if (!KeyJson.TryText(root, "format", out string format) || format != Format) return KeystoreError.Malformed;
        if (!KeyJson.TryNumber(root, "version", out ulong version) || version != Version) return KeystoreError.VersionNotSupported;
        if (!KeyJson.TryText(root, "kind", out string kind) || !IsKind(kind)
            || !KeyJson.TryHex(root, "publicKey", out byte[] publicKey) || publicKey.Length > PublicKeyBytesMax)
            return KeystoreError.Malformed;
        file = new KeyFile(kind, publicKey);
        return KeystoreError.None;
    }

    private static bool IsKind(string kind) =>
        kind.Length is > 0 and <= KindCharsMax && !kind.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Format, version, kind, public key, salt and costs, each variable part behind its length.</summary>
    private static byte[] Associated(KeyFile header, ReadOnlySpan<byte> salt, Argon2Cost cost)
    {
        byte[] kind = Encoding.ASCII.GetBytes(header.Kind);
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(numbers, Version);
        BinaryPrimitives.WriteInt32BigEndian(numbers[4..], kind.Length);
        BinaryPrimitives.WriteInt32BigEndian(numbers[8..], header.PublicKey.Length);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[12..], cost.Passes);
        BinaryPrimitives.WriteUInt32BigEndian(numbers[16..], cost.MemoryKiB);
        return [.. "dsdn-key"u8, .. numbers, .. kind, .. header.PublicKey, .. salt];
    }
}

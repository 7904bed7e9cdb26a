using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Wallet.Keystore;

/// <summary>
/// Wallet keys in the Web3 Secret Storage format, version 3, that every Ethereum tool reads. Written with scrypt; read with
/// scrypt or PBKDF2. Passwords are bytes: callers encode them as UTF-8.
/// </summary>
public static class Web3Keystore
{
    public const int SaltSize = 32;
    public const int IvSize = 16;
    public const int IdSize = 16;

    private const int Version = 3;
    private const int DerivedSize = 32;
    private const int SaltBytesMax = 256;
    private const ulong Pbkdf2RoundsMax = 1 << 22; // sixteen times the usual 262,144
    private const string CipherName = "aes-128-ctr";

    /// <summary>Writes a key file. Randomness is the caller's.</summary>
    /// <param name="privateKey">A valid secp256k1 key.</param>
    /// <param name="salt">32 random bytes.</param>
    /// <param name="iv">16 random bytes.</param>
    /// <param name="id">16 random bytes, printed as a version 4 UUID.</param>
    /// <exception cref="ArgumentException">an invalid key, size or cost</exception>
    public static byte[] Encrypt(
        ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> id, ScryptCost cost)
    {
        if (!Secp256k1.TryAddress(privateKey, out Address address)) throw new ArgumentException("not a secp256k1 private key");
        if (salt.Length != SaltSize || iv.Length != IvSize || id.Length != IdSize || !cost.IsAcceptable)
            throw new ArgumentException("salt has 32 bytes, iv 16, id 16, and the cost is within limits");
        Span<byte> derived = stackalloc byte[DerivedSize];
        if (!Kdf.TryScrypt(password, salt, cost.N, cost.R, cost.P, derived)) throw new InvalidOperationException("no memory for scrypt");
        byte[] ciphertext = AesCtr.Apply(derived[..16], iv, privateKey);
        Hash256 mac = Keccak.Hash(derived[16..], ciphertext);
        CryptographicOperations.ZeroMemory(derived);

        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("id", Uuid(id));
        json.WriteString("address", Convert.ToHexStringLower(address.Span));
        json.WriteStartObject("crypto");
        json.WriteString("cipher", CipherName);
        json.WriteStartObject("cipherparams");
        json.WriteString("iv", Convert.ToHexStringLower(iv));
        json.WriteEndObject();
        json.WriteString("ciphertext", Convert.ToHexStringLower(ciphertext));
        json.WriteString("kdf", "scrypt");
        json.WriteStartObject("kdfparams");
        json.WriteNumber("dklen", DerivedSize);
        json.WriteNumber("n", cost.N);
        json.WriteNumber("r", cost.R);
        json.WriteNumber("p", cost.P);
        json.WriteString("salt", Convert.ToHexStringLower(salt));
        json.WriteEndObject();
        json.WriteString("mac", Convert.ToHexStringLower(mac.Span));
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Opens a key file. Costs are bounded before anything is derived; the code is compared in constant time.</summary>
    /// <param name="privateKey">A valid 32-byte key on success, else empty.</param>
    public static KeystoreError Decrypt(ReadOnlySpan<byte> utf8Json, ReadOnlySpan<byte> password, out byte[] privateKey)
    {
        privateKey = [];
        using JsonDocument? document = KeyJson.Parse(utf8Json);
        if (document is null) return KeystoreError.Malformed;
        JsonElement root = document.RootElement;
        if (!KeyJson.TryNumber(root, "version", out ulong version) || version != Version) return KeystoreError.VersionNotSupported;
        if (!KeyJson.TryObject(root, "crypto", out JsonElement crypto) && !KeyJson.TryObject(root, "Crypto", out crypto)) return KeystoreError.Malformed;
        if (!KeyJson.TryText(crypto, "cipher", out string cipher) || cipher != CipherName) return KeystoreError.CipherNotSupported;
        if (!KeyJson.TryObject(crypto, "cipherparams", out JsonElement cipherParams)
            || !KeyJson.TryHex(cipherParams, "iv", out byte[] iv) || iv.Length != IvSize
            || !KeyJson.TryHex(crypto, "ciphertext", out byte[] ciphertext) || ciphertext.Length != Secp256k1.PrivateKeySize
            || !KeyJson.TryHex(crypto, "mac", out byte[] mac) || mac.Length != Hash256.Size)
            return KeystoreError.Malformed;

        Span<byte> derived = stackalloc byte[DerivedSize];
        KeystoreError error = Derive(crypto, password, derived);
        if (error != KeystoreError.None) return error;
        if (!CryptographicOperations.FixedTimeEquals(Keccak.Hash(derived[16..], ciphertext).Span, mac)) return KeystoreError.PasswordWrong;
        byte[] key = AesCtr.Apply(derived[..16], iv, ciphertext);
        CryptographicOperations.ZeroMemory(derived);
        if (!Secp256k1.TryAddress(key, out Address address)) return KeystoreError.KeyInvalid;
        if (root.TryGetProperty("address", out _)
            && (!KeyJson.TryHex(root, "address", out byte[] named) || !address.Span.SequenceEqual(named)))
            return KeystoreError.KeyInvalid;
        privateKey = key;
        return KeystoreError.None;
    }

    private static KeystoreError Derive(JsonElement crypto, ReadOnlySpan<byte> password, Span<byte> derived)
    {
        if (!KeyJson.TryText(crypto, "kdf", out string kdf) || !KeyJson.TryObject(crypto, "kdfparams", out JsonElement settings)
            || !KeyJson.TryHex(settings, "salt", out byte[] salt) || salt.Length > SaltBytesMax
            || !KeyJson.TryNumber(settings, "dklen", out ulong length))
            return KeystoreError.Malformed;
        if (length != DerivedSize) return KeystoreError.KdfNotSupported;
        return kdf switch
        {
            "scrypt" => DeriveScrypt(settings, password, salt, derived),
            "pbkdf2" => DerivePbkdf2(settings, password, salt, derived),
            _ => KeystoreError.KdfNotSupported,
        };
    }

    private static KeystoreError DeriveScrypt(JsonElement settings, ReadOnlySpan<byte> password, byte[] salt, Span<byte> derived)
    {
        if (!KeyJson.TryNumber(settings, "n", out ulong n) || !KeyJson.TryNumber(settings, "r", out ulong r) || !KeyJson.TryNumber(settings, "p", out ulong p))
            return KeystoreError.Malformed;
        if (r > uint.MaxValue || p > uint.MaxValue) return KeystoreError.KdfTooCostly;
        ScryptCost cost = new(n, (uint)r, (uint)p);
        if (!cost.IsAcceptable) return KeystoreError.KdfTooCostly;
        return Kdf.TryScrypt(password, salt, cost.N, cost.R, cost.P, derived) ? KeystoreError.None : KeystoreError.KdfTooCostly;
    }

    private static KeystoreError DerivePbkdf2(JsonElement settings, ReadOnlySpan<byte> password, byte[] salt, Span<byte> derived)
    {
        if (!KeyJson.TryNumber(settings, "c", out ulong rounds) || !KeyJson.TryText(settings, "prf", out string prf)) return KeystoreError.Malformed;
        if (prf != "hmac-sha256") return KeystoreError.KdfNotSupported;
        if (rounds is 0 or > Pbkdf2RoundsMax) return KeystoreError.KdfTooCostly;
        Rfc2898DeriveBytes.Pbkdf2(password, salt, derived, (int)rounds, HashAlgorithmName.SHA256);
        return KeystoreError.None;
    }

    /// <summary>RFC 9562, 5.4: version 4 over the caller's random bytes.</summary>
    private static string Uuid(ReadOnlySpan<byte> random)
    {
        Span<byte> bytes = stackalloc byte[IdSize];
        random.CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        string digits = Convert.ToHexStringLower(bytes);
        return string.Join('-', digits[..8], digits[8..12], digits[12..16], digits[16..20], digits[20..]);
    }
}

using System.Runtime.InteropServices;

namespace Dsdn.Chain.Crypto.Native;

/// <summary>The C API of libsodium 1.0.18 (Debian libsodium23). Zero means success, except where a comment says otherwise.</summary>
internal static unsafe partial class SodiumLibrary
{
    internal const string Name = "libsodium.so.23";

    /// <summary>Picks the library's code paths for this processor once; 0 the first time, 1 afterwards, below 0 on failure.</summary>
    internal static readonly bool Ready = Initialize() >= 0
        ? true
        : throw new DllNotFoundException($"{Name} could not be initialised");

    [LibraryImport(Name, EntryPoint = "sodium_init")]
    private static partial int Initialize();

    [LibraryImport(Name, EntryPoint = "crypto_sign_ed25519_verify_detached")]
    internal static partial int Ed25519Verify(byte* signature, byte* message, ulong length, byte* publicKey);

    [LibraryImport(Name, EntryPoint = "crypto_sign_ed25519_detached")]
    internal static partial int Ed25519Sign(byte* signature, ulong* signatureLength, byte* message, ulong length, byte* secretKey);

    [LibraryImport(Name, EntryPoint = "crypto_sign_ed25519_seed_keypair")]
    internal static partial int Ed25519KeyPair(byte* publicKey, byte* secretKey, byte* seed);

    /// <summary>1 when canonical, on the curve, in the prime-order subgroup and not the identity.</summary>
    [LibraryImport(Name, EntryPoint = "crypto_core_ed25519_is_valid_point")]
    internal static partial int Ed25519IsValidPoint(byte* point);

    /// <summary>Constant-time in the scalar. Fails for a point outside the prime-order subgroup, and where the product is the identity.</summary>
    [LibraryImport(Name, EntryPoint = "crypto_scalarmult_ed25519_noclamp")]
    internal static partial int Ed25519Multiply(byte* product, byte* scalar, byte* point);

    [LibraryImport(Name, EntryPoint = "crypto_scalarmult_ed25519_base_noclamp")]
    internal static partial int Ed25519MultiplyBase(byte* product, byte* scalar);

    [LibraryImport(Name, EntryPoint = "crypto_scalarmult_base")]
    internal static partial int X25519Base(byte* publicKey, byte* secret);

    /// <summary>Fails where the product is zero: the point is of small order.</summary>
    [LibraryImport(Name, EntryPoint = "crypto_scalarmult")]
    internal static partial int X25519Multiply(byte* product, byte* secret, byte* point);

    /// <summary>64 bytes, little-endian, modulo the order; constant-time.</summary>
    [LibraryImport(Name, EntryPoint = "crypto_core_ed25519_scalar_reduce")]
    internal static partial void Ed25519ScalarReduce(byte* reduced, byte* wide);

    [LibraryImport(Name, EntryPoint = "crypto_core_ed25519_scalar_mul")]
    internal static partial void Ed25519ScalarMultiply(byte* product, byte* left, byte* right);

    [LibraryImport(Name, EntryPoint = "crypto_core_ed25519_scalar_add")]
    internal static partial void Ed25519ScalarAdd(byte* sum, byte* left, byte* right);

    [LibraryImport(Name, EntryPoint = "crypto_pwhash_scryptsalsa208sha256_ll")]
    internal static partial int Scrypt(byte* password, nuint passwordLength, byte* salt, nuint saltLength, ulong n, uint r, uint p, byte* output, nuint outputLength);

    [LibraryImport(Name, EntryPoint = "crypto_pwhash_argon2id")]
    internal static partial int Argon2Id(byte* output, ulong outputLength, byte* password, ulong passwordLength, byte* salt, ulong operations, nuint memoryBytes, int algorithm);

    [LibraryImport(Name, EntryPoint = "crypto_aead_xchacha20poly1305_ietf_encrypt")]
    internal static partial int XChaChaEncrypt(byte* output, ulong* outputLength, byte* message, ulong length, byte* associated, ulong associatedLength, byte* noSecretNonce, byte* nonce, byte* key);

    [LibraryImport(Name, EntryPoint = "crypto_aead_xchacha20poly1305_ietf_decrypt")]
    internal static partial int XChaChaDecrypt(byte* message, ulong* messageLength, byte* noSecretNonce, byte* input, ulong inputLength, byte* associated, ulong associatedLength, byte* nonce, byte* key);

    [LibraryImport(Name, EntryPoint = "sodium_memzero")]
    internal static partial void Zero(byte* bytes, nuint length);
}

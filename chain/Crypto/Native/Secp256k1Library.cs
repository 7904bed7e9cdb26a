using System.Runtime.InteropServices;

namespace Dsdn.Chain.Crypto.Native;

/// <summary>
/// The C API of libsecp256k1 0.2.0 (Debian libsecp256k1-1). Its argument checks abort the process, so callers hand over
/// only what passed ours: a recovery id 0..3, keys that parsed. Keys and signatures in the library's own form are opaque
/// 64 bytes (65 for a recoverable signature).
/// </summary>
internal static unsafe partial class Secp256k1Library
{
    internal const string Name = "libsecp256k1.so.1";

    internal const int OpaqueSize = 64;
    internal const int OpaqueRecoverableSize = 65;

    internal const uint ContextNone = 1;
    internal const uint CompressedKey = 258;
    internal const uint UncompressedKey = 2;

    /// <summary>Used read-only by every call, which the library allows from any thread.</summary>
    internal static readonly nint Context = CreateContext(ContextNone);

    [LibraryImport(Name, EntryPoint = "secp256k1_context_create")]
    private static partial nint CreateContext(uint flags);

    [LibraryImport(Name, EntryPoint = "secp256k1_ec_seckey_verify")]
    internal static partial int VerifyPrivateKey(nint context, byte* privateKey);

    [LibraryImport(Name, EntryPoint = "secp256k1_ec_pubkey_create")]
    internal static partial int CreatePublicKey(nint context, byte* publicKey, byte* privateKey);

    [LibraryImport(Name, EntryPoint = "secp256k1_ec_pubkey_parse")]
    internal static partial int ParsePublicKey(nint context, byte* publicKey, byte* input, nuint length);

    [LibraryImport(Name, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    internal static partial int SerializePublicKey(nint context, byte* output, nuint* length, byte* publicKey, uint flags);

    [LibraryImport(Name, EntryPoint = "secp256k1_ec_seckey_tweak_add")]
    internal static partial int AddToPrivateKey(nint context, byte* privateKey, byte* tweak);

    [LibraryImport(Name, EntryPoint = "secp256k1_ec_pubkey_tweak_add")]
    internal static partial int AddToPublicKey(nint context, byte* publicKey, byte* tweak);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_signature_parse_compact")]
    internal static partial int ParseSignature(nint context, byte* signature, byte* input);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_verify")]
    internal static partial int Verify(nint context, byte* signature, byte* digest, byte* publicKey);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    internal static partial int SignRecoverable(nint context, byte* signature, byte* digest, byte* privateKey, nint nonceFunction, nint nonceData);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    internal static partial int ParseRecoverable(nint context, byte* signature, byte* input, int recoveryId);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    internal static partial int SerializeRecoverable(nint context, byte* output, int* recoveryId, byte* signature);

    [LibraryImport(Name, EntryPoint = "secp256k1_ecdsa_recover")]
    internal static partial int Recover(nint context, byte* publicKey, byte* signature, byte* digest);
}

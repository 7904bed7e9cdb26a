using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Accounts;

/// <summary>
/// An Ed25519 key of a machine: a validator's consensus key or a service node's identity. At rest it lies in a key file
/// (Argon2id, XChaCha20-Poly1305); in memory until disposed.
/// </summary>
public sealed class NodeKey : IDisposable
{
    public const string ConsensusKind = "ed25519-consensus";
    public const string NodeKind = "ed25519-node";
    public const string CommitteeKind = "ed25519-committee";

    private const int FileBytesMax = 64 * 1024;

    private readonly byte[] _seed;
    private bool _disposed;

    private NodeKey(string kind, byte[] seed)
    {
        Kind = kind;
        _seed = seed;
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(seed, publicKey);
        PublicKey = new Hash256(publicKey);
    }

    /// <summary><see cref="ConsensusKind"/>, <see cref="NodeKind"/> or <see cref="CommitteeKind"/>.</summary>
    public string Kind { get; }

    public Hash256 PublicKey { get; }

    public static NodeKey Create(string kind) => new(kind, RandomNumberGenerator.GetBytes(Ed25519.SeedSize));

    /// <exception cref="DsdnException"><see cref="ErrorCodes.PasswordWrong"/>, <see cref="ErrorCodes.KeystoreCorrupt"/>,
    /// <see cref="ErrorCodes.KeyType"/>, <see cref="ErrorCodes.KeyExposed"/>, <see cref="ErrorCodes.FileMissing"/></exception>
    public static NodeKey Open(string path, string kind, string password)
    {
        string json = PrivateFile.ReadText(path, FileBytesMax);
        if (PrivateFile.IsExposed(path)) throw new DsdnException(ErrorCodes.KeyExposed, ErrorClass.Key, path);
        byte[] secret = Encoding.UTF8.GetBytes(password);
        KeystoreError error = KeyFile.Decrypt(Encoding.UTF8.GetBytes(json), secret, out KeyFile? file, out byte[] seed);
        CryptographicOperations.ZeroMemory(secret);
        if (error != KeystoreError.None || file is null) throw KeystoreFile.Failure(error);
        if (file.Kind != kind) throw new DsdnException(ErrorCodes.KeyType, ErrorClass.Key, path, file.Kind, kind);
        if (seed.Length != Ed25519.SeedSize) throw new DsdnException(ErrorCodes.KeystoreCorrupt, ErrorClass.Key, path);
        return new NodeKey(kind, seed);
    }

    /// <summary>The key of a node's data folder that is not encrypted: one line of 0x and 64 digits. Null where the file is something else.</summary>
    /// <exception cref="DsdnException"><see cref="ErrorCodes.KeyExposed"/>, <see cref="ErrorCodes.FileMissing"/></exception>
    public static NodeKey? TryOpenPlain(string path)
    {
        string text = PrivateFile.ReadText(path, FileBytesMax).Trim();
        if (!text.StartsWith("0x", StringComparison.Ordinal) || !Hex.TryDecode(text, out byte[]? seed) || seed.Length != Ed25519.SeedSize) return null;
        if (PrivateFile.IsExposed(path)) throw new DsdnException(ErrorCodes.KeyExposed, ErrorClass.Key, path);
        return new NodeKey(NodeKind, seed);
    }

    /// <summary>Writes a new file of mode 0600; an existing one is never overwritten.</summary>
    public void Save(string path, string password, Argon2Cost cost)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        byte[] secret = Encoding.UTF8.GetBytes(password);
        byte[] json = new KeyFile(Kind, PublicKey.ToArray()).Encrypt(
            _seed, secret, RandomNumberGenerator.GetBytes(KeyFile.SaltSize), RandomNumberGenerator.GetBytes(KeyFile.NonceSize), cost);
        CryptographicOperations.ZeroMemory(secret);
        PrivateFile.Write(path, Encoding.UTF8.GetString(json) + "\n", overwrite: false);
    }

    /// <summary>64 bytes, RFC 8032.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, _seed, signature);
        return signature;
    }

    public override string ToString() => $"{Kind} {PublicKey}";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seed);
        _disposed = true;
    }
}

using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Files;

/// <summary>
/// Wraps file keys so that the wallet alone opens them: root = HKDF-SHA256 (RFC 5869) of the wallet's private key, salt
/// "DSDN/files/v1"; each file's wrapping key = HKDF-Expand(root, "DSDN/file-wrap/v1" behind its length | file id).
/// </summary>
public sealed class WalletKeys : IDisposable
{
    /// <summary>version u8 = 1 | nonce 12 | AES-256-GCM of key 32 and prefix 7, 55.</summary>
    public const int WrappedBytes = 1 + NonceBytes + FileKey.Size + FileKey.PrefixSize + FileLayout.TagBytes;

    private const byte Version = 1;
    private const int NonceBytes = 12;

    private const int NameNonceBytes = 16;

    private static readonly byte[] RootTag = FileKey.Tag("DSDN/files/v1"), WrapTag = FileKey.Tag("DSDN/file-wrap/v1"), ManifestTag = FileKey.Tag("DSDN/manifest/v1"),
        ShareTag = FileKey.Tag("DSDN/share/v1"), DataTag = FileKey.Tag("DSDN/manifest-data/v1"), ListKeyTag = FileKey.Tag("DSDN/manifest-key/v1"), ReceiveTag = FileKey.Tag("DSDN/receive/v1");

    private readonly byte[] _root;

    private WalletKeys(byte[] root) => _root = root;

    /// <param name="walletKey">32 bytes: the account's private key.</param>
    public static WalletKeys From(ReadOnlySpan<byte> walletKey)
    {
        byte[] root = new byte[FileKey.Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, walletKey, root, RootTag, default);
        return new WalletKeys(root);
    }

    /// <summary>From <see cref="RevealRoot"/>.</summary>
    /// <param name="root">32 bytes, copied.</param>
    public static WalletKeys FromRoot(ReadOnlySpan<byte> root) =>
        root.Length == FileKey.Size ? new WalletKeys(root.ToArray()) : throw new ArgumentException($"a root has {FileKey.Size} bytes");

    /// <summary>What opens every file of the wallet, and signs nothing. Its one use is a backup the user asked for.</summary>
    public byte[] RevealRoot() => [.. _root];

    /// <summary>A new name for a manifest in the log: nonce 16 | HMAC-SHA256(key of manifests, nonce)[..16]. The wallet knows its own among all files of an agreement; nobody else does.</summary>
    public Hash256 CreateManifestId() => CreateName(ManifestTag);

    public bool IsManifestId(Hash256 fileId) => IsName(ManifestTag, fileId);

    /// <summary>A new name for the manifest of what was shared.</summary>
    public Hash256 CreateShareId() => CreateName(ShareTag);

    public bool IsShareId(Hash256 fileId) => IsName(ShareTag, fileId);

    /// <summary>The name under which the chunks that a manifest lists stand in the log.</summary>
    public Hash256 DataId(Hash256 manifestId) => new(HMACSHA256.HashData(Derive(DataTag, FileKey.Size), manifestId.Span));

    /// <summary>The key of the manifest with that name. A name serves one manifest once.</summary>
    public FileKey ManifestKey(Hash256 manifestId)
    {
        byte[] both = Derive([.. ListKeyTag, .. manifestId.Span], FileKey.Size + FileKey.PrefixSize);
        FileKey key = FileKey.From(both.AsSpan(0, FileKey.Size), both.AsSpan(FileKey.Size));
        CryptographicOperations.ZeroMemory(both);
        return key;
    }

    /// <summary>To what others seal what only this wallet is to open: an X25519 key, the same for ever. Public.</summary>
    public Hash256 ReceivingKey
    {
        get
        {
            byte[] secret = Derive(ReceiveTag, FileKey.Size), key = new byte[X25519.KeySize];
            X25519.PublicKey(secret, key);
            CryptographicOperations.ZeroMemory(secret);
            return new Hash256(key);
        }
    }

    /// <summary>For the wallet with that receiving key and no other; not the same twice. Null where no wallet can have such a key.</summary>
    public static byte[]? SealTo(Hash256 receivingKey, ReadOnlySpan<byte> plain) => SealedBox.Seal(receivingKey.Span, plain);

    /// <summary>Null where it was sealed for another wallet, or changed.</summary>
    public byte[]? TryOpen(ReadOnlySpan<byte> box)
    {
        byte[] secret = Derive(ReceiveTag, FileKey.Size);
        byte[]? plain = SealedBox.TryOpen(secret, box);
        CryptographicOperations.ZeroMemory(secret);
        return plain;
    }

    /// <summary>Not the same twice.</summary>
    public byte[] Wrap(FileKey key, Hash256 fileId)
    {
        byte[] wrapped = new byte[WrappedBytes], plain = [.. key.Key, .. key.Prefix];
        wrapped[0] = Version;
        Span<byte> nonce = wrapped.AsSpan(1, NonceBytes), box = wrapped.AsSpan(1 + NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm aes = Cipher(fileId);
        aes.Encrypt(nonce, plain, box[..plain.Length], box[plain.Length..], fileId.Span);
        CryptographicOperations.ZeroMemory(plain);
        return wrapped;
    }

    /// <summary>Faults: Header (not a wrapped key), Version, WrongKey (another wallet or file, or changed).</summary>
    public FileFault TryUnwrap(ReadOnlySpan<byte> wrapped, Hash256 fileId, out FileKey? key)
    {
        key = null;
        if (wrapped.Length != WrappedBytes) return FileFault.Header;
        if (wrapped[0] != Version) return FileFault.Version;
        Span<byte> plain = stackalloc byte[FileKey.Size + FileKey.PrefixSize];
        ReadOnlySpan<byte> box = wrapped[(1 + NonceBytes)..];
        using AesGcm aes = Cipher(fileId);
        try
        {
            aes.Decrypt(wrapped.Slice(1, NonceBytes), box[..plain.Length], box[plain.Length..], plain, fileId.Span);
            key = FileKey.From(plain[..FileKey.Size], plain[FileKey.Size..]);
            return FileFault.None;
        }
        catch (AuthenticationTagMismatchException)
        {
            return FileFault.WrongKey;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_root);

    private Hash256 CreateName(byte[] tag)
    {
        Span<byte> name = stackalloc byte[Hash256.Size];
        RandomNumberGenerator.Fill(name[..NameNonceBytes]);
        Mark(tag, name[..NameNonceBytes], name[NameNonceBytes..]);
        return new Hash256(name);
    }

    private bool IsName(byte[] tag, Hash256 id)
    {
        Span<byte> mark = stackalloc byte[Hash256.Size - NameNonceBytes];
        Mark(tag, id.Span[..NameNonceBytes], mark);
        return CryptographicOperations.FixedTimeEquals(mark, id.Span[NameNonceBytes..]);
    }

    private void Mark(byte[] tag, ReadOnlySpan<byte> nonce, Span<byte> mark)
    {
        byte[] key = Derive(tag, FileKey.Size);
        HMACSHA256.HashData(key, nonce).AsSpan(0, mark.Length).CopyTo(mark);
        CryptographicOperations.ZeroMemory(key);
    }

    private byte[] Derive(byte[] info, int bytes)
    {
        byte[] derived = new byte[bytes];
        HKDF.Expand(HashAlgorithmName.SHA256, _root, derived, info);
        return derived;
    }

    private AesGcm Cipher(Hash256 fileId)
    {
        Span<byte> key = stackalloc byte[FileKey.Size];
        HKDF.Expand(HashAlgorithmName.SHA256, _root, key, [.. WrapTag, .. fileId.Span]);
        AesGcm aes = new(key, FileLayout.TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }
}

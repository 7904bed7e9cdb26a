using System.Security.Cryptography;
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

    private static readonly byte[] RootTag = FileKey.Tag("DSDN/files/v1"), WrapTag = FileKey.Tag("DSDN/file-wrap/v1");

    private readonly byte[] _root;

    private WalletKeys(byte[] root) => _root = root;

    /// <param name="walletKey">32 bytes: the account's private key.</param>
    public static WalletKeys From(ReadOnlySpan<byte> walletKey)
    {
        byte[] root = new byte[FileKey.Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, walletKey, root, RootTag, default);
        return new WalletKeys(root);
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

    private AesGcm Cipher(Hash256 fileId)
    {
        Span<byte> key = stackalloc byte[FileKey.Size];
        HKDF.Expand(HashAlgorithmName.SHA256, _root, key, [.. WrapTag, .. fileId.Span]);
        AesGcm aes = new(key, FileLayout.TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }
}

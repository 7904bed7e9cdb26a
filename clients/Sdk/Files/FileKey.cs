using System.Security.Cryptography;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Files;

/// <summary>
/// What one file is encrypted with: a random AES-256 key and the seven random bytes its nonces begin with. A key serves one content
/// once; a content that changed takes a new one. Never shown; wiped when disposed.
/// </summary>
public sealed class FileKey : IDisposable
{
    public const int Size = 32;
    public const int PrefixSize = 7;
    public const int CommitmentSize = 16;

    private static readonly byte[] CommitmentTag = Tag("DSDN/file-key/v1");

    private readonly byte[] _key, _prefix;

    private FileKey(byte[] key, byte[] prefix) => (_key, _prefix, Commitment) = (key, prefix, SHA256.HashData([.. CommitmentTag, .. key])[..CommitmentSize]);

    /// <summary>The first 16 bytes of SHA-256(16 | "DSDN/file-key/v1" | key): AES-GCM itself would open under many keys.</summary>
    public ReadOnlyMemory<byte> Commitment { get; }

    public ReadOnlySpan<byte> Prefix => _prefix;

    internal ReadOnlySpan<byte> Key => _key;

    public static FileKey Create() => new(RandomNumberGenerator.GetBytes(Size), RandomNumberGenerator.GetBytes(PrefixSize));

    /// <param name="key">32 bytes, copied.</param>
    /// <param name="prefix">7 bytes, copied.</param>
    public static FileKey From(ReadOnlySpan<byte> key, ReadOnlySpan<byte> prefix) => key.Length == Size && prefix.Length == PrefixSize
        ? new FileKey(key.ToArray(), prefix.ToArray())
        : throw new ArgumentException($"a key has {Size} bytes and a prefix {PrefixSize}");

    /// <summary>A file's random name in the log; says nothing about it.</summary>
    public static Hash256 CreateFileId() => new(RandomNumberGenerator.GetBytes(Hash256.Size));

    /// <summary>The key itself. Its one use is a link that the user asked for.</summary>
    public byte[] RevealSecret() => [.. _key];

    public override string ToString() => "FileKey";

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    /// <summary>length u8 | ASCII.</summary>
    internal static byte[] Tag(string text) => [checked((byte)text.Length), .. System.Text.Encoding.ASCII.GetBytes(text)];
}

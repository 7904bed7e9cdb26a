using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Configuration;

/// <summary>
/// The Ed25519 key by which peers know a node: DATA/node.key, one line of 0x and 64 hexadecimal digits (the seed), readable by its owner
/// only. It protects links, no stake: a lost one is replaced by a new one, and the peers' lists by the new id.
/// </summary>
public static class NodeKeyFile
{
    private const int FileBytesMax = 256;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The seed (32 bytes), made where there is none.</summary>
    /// <exception cref="ConfigurationException">the file is not one, or others may read it</exception>
    public static byte[] OpenOrCreate(string path)
    {
        try
        {
            return File.Exists(path) ? Read(path) : Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: {e.Message}");
        }
    }

    /// <summary>The id that peers see: the public key.</summary>
    public static Hash256 IdOf(ReadOnlySpan<byte> seed)
    {
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(seed, publicKey);
        return new Hash256(publicKey);
    }

    private static byte[] Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
            throw new ConfigurationException($"{path}: others may read it; run chmod 600");
        if (new FileInfo(path).Length > FileBytesMax || !Hex.TryDecode(File.ReadAllText(path).Trim(), out byte[]? seed) || seed.Length != Ed25519.SeedSize)
            throw new ConfigurationException($"{path}: not a node key; delete it to get a new one");
        return seed;
    }

    private static byte[] Create(string path)
    {
        byte[] seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(Hex.Encode(seed) + "\n"));
        file.Flush(flushToDisk: true);
        return seed;
    }
}

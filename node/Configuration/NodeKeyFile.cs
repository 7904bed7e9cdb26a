using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet.Keystore;

namespace Dsdn.Node.Configuration;

/// <summary>
/// The Ed25519 key by which peers know a node: DATA/node.key, readable by its owner only. Made with a password it is an encrypted key file; without one,
/// so that a node can start unattended, one line of 0x and 64 hexadecimal digits (the seed). It protects links, no stake: a lost one
/// is replaced by a new one, and the peers' lists by the new id.
/// </summary>
public static class NodeKeyFile
{
    public const string Kind = "ed25519-node";

    private const int FileBytesMax = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The password of this node's keys: of --password-file, else DSDN_PASSWORD; null where neither is given.</summary>
    public static string? PasswordOf(NodeOptions options) =>
        options.PasswordFile is { } file && File.Exists(file) ? File.ReadLines(file).FirstOrDefault() ?? "" : Environment.GetEnvironmentVariable("DSDN_PASSWORD");

    /// <summary>The seed (32 bytes), made where there is none.</summary>
    /// <param name="password">Encrypts a new file, opens an encrypted one.</param>
    /// <exception cref="ConfigurationException">the file is not one, others may read it, or the password does not open it</exception>
    public static byte[] OpenOrCreate(string path, string? password = null)
    {
        try
        {
            return File.Exists(path) ? Read(path, password) : Create(path, password);
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

    private static byte[] Read(string path, string? password)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
            throw new ConfigurationException($"{path}: others may read it; run chmod 600");
        if (new FileInfo(path).Length > FileBytesMax) throw NotOne(path);
        byte[] content = File.ReadAllBytes(path);
        byte[]? seed = content.AsSpan().StartsWith("{"u8) ? Decrypt(path, content, password) : Hex.TryDecode(Encoding.ASCII.GetString(content).Trim(), out byte[]? plain) ? plain : null;
        return seed?.Length == Ed25519.SeedSize ? seed : throw NotOne(path);
    }

    private static byte[] Decrypt(string path, byte[] json, string? password)
    {
        if (password is null) throw new ConfigurationException($"{path} is locked: give its password with --password-file or DSDN_PASSWORD");
        KeystoreError error = KeyFile.Decrypt(json, Encoding.UTF8.GetBytes(password), out KeyFile? file, out byte[] seed);
        if (error == KeystoreError.Malformed) throw NotOne(path);
        if (error != KeystoreError.None) throw new ConfigurationException($"{path}: {error.Code()}");
        return file?.Kind == Kind ? seed : throw new ConfigurationException($"{path}: holds a key of kind {file?.Kind}, not {Kind}");
    }

    private static ConfigurationException NotOne(string path) => new($"{path}: not a node key; delete it to get a new one");

    private static byte[] Create(string path, string? password)
    {
        byte[] seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        file.Write(password is null ? Encoding.ASCII.GetBytes(Hex.Encode(seed) + "\n") : Encrypt(seed, password));
        file.Flush(flushToDisk: true);
        return seed;
    }

    private static byte[] Encrypt(byte[] seed, string password) => new KeyFile(Kind, IdOf(seed).ToArray()).Encrypt(
        seed, Encoding.UTF8.GetBytes(password), RandomNumberGenerator.GetBytes(KeyFile.SaltSize), RandomNumberGenerator.GetBytes(KeyFile.NonceSize), Argon2Cost.Standard);
}

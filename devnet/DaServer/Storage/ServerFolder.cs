using System.Security.Cryptography;
using System.Text;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Crypto;
using Dsdn.DaServer.Accounts;

namespace Dsdn.DaServer.Storage;

/// <summary>
/// The server's folder: chain.json, blocks/ (append-only), jwt-secret, validator.key, keyring (all secrets 0600), tokens/*.jwt, and a lock, since
/// one server uses it at a time.
/// </summary>
internal sealed class ServerFolder : IDisposable
{
    private readonly FileStream _lock;

    private ServerFolder(string path, FileStream fileLock, ChainSettings settings, byte[] secret, byte[] validatorSeed, IReadOnlyList<AccountKey> keyring) =>
        (Path, _lock, Settings, Secret, ValidatorSeed, Keyring) = (path, fileLock, settings, secret, validatorSeed, keyring);

    public string Path { get; }

    public string Blocks => System.IO.Path.Combine(Path, "blocks");

    public ChainSettings Settings { get; }

    /// <summary>Signs tokens.</summary>
    public byte[] Secret { get; }

    /// <summary>Ed25519.</summary>
    public byte[] ValidatorSeed { get; }

    public IReadOnlyList<AccountKey> Keyring { get; }

    /// <exception cref="DaServerException">it is in use, damaged, or cannot be written</exception>
    public static ServerFolder Open(DaServerOptions options)
    {
        string path = System.IO.Path.GetFullPath(options.DataFolder);
        try
        {
            PrivateFiles.CreateFolder(path);
            PrivateFiles.CreateFolder(System.IO.Path.Combine(path, "blocks"));
            PrivateFiles.CreateFolder(System.IO.Path.Combine(path, "tokens"));
            FileStream fileLock = Lock(path);
            try
            {
                ChainSettings wanted = new(options.ChainId, options.BalanceUtia, options.Accounts);
                ChainSettings settings = ChainSettings.Decode(PrivateFiles.ReadOrCreate(In("chain.json"), wanted.Encode));
                if (settings.ChainId != wanted.ChainId) throw new DaServerException($"data folder {path} is of chain {settings.ChainId}, not {wanted.ChainId}");
                byte[] secret = Sized(In("jwt-secret"), AuthToken.SecretBytesMin);
                byte[] seed = Sized(In("validator.key"), Ed25519.SeedSize);
                IReadOnlyList<AccountKey> keyring = ReadKeyring(In("keyring"), settings.Accounts);
                return new ServerFolder(path, fileLock, settings, secret, seed, keyring);
            }
            catch
            {
                fileLock.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DaServerException($"data folder {path}: {failure.Message}", inner: failure);
        }

        string In(string name) => System.IO.Path.Combine(path, name);
    }

    /// <summary>A token of a level in its file: the one that is there if it is of this secret, otherwise a new one.</summary>
    public string Token(RpcPermission level)
    {
        string file = System.IO.Path.Combine(Path, "tokens", level.Text() + ".jwt");
        if (File.Exists(file))
        {
            string held = File.ReadAllText(file).Trim();
            if (AuthToken.Verify(held, Secret) is { } known && known.Expires == CometTime.Zero && known.Permits(level)) return held;
        }
        string token = new AuthToken(RpcPermissions.UpTo(level), CometTime.Zero).Sign(Secret, RandomNumberGenerator.GetBytes(AuthToken.NonceBytes));
        PrivateFiles.Write(file, Encoding.ASCII.GetBytes(token + "\n"));
        return token;
    }

    /// <summary>The files of all levels.</summary>
    public void WriteTokens()
    {
        foreach (RpcPermission level in new[] { RpcPermission.Public, RpcPermission.Read, RpcPermission.Write, RpcPermission.Admin }) Token(level);
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new DaServerException($"data folder {path} is in use by another process ({taken.Message})", inner: taken);
        }
    }

    private static byte[] Sized(string path, int bytes)
    {
        byte[] content = PrivateFiles.ReadOrCreate(path, () => RandomNumberGenerator.GetBytes(bytes));
        return content.Length == bytes ? content : throw new DaServerException($"{path} is damaged", isIntegrity: true);
    }

    private static List<AccountKey> ReadKeyring(string path, int accounts)
    {
        byte[] keys = PrivateFiles.ReadOrCreate(path, () => [.. Enumerable.Range(0, accounts).SelectMany(static _ => AccountKey.NewPrivateKey())]);
        if (keys.Length != accounts * AccountKey.SeedBytes) throw new DaServerException($"{path} is damaged", isIntegrity: true);
        return [.. Enumerable.Range(0, accounts).Select(i => new AccountKey(i == 0 ? "default" : $"worker-{i}", keys[(i * AccountKey.SeedBytes)..((i + 1) * AccountKey.SeedBytes)]))];
    }
}

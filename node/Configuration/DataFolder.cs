namespace Dsdn.Node.Configuration;

/// <summary>
/// The node's folder: chain/ (RocksDB; may be deleted and synced again), signer/ (the records of what was signed; must never go
/// back in time), consensus.wal (the height under way), validator.key.json (encrypted). One process at a time, held by an exclusive lock.
/// </summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>EWOULDBLOCK of Linux: what the runtime reports as the error of a lock that another process holds.</summary>
    private const int LockedByAnother = 11;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream fileLock) => (Path, _lock) = (path, fileLock);

    public string Path { get; }

    public string Chain => System.IO.Path.Combine(Path, "chain");

    /// <summary>The chain that a restore is replacing. It stands there without <see cref="Chain"/> only where a restore was killed.</summary>
    public string ReplacedChain => Chain + ".old";

    public string LastSign => System.IO.Path.Combine(Path, "signer", "last-sign");

    /// <summary>What the consensus key said of the log; must never go back in time either.</summary>
    public string Attestations => System.IO.Path.Combine(Path, "signer", "attestations");

    /// <summary>The public key of the signer in another process.</summary>
    public string RemoteKey => System.IO.Path.Combine(Path, "signer", "remote-key");

    /// <summary>There where another machine was seen to use the consensus key.</summary>
    public string KeyInUse => System.IO.Path.Combine(Path, "signer", "key-in-use");

    /// <summary>The write-ahead log of the height that is being decided.</summary>
    public string Wal => System.IO.Path.Combine(Path, "consensus.wal");

    /// <summary>By which peers know this node.</summary>
    public string NodeKey => System.IO.Path.Combine(Path, "node.key");

    /// <summary>Snapshots that others can start from.</summary>
    public string Snapshots => System.IO.Path.Combine(Path, "snapshots");

    /// <summary>Addresses of peers that were met, and bans.</summary>
    public string PeerAddresses => System.IO.Path.Combine(Path, "peers.json");

    /// <summary>Where the running node takes orders from this machine (see ControlSocket).</summary>
    public string Control => System.IO.Path.Combine(Path, "control.sock");

    /// <summary>The data-availability log: archive and state; may be deleted and followed again.</summary>
    public string Log => System.IO.Path.Combine(Path, "log");

    public string ValidatorKey => System.IO.Path.Combine(Path, "validator.key.json");

    /// <summary>Creates the folder where it does not exist, takes its lock, and puts back the chain that a killed restore left aside.</summary>
    /// <exception cref="DataFolderInUseException">another process uses it</exception>
    /// <exception cref="ConfigurationException">it cannot be written</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            string signer = System.IO.Path.Combine(path, "signer");
            Directory.CreateDirectory(signer);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(signer, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var fileLock = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var folder = new DataFolder(path, fileLock);
            if (!Directory.Exists(folder.Chain) && Directory.Exists(folder.ReplacedChain)) Directory.Move(folder.ReplacedChain, folder.Chain);
            return folder;
        }
        catch (IOException e) when (e.HResult == LockedByAnother)
        {
            throw new DataFolderInUseException(path);
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"data folder {path}: not writable ({e.Message})");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ConfigurationException($"data folder {path}: {e.Message}");
        }
    }

    /// <summary>Deletes the chain and the records of signatures that belong to it; keys stay.</summary>
    public void Reset()
    {
        if (Directory.Exists(Chain)) Directory.Delete(Chain, recursive: true);
        File.Delete(LastSign);
        File.Delete(Attestations);
        File.Delete(KeyInUse);
        File.Delete(Wal);
        if (Directory.Exists(Snapshots)) Directory.Delete(Snapshots, recursive: true);
        if (Directory.Exists(Log)) Directory.Delete(Log, recursive: true);
    }

    public void Dispose() => _lock.Dispose();
}

/// <summary>A node, or another command, has the data folder open.</summary>
public sealed class DataFolderInUseException(string path) : Exception($"data folder {path}: in use by another process")
{
    public string Path { get; } = path;
}

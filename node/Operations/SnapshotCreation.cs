using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;

namespace Dsdn.Node.Operations;

/// <summary>
/// `dsdn snapshot create`: a consistent copy of the database, by hard links where the file system allows, of a node that runs
/// (asked over its control socket) or does not. Until it is complete it stands under another name.
/// </summary>
public static class SnapshotCreation
{
    /// <param name="directory">Absolute; must not exist, or be empty.</param>
    /// <param name="wasRunning">Whether a running node made the copy.</param>
    /// <exception cref="OperationRefusedException">DSDN-E-SNAPSHOT-EXISTS, DSDN-E-SNAPSHOT-NETWORK, DSDN-E-SNAPSHOT-REFUSED by the node, DSDN-E-DATA-EMPTY</exception>
    /// <exception cref="Configuration.DataFolderInUseException">something other than a node with a control socket uses the data</exception>
    /// <exception cref="StorageException">the store failed</exception>
    public static CheckpointManifest Run(string dataFolder, NetworkGenesis network, string directory, out bool wasRunning, CancellationToken cancel)
    {
        string partial = Path.TrimEndingDirectorySeparator(directory) + ".partial";
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())) throw new OperationRefusedException("DSDN-E-SNAPSHOT-EXISTS", directory);
        if (Path.Exists(partial)) throw new OperationRefusedException("DSDN-E-SNAPSHOT-EXISTS", partial);
        Directory.CreateDirectory(partial);
        try
        {
            wasRunning = Checkpoint(dataFolder, CheckpointManifest.ChainIn(partial));
            CheckpointManifest manifest = Describe(network, CheckpointManifest.ChainIn(partial), cancel);
            using (var file = new FileStream(CheckpointManifest.PathIn(partial), FileMode.CreateNew))
            {
                file.Write(manifest.Encode());
                file.Flush(flushToDisk: true);
            }
            if (Directory.Exists(directory)) Directory.Delete(directory);
            Directory.Move(partial, directory);
            return manifest;
        }
        catch
        {
            Directory.Delete(partial, recursive: true);
            throw;
        }
    }

    private static bool Checkpoint(string dataFolder, string target)
    {
        if (ControlClient.TrySnapshot(dataFolder, target)) return true;
        using var node = StoppedNode.Open(dataFolder);
        node.Store.Checkpoint(target);
        return false;
    }

    /// <summary>Reads from the copy itself what it holds: the node may be blocks ahead by now.</summary>
    private static CheckpointManifest Describe(NetworkGenesis network, string chain, CancellationToken cancel)
    {
        ulong height;
        StoredHeader head;
        using (RocksDbStore store = RocksDbStore.Open(chain, new RocksDbOptions { BlockCacheBytes = 8 << 20 }))
        {
            var blocks = new ChainStore(store);
            height = blocks.Height ?? throw new StoreCorruptException("no height");
            if (blocks.GenesisHash != network.Genesis.Block.Hash) throw new OperationRefusedException("DSDN-E-SNAPSHOT-NETWORK", network.Name, $"the data begins with block {blocks.GenesisHash}");
            head = blocks.ReadHeader(height) ?? throw new StoreCorruptException($"block {height} is marked but not there");
            store.Flush(); // what the log of the copy held becomes table files, which no restore has to recover
        }
        var files = new List<CheckpointFile>();
        foreach (string path in Directory.EnumerateFiles(chain).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (IsOfOneRun(name))
            {
                File.Delete(path);
                continue;
            }
            cancel.ThrowIfCancellationRequested();
            using FileStream file = File.OpenRead(path);
            files.Add(new CheckpointFile(name, file.Length, new Hash256(SHA256.HashData(file))));
        }
        return new CheckpointManifest(network.Name, network.Genesis.ChainId, network.Genesis.Block.Hash, height, head.Hash, head.Header.StateRoot, files);
    }

    /// <summary>RocksDB's lock and its text log, which it makes anew at every start.</summary>
    private static bool IsOfOneRun(string name) => name.StartsWith("LOG", StringComparison.Ordinal) || name == "LOCK";
}

using System.Security.Cryptography;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.View;
using Dsdn.Modules;
using Dsdn.Node.Configuration;
using Dsdn.Node.Validation;

namespace Dsdn.Node.Operations;

/// <summary>
/// `dsdn snapshot restore`: copies a snapshot into `chain.tmp`, checks every byte and that the chain opens, and only then renames
/// it to `chain`. Keys and the last-sign record stay as they are: a record that is ahead of the restored chain keeps the
/// node from signing the same heights again.
/// </summary>
public static class SnapshotRestore
{
    private const int CopyBytes = 1 << 20;

    /// <param name="replaces">An existing chain goes once the new one is complete; else it is a refusal.</param>
    /// <param name="lastSigned">The height this validator signed last; null where it has no record.</param>
    /// <exception cref="OperationRefusedException">DSDN-E-SNAPSHOT-MISSING, -DAMAGED, -NETWORK, DSDN-E-DATA-NOT-EMPTY</exception>
    /// <exception cref="DataFolderInUseException">the node runs</exception>
    /// <exception cref="StorageException">the restored chain does not open</exception>
    public static CheckpointManifest Run(string dataFolder, NetworkGenesis network, string directory, bool replaces, out ulong? lastSigned, CancellationToken cancel)
    {
        CheckpointManifest manifest = CheckpointManifest.Read(directory);
        if (manifest.GenesisHash != network.Genesis.Block.Hash) throw new OperationRefusedException("DSDN-E-SNAPSHOT-NETWORK", network.Name, $"the snapshot is of {manifest.Network} {manifest.GenesisHash}");
        using DataFolder folder = DataFolder.Open(dataFolder);
        bool exists = Directory.Exists(folder.Chain) && Directory.EnumerateFileSystemEntries(folder.Chain).Any();
        if (exists && !replaces) throw new OperationRefusedException("DSDN-E-DATA-NOT-EMPTY", folder.Chain);
        string incoming = folder.Chain + ".tmp", outgoing = folder.ReplacedChain;
        Remove(incoming);
        try
        {
            Directory.CreateDirectory(incoming);
            foreach (CheckpointFile file in manifest.Files) Copy(CheckpointManifest.ChainIn(directory), incoming, file, cancel);
            Check(incoming, manifest, network);
        }
        catch
        {
            Remove(incoming);
            throw;
        }
        Remove(outgoing);
        if (Directory.Exists(folder.Chain)) Directory.Move(folder.Chain, outgoing);
        Directory.Move(incoming, folder.Chain);
        Remove(outgoing);
        lastSigned = LastSigned(folder);
        return manifest;
    }

    /// <summary>What is hashed is what is written, so that the source cannot change in between.</summary>
    private static void Copy(string from, string to, CheckpointFile file, CancellationToken cancel)
    {
        string source = Path.Combine(from, file.Name);
        if (!File.Exists(source)) throw CheckpointManifest.Damaged(source, "the file is missing");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream input = File.OpenRead(source);
        if (input.Length != file.Bytes) throw CheckpointManifest.Damaged(source, $"has {input.Length} bytes, the manifest says {file.Bytes}");
        using var output = new FileStream(Path.Combine(to, file.Name), FileMode.CreateNew);
        byte[] buffer = new byte[CopyBytes];
        for (int read; (read = input.Read(buffer)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, read));
            output.Write(buffer.AsSpan(0, read));
        }
        if (new Hash256(hash.GetHashAndReset()) != file.Sha256) throw CheckpointManifest.Damaged(source, "its SHA-256 is not that of the manifest");
        output.Flush(flushToDisk: true);
    }

    private static void Check(string chain, CheckpointManifest manifest, NetworkGenesis network)
    {
        using RocksDbStore store = RocksDbStore.Open(chain);
        OpenChain opened = ChainOpening.Open(store, new StateOptions(), network.Genesis, DsdnModules.Kernel(), new ThreadParallel(Environment.ProcessorCount));
        Hash256 root = opened.Head.Block.Header.StateRoot;
        if (opened.Head.Number != manifest.Height || opened.Head.Block.Hash != manifest.BlockHash || root != manifest.StateRoot)
            throw CheckpointManifest.Damaged(chain, $"the database is at block {opened.Head.Number} {opened.Head.Block.Hash} root {root}, the manifest says otherwise");
    }

    private static ulong? LastSigned(DataFolder folder)
    {
        if (!File.Exists(folder.LastSign)) return null;
        using LastSignFile record = LastSignFile.Open(folder.LastSign);
        return record.Last.Height;
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
    }
}

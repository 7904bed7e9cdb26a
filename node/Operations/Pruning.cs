using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Node.Configuration;

namespace Dsdn.Node.Operations;

/// <summary>What `dsdn node prune` did.</summary>
/// <param name="Blocks">Bodies that were dropped.</param>
/// <param name="BytesBefore">Of the files of the database.</param>
public sealed record Pruned(ulong Blocks, ulong OldestState, ulong OldestProof, ulong OldestBody, long BytesBefore, long BytesAfter);

/// <summary>`dsdn node prune`: deletes what the retention does not keep, at once and with its disk space, where a running node does a little with each block.</summary>
public static class Pruning
{
    private const int HeightsPerBatch = 256;

    /// <param name="retainedBlocks">Bodies and receipts kept below the head; null: all.</param>
    /// <exception cref="OperationRefusedException">DSDN-E-DATA-EMPTY</exception>
    /// <exception cref="DataFolderInUseException">the node runs</exception>
    /// <exception cref="StorageException">the store failed, or is not what was written</exception>
    public static Pruned Run(string dataFolder, StateOptions retention, ulong? retainedBlocks, CancellationToken cancel)
    {
        string chain;
        long before;
        ulong dropped = 0, oldestBody, oldestState, oldestProof;
        using (var node = StoppedNode.Open(dataFolder, new RocksDbOptions { CollectsAllBlobs = true }))
        {
            chain = node.Folder.Chain;
            node.Store.Flush(); // so that what is compared is tables with tables, not a log with tables
            before = Bytes(chain);
            StateStore state = StateStore.Open(node.Store, retention);
            while (state.PruneSome(HeightsPerBatch)) cancel.ThrowIfCancellationRequested();
            var blocks = new ChainStore(node.Store);
            if (retainedBlocks is { } retained)
            {
                var pruner = new BlockPruner(node.Store, blocks, retained);
                for (int step; (step = pruner.PruneSome(HeightsPerBatch)) > 0; dropped += (ulong)step) cancel.ThrowIfCancellationRequested();
                pruner.Compact();
            }
            state.Compact();
            (oldestState, oldestProof, oldestBody) = (state.OldestHeight, state.OldestProvable, blocks.OldestBody);
        }
        return new Pruned(dropped, oldestState, oldestProof, oldestBody, before, Bytes(chain));
    }

    /// <summary>Of a folder's files, as long as they are.</summary>
    public static long Bytes(string directory) => new DirectoryInfo(directory).EnumerateFiles().Sum(static file => file.Length);
}

using System.Globalization;
using Dsdn.Chain.Execution;
using Dsdn.Chain.State;
using Dsdn.Chain.Storage;
using Dsdn.Node.Validation;

namespace Dsdn.Node.Operations;

/// <summary>`dsdn node rollback` (docs/decisions/0015-rollback.md): removes the last blocks, never anything of the last-sign record.</summary>
public static class Rollback
{
    /// <summary>The height afterwards.</summary>
    /// <param name="acceptsSigningAgain">The operator knows that this validator will sign another block at the height of its last signature.</param>
    /// <exception cref="OperationRefusedException">DSDN-E-ROLLBACK-BLOCKS, -SIGNED, -RISK, DSDN-E-DATA-EMPTY; nothing was removed</exception>
    /// <exception cref="Configuration.DataFolderInUseException">the node runs</exception>
    /// <exception cref="Chain.State.Storage.StorageException">the store failed, or what it holds contradicts itself; nothing was removed</exception>
    public static ulong Run(string dataFolder, ulong blocks, bool acceptsSigningAgain)
    {
        using var node = StoppedNode.Open(dataFolder);
        ulong head = new ChainStore(node.Store).Height ?? throw new StoreCorruptException("no height");
        string number = blocks.ToString(CultureInfo.InvariantCulture);
        if (blocks == 0 || blocks > ChainRollback.BlocksMax || blocks > head) throw new OperationRefusedException("DSDN-E-ROLLBACK-BLOCKS", number, $"the chain is at block {head}");
        if (File.Exists(node.Folder.LastSign))
        {
            using LastSignFile record = LastSignFile.Open(node.Folder.LastSign);
            ulong next = head - blocks + 1;
            string signed = record.Last.Height.ToString(CultureInfo.InvariantCulture);
            if (record.Last.Height > next) throw new OperationRefusedException("DSDN-E-ROLLBACK-SIGNED", signed, $"the next block would be {next}");
            if (record.Last.Height == next && !acceptsSigningAgain) throw new OperationRefusedException("DSDN-E-ROLLBACK-RISK", signed);
        }
        File.Delete(node.Folder.Wal);
        try
        {
            return ChainRollback.Run(node.Store, blocks);
        }
        catch (HistoryUnavailableException pruned)
        {
            throw new OperationRefusedException("DSDN-E-ROLLBACK-BLOCKS", number, pruned.Message);
        }
    }
}

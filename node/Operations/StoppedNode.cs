using Dsdn.Chain.RocksDb;
using Dsdn.Node.Configuration;

namespace Dsdn.Node.Operations;

/// <summary>The data of a node that does not run: its folder, locked, and its store.</summary>
public sealed class StoppedNode : IDisposable
{
    private StoppedNode(DataFolder folder, RocksDbStore store) => (Folder, Store) = (folder, store);

    public DataFolder Folder { get; }

    public RocksDbStore Store { get; }

    /// <exception cref="OperationRefusedException">DSDN-E-DATA-EMPTY: there is no chain</exception>
    /// <exception cref="DataFolderInUseException">the node runs</exception>
    /// <exception cref="Dsdn.Chain.State.Storage.StorageException">the store cannot be opened</exception>
    public static StoppedNode Open(string dataFolder, RocksDbOptions? options = null)
    {
        // Asked before the folder is opened, which makes it, and the store, which makes itself.
        if (!HasStore(Path.Combine(dataFolder, "chain")) && !HasStore(Path.Combine(dataFolder, "chain.old"))) throw new OperationRefusedException("DSDN-E-DATA-EMPTY", dataFolder);
        var folder = DataFolder.Open(dataFolder);
        try
        {
            return new StoppedNode(folder, RocksDbStore.Open(folder.Chain, options));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Whether a database stands there: CURRENT is the file from which RocksDB opens.</summary>
    public static bool HasStore(string directory) => File.Exists(Path.Combine(directory, "CURRENT"));

    public void Dispose()
    {
        Store.Dispose();
        Folder.Dispose();
    }
}

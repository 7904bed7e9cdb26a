using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;

namespace Dsdn.Chain.Execution;

/// <summary>
/// Removes the last blocks of a chain that nobody has open (`dsdn node rollback`): one synced batch, after which the store is that of a chain
/// that never had them, but for validator sets, which stay under their hashes.
/// </summary>
public static class ChainRollback
{
    /// <summary>Their changes are held in memory and written at once.</summary>
    public const ulong BlocksMax = 10_000;

    /// <summary>The height afterwards.</summary>
    /// <param name="blocks">1 to <see cref="BlocksMax"/>, at most the height.</param>
    /// <exception cref="ArgumentOutOfRangeException">not such a number</exception>
    /// <exception cref="HistoryUnavailableException">what the blocks replaced, or the body of the block that would be last, was pruned</exception>
    /// <exception cref="StorageException">what is stored contradicts itself; nothing was written</exception>
    public static ulong Run(IKeyValueStore store, ulong blocks)
    {
        var chain = new ChainStore(store);
        ulong head = chain.Height ?? throw new StoreCorruptException("no height");
        if (blocks == 0 || blocks > BlocksMax || blocks > head) throw new ArgumentOutOfRangeException(nameof(blocks));
        ulong height = head - blocks;
        if (height < chain.OldestBody) throw new HistoryUnavailableException(chain.OldestBody);
        StoredHeader last = chain.ReadHeader(height) ?? throw new StoreCorruptException($"header {height}");
        using IWriteBatch batch = store.CreateBatch();
        StateRollback.Stage(store, batch, height, last.Header.StateRoot);
        BlockRollback.Stage(store, chain, batch, height, head);
        store.Write(batch, sync: true);
        return height;
    }
}

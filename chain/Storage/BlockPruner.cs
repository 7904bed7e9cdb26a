using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Storage;

/// <summary>
/// Drops bodies, receipts and their indexes outside a retention window, some heights at a time; headers and certificates
/// stay. The host calls it on the execution thread between blocks; without it nothing is ever dropped.
/// </summary>
/// <param name="retainedBlocks">How many heights below the head keep their bodies; at least 1.</param>
public sealed class BlockPruner(IKeyValueStore store, ChainStore blocks, ulong retainedBlocks)
{
    private readonly ulong _retained = Math.Max(retainedBlocks, 1);

    /// <summary>Drops up to that many heights in one batch; how many it dropped.</summary>
    public int PruneSome(int heightsMax)
    {
        ulong head = blocks.Height ?? 0;
        if (head <= _retained) return 0;
        ulong first = Math.Max(blocks.OldestBody, 1), end = Math.Min(head - _retained + 1, first + (ulong)heightsMax);
        if (first >= end) return 0;
        using IWriteBatch batch = store.CreateBatch();
        for (ulong height = first; height < end; height++) DropIndexes(batch, height);
        batch.DeleteRange(ColumnFamily.Bodies, StoreKeys.OfHeight(first), StoreKeys.OfHeight(end));
        batch.DeleteRange(ColumnFamily.Receipts, StoreKeys.OfHeight(first), StoreKeys.OfHeight(end));
        batch.Put(ColumnFamily.Meta, StoreKeys.OldestBody, StoreKeys.OfHeight(end));
        store.Write(batch, sync: true);
        return (int)(end - first);
    }

    /// <summary>Returns the disk space of what was dropped.</summary>
    public void Compact()
    {
        byte[] end = StoreKeys.OfHeight(blocks.OldestBody);
        store.Compact(ColumnFamily.Bodies, StoreKeys.OfHeight(0), end);
        store.Compact(ColumnFamily.Receipts, StoreKeys.OfHeight(0), end);
    }

    private void DropIndexes(IWriteBatch batch, ulong height)
    {
        BlockData data = blocks.ReadBlock(height) ?? throw new StoreCorruptException($"block {height} is within the window but not there");
        for (int i = 0; i < data.Block.Transactions.Count; i++) batch.Delete(ColumnFamily.TransactionIndex, data.Block.Transactions[i].Hash.Span);
        if (LogIndexWriter.Entries(data.Receipts) is not { } entries) return;
        ulong section = height / LogPostings.BlocksPerSection;
        int offset = (int)(height % LogPostings.BlocksPerSection);
        foreach (byte[] entry in entries)
        {
            byte[] key = LogIndexKey.WithSection(entry, section);
            if (!LogPostings.Read(store.Get(ColumnFamily.LogIndex, key)).AnyAbove(offset)) batch.Delete(ColumnFamily.LogIndex, key);
        }
    }
}

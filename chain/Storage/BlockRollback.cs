using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Storage;

/// <summary>Takes the block store back to an earlier height. Validator sets stay: they are named by their hash, and an earlier block may need them.</summary>
internal static class BlockRollback
{
    /// <summary>Adds everything to the batch; nothing is written.</summary>
    /// <param name="height">Its own body must be stored.</param>
    /// <exception cref="StoreCorruptException">a block above is not there</exception>
    public static void Stage(IKeyValueReader store, ChainStore blocks, IWriteBatch batch, ulong height, ulong head)
    {
        var postings = new SortedDictionary<byte[], LogPostings>(ByteOrder.Instance);
        for (ulong gone = height + 1; gone <= head; gone++)
        {
            BlockData data = blocks.ReadBlock(gone) ?? throw new StoreCorruptException($"block {gone} is within the window but not there");
            byte[] key = StoreKeys.OfHeight(gone);
            batch.Delete(ColumnFamily.Headers, StoreKeys.Header(gone));
            batch.Delete(ColumnFamily.Headers, StoreKeys.NumberOf(data.Block.Hash));
            batch.Delete(ColumnFamily.Headers, StoreKeys.Certificate(gone));
            batch.Delete(ColumnFamily.Bodies, key);
            batch.Delete(ColumnFamily.Receipts, key);
            for (int i = 0; i < data.Block.Transactions.Count; i++) batch.Delete(ColumnFamily.TransactionIndex, data.Block.Transactions[i].Hash.Span);
            Forget(store, postings, gone, data.Receipts);
        }
        Span<byte> value = stackalloc byte[LogPostings.BytesMax];
        foreach ((byte[] key, LogPostings left) in postings)
        {
            if (left.IsEmpty) batch.Delete(ColumnFamily.LogIndex, key);
            else batch.Put(ColumnFamily.LogIndex, key, value[..left.Write(value)]);
        }
        batch.Put(ColumnFamily.Meta, StoreKeys.Height, StoreKeys.OfHeight(height));
    }

    private static void Forget(IKeyValueReader store, SortedDictionary<byte[], LogPostings> postings, ulong height, IReadOnlyList<Receipt> receipts)
    {
        if (LogIndexWriter.Entries(receipts) is not { } entries) return;
        foreach (byte[] entry in entries)
        {
            byte[] key = LogIndexKey.WithSection(entry, height / LogPostings.BlocksPerSection);
            if (!postings.TryGetValue(key, out LogPostings left)) left = LogPostings.Read(store.Get(ColumnFamily.LogIndex, key));
            left.Remove((int)(height % LogPostings.BlocksPerSection));
            postings[key] = left;
        }
    }
}

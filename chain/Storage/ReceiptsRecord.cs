using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;

namespace Dsdn.Chain.Storage;

/// <summary>
/// A block's receipts on disk: rlp([version, [[status, gasUsed, [[address, [topic...], data]...]]...]]), in block order.
/// Bloom, cumulative gas and type are recomputed (chain-decisions 2, "History of txs").
/// </summary>
internal static class ReceiptsRecord
{
    private const ulong Version = 1;

    public static byte[] Encode(IReadOnlyList<Receipt> receipts)
    {
        var writer = new RlpWriter([]);
        int record = writer.BeginList();
        writer.Write(Version);
        int items = writer.BeginList();
        for (int i = 0; i < receipts.Count; i++) Write(ref writer, receipts[i]);
        writer.EndList(items);
        writer.EndList(record);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    private static void Write(ref RlpWriter writer, Receipt receipt)
    {
        int item = writer.BeginList();
        writer.Write(receipt.Succeeded);
        writer.Write(receipt.GasUsed);
        ReceiptCodec.WriteLogs(ref writer, receipt.Logs);
        writer.EndList(item);
    }

    /// <param name="ofHeight">For the error text.</param>
    /// <exception cref="StoreCorruptException">not such a record</exception>
    public static StoredReceipts Decode(byte[] record, StoredTransactions transactions, ulong ofHeight)
    {
        var input = new RlpReader(record, inputBytesMax: int.MaxValue);
        if (!input.TryReadList(out RlpReader fields) || !fields.TryReadUInt64(out ulong version) || version != Version) throw Corrupt(ofHeight);
        if (!fields.TryReadList(out RlpReader items) || !fields.TryEnd() || !items.TryCount(out int count)) throw Corrupt(ofHeight);
        if (count != transactions.Count) throw Corrupt(ofHeight);
        var places = new StoredReceipts.Place[count];
        ulong cumulative = 0;
        for (int i = 0; i < count; i++)
        {
            if (!items.TryReadList(out RlpReader item) || !item.TryReadBool(out bool succeeded) || !item.TryReadUInt64(out ulong gasUsed)) throw Corrupt(ofHeight);
            if (!item.TryReadEncoded(out ReadOnlySpan<byte> logs) || !item.TryEnd() || !record.AsSpan().Overlaps(logs, out int offset)) throw Corrupt(ofHeight);
            cumulative += gasUsed;
            places[i] = new StoredReceipts.Place(succeeded, gasUsed, cumulative, offset, logs.Length);
        }
        return new StoredReceipts(record, places, transactions, ofHeight);
    }

    public static IReadOnlyList<LogEntry> DecodeLogs(ReadOnlySpan<byte> encoded, ulong ofHeight)
    {
        var input = new RlpReader(encoded, inputBytesMax: int.MaxValue);
        return ReceiptCodec.TryReadLogs(ref input, out IReadOnlyList<LogEntry>? logs) && input.TryEnd() ? logs : throw Corrupt(ofHeight);
    }

    private static StoreCorruptException Corrupt(ulong height) => new($"receipts of block {height}");
}

using System.Collections;
using Dsdn.Chain.Blocks;

namespace Dsdn.Chain.Storage;

/// <summary>
/// A block's receipts over their record; each is decoded when it is first asked for. Safe for several readers: two may
/// decode the same one, with equal results.
/// </summary>
internal sealed class StoredReceipts(byte[] record, StoredReceipts.Place[] places, StoredTransactions transactions, ulong height) : IReadOnlyList<Receipt>
{
    private const int EmptyListBytes = 1;

    private static readonly IReadOnlyList<LogEntry> NoLogs = [];

    private readonly Receipt?[] _decoded = new Receipt?[places.Length];

    /// <param name="LogsOffset">Of the encoded list of logs in the record.</param>
    internal readonly record struct Place(bool Succeeded, ulong GasUsed, ulong CumulativeGasUsed, int LogsOffset, int LogsLength);

    public int Count => places.Length;

    public Receipt this[int index] => _decoded[index] ??= Decode(index);

    private Receipt Decode(int index)
    {
        Place place = places[index];
        IReadOnlyList<LogEntry> logs = place.LogsLength == EmptyListBytes
            ? NoLogs
            : ReceiptsRecord.DecodeLogs(record.AsSpan(place.LogsOffset, place.LogsLength), height);
        Bloom bloom = logs.Count == 0 ? Bloom.Empty : Bloom.Of(logs);
        return new Receipt(transactions.TypeOf(index), place.Succeeded, place.GasUsed, place.CumulativeGasUsed, bloom, logs);
    }

    public IEnumerator<Receipt> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

using System.Collections;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Storage;

/// <summary>
/// A block's transactions over their record; each is decoded when it is first asked for, its sender read, not recovered.
/// Safe for several readers: two may decode the same one, with equal results.
/// </summary>
internal sealed class StoredTransactions(byte[] record, StoredTransactions.Place[] places, int sendersOffset, ulong height) : IReadOnlyList<Transaction>
{
    private readonly Transaction?[] _decoded = new Transaction?[places.Length];

    internal readonly record struct Place(int Offset, int Length);

    public int Count => places.Length;

    public Transaction this[int index] => _decoded[index] ??= Decode(index);

    /// <summary>EIP-2718: a first byte below 0x80 is the type, above it a legacy transaction's list begins.</summary>
    public TransactionType TypeOf(int index)
    {
        byte first = record[places[index].Offset];
        return first < 0x80 ? (TransactionType)first : TransactionType.Legacy;
    }

    public ReadOnlyMemory<byte> RawOf(int index) => record.AsMemory(places[index].Offset, places[index].Length);

    private Transaction Decode(int index)
    {
        var sender = new Address(record.AsSpan(sendersOffset + (index * Address.Size), Address.Size));
        ReadOnlyMemory<byte> raw = RawOf(index);
        bool decoded = SystemTransaction.IsSystem(raw.Span)
            ? SystemTransaction.TryDecode(raw, out Transaction? transaction, out _, out _)
            : TransactionCodec.TryDecode(raw, out transaction, out _);
        if (!decoded || transaction is null) throw new StoreCorruptException($"transaction {index} of block {height}");
        transaction.Sender = sender;
        return transaction;
    }

    public IEnumerator<Transaction> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

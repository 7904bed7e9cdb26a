using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Flat;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State.History;

/// <summary>
/// The flat tables at a past height: the value before the first later change, or what a newer view shows. The newer view was
/// taken first, so a commit in between can only add changes above it. Thread-safe.
/// </summary>
internal sealed class HistoryView(IKeyValueReader reader, HeadView newer, ulong height, Func<ulong> oldest) : IStateView
{
    public bool TryGetAccount(in Address address, out Account account)
    {
        if (HistoryRows.TryFind(reader, HistoryRows.AccountKind, address.Span, height, out byte[] row))
            account = row.Length == 0 ? default : FlatTables.DecodeAccount(address, row);
        else
            newer.TryGetAccount(address, out account);
        CheckRetained();
        return !account.IsEmpty;
    }

    public bool TryGetRecord(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value)
    {
        if (HistoryRows.TryFind(reader, HistoryRows.RecordKind, flatKey, height, out byte[] row)) value = row;
        else newer.TryGetRecord(flatKey, out value);
        CheckRetained();
        return !value.IsEmpty;
    }

    public IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit)
    {
        var merged = new List<KeyValuePair<byte[], ReadOnlyMemory<byte>>>();
        byte[] next = from.SequenceCompareTo(prefix) > 0 ? from.ToArray() : prefix.ToArray();
        byte[] start = prefix.ToArray();
        while (merged.Count < limit)
        {
            // A portion of what the newer view shows, and every key below its end that was changed since.
            IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> portion = newer.Scan(start, next, limit);
            byte[]? end = portion.Count < limit ? null : [.. portion[^1].Key, 0];
            var rows = new SortedDictionary<byte[], ReadOnlyMemory<byte>>(ByteOrder.Instance);
            foreach ((byte[] key, ReadOnlyMemory<byte> value) in portion) rows.Add(key, value);
            foreach ((byte[] key, byte[] row) in HistoryRows.RecordsChangedSince(reader, height, next, end ?? ByteOrder.EndOfPrefix(start))) rows[key] = row;
            foreach (KeyValuePair<byte[], ReadOnlyMemory<byte>> row in rows)
                if (!row.Value.IsEmpty && merged.Count < limit) merged.Add(row);
            if (end == null) break;
            next = end;
        }
        CheckRetained();
        return merged;
    }

    private void CheckRetained()
    {
        ulong now = oldest();
        if (height < now) throw new HistoryUnavailableException(now);
    }
}

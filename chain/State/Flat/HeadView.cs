using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State.Flat;

/// <summary>
/// The flat tables at one height, for as long as it is held. Before a later height can be seen below, its <see cref="Undo"/> hangs
/// here; so a reader looks through the undos, then below, then through the undos again: whatever it saw below has not changed
/// if no undo names it. Thread-safe.
/// </summary>
internal sealed class HeadView(FlatReader below, ulong height, TreeVersion version) : IStateView
{
    private volatile Undo? _undo;

    public ulong Height { get; } = height;

    public TreeVersion Version { get; } = version;

    /// <summary>Of a height that is about to be written, or was. A second one takes the place of a first that was never written.</summary>
    public void Attach(Undo undo) => _undo = undo;

    public bool TryGetAccount(in Address address, out Account account)
    {
        if (TryUndone(address, out account)) return !account.IsEmpty;
        Account read = below.Account(address);
        if (!TryUndone(address, out account)) account = read;
        return !account.IsEmpty;
    }

    public bool TryGetRecord(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value)
    {
        if (TryUndone(flatKey, out value)) return !value.IsEmpty;
        ReadOnlyMemory<byte> read = below.Record(flatKey);
        if (!TryUndone(flatKey, out value)) value = read;
        return !value.IsEmpty;
    }

    public IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit)
    {
        while (true)
        {
            SortedDictionary<byte[], ReadOnlyMemory<byte>>? undone = UndoneIn(prefix, from, out Undo? last);
            // One more row for each key that may turn out not to have existed then.
            int wanted = (int)Math.Min((long)limit + (undone?.Count ?? 0), int.MaxValue);
            List<KeyValuePair<byte[], ReadOnlyMemory<byte>>> rows = below.Scan(prefix, from, wanted);
            if (!ReferenceEquals(last, LastUndo())) continue;
            return undone == null || limit <= 0 ? rows : Merge(rows, undone, limit, rows.Count == wanted);
        }
    }

    private static List<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Merge(
        List<KeyValuePair<byte[], ReadOnlyMemory<byte>>> rows, SortedDictionary<byte[], ReadOnlyMemory<byte>> undone, int limit, bool areMoreBelow)
    {
        byte[]? end = areMoreBelow ? rows[^1].Key : null;
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in rows) undone.TryAdd(key, value);
        var merged = new List<KeyValuePair<byte[], ReadOnlyMemory<byte>>>();
        foreach (KeyValuePair<byte[], ReadOnlyMemory<byte>> row in undone)
        {
            if (merged.Count == limit || (end != null && row.Key.AsSpan().SequenceCompareTo(end) > 0)) break;
            if (!row.Value.IsEmpty) merged.Add(row);
        }
        return merged;
    }

    private Undo? LastUndo()
    {
        Undo? last = _undo;
        while (last?.After._undo is { } next) last = next;
        return last;
    }

    private bool TryUndone(in Address address, out Account account)
    {
        for (Undo? undo = _undo; undo != null; undo = undo.After._undo)
            if (undo.TryGetAccount(address, out account)) return true;
        account = default;
        return false;
    }

    private bool TryUndone(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value)
    {
        for (Undo? undo = _undo; undo != null; undo = undo.After._undo)
            if (undo.TryGetRecord(flatKey, out value)) return true;
        value = default;
        return false;
    }

    /// <summary>The undone records with the prefix, from a key on; null if none. The nearest height after this one counts.</summary>
    private SortedDictionary<byte[], ReadOnlyMemory<byte>>? UndoneIn(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, out Undo? last)
    {
        last = null;
        SortedDictionary<byte[], ReadOnlyMemory<byte>>? undone = null;
        for (Undo? undo = _undo; undo != null; undo = undo.After._undo)
        {
            last = undo;
            foreach ((byte[] key, ReadOnlyMemory<byte> value) in undo.Records)
            {
                if (!key.AsSpan().StartsWith(prefix) || key.AsSpan().SequenceCompareTo(from) < 0) continue;
                undone ??= new SortedDictionary<byte[], ReadOnlyMemory<byte>>(ByteOrder.Instance);
                undone.TryAdd(key, value);
            }
        }
        return undone;
    }
}

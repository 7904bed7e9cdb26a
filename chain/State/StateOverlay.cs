using System.Runtime.InteropServices;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State;

/// <summary>
/// Uncommitted writes above a parent view, journaled so that a transaction or a call can be undone. Single-threaded.
/// Reads are remembered too: the parent must not change while an overlay lives above it.
/// </summary>
public sealed class StateOverlay : IStateView
{
    private readonly Dictionary<Address, int> _accountIndex = new(AddressEquality.Instance);
    private readonly Dictionary<byte[], int> _recordIndex = new(ByteOrder.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _recordBySpan;
    private readonly List<AccountEntry> _accounts = [];
    private readonly List<RecordEntry> _records = [];

    // What to restore, newest last: an entry's index, complemented for records, and its state before in the list of its kind.
    private readonly List<int> _journal = [];
    private readonly List<(Account Value, bool Written)> _accountsBefore = [];
    private readonly List<(ReadOnlyMemory<byte> Value, bool Written)> _recordsBefore = [];

    // Keys of record entries in order; made by the first scan, kept from then on.
    private List<byte[]>? _orderedKeys;

    public StateOverlay(IStateView parent)
    {
        Parent = parent;
        _recordBySpan = _recordIndex.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public IStateView Parent { get; }

    public bool TryGetAccount(in Address address, out Account account)
    {
        if (_accountIndex.TryGetValue(address, out int index))
        {
            account = CollectionsMarshal.AsSpan(_accounts)[index].Value;
            return !account.IsEmpty;
        }
        Parent.TryGetAccount(address, out account);
        _accountIndex.Add(address, _accounts.Count);
        _accounts.Add(new AccountEntry { Address = address, Before = account, Value = account, KnowsBefore = true });
        return !account.IsEmpty;
    }

    public bool TryGetRecord(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value)
    {
        if (_recordBySpan.TryGetValue(flatKey, out int index))
        {
            value = CollectionsMarshal.AsSpan(_records)[index].Value;
            return !value.IsEmpty;
        }
        Parent.TryGetRecord(flatKey, out value);
        AddRecord(new RecordEntry { Key = flatKey.ToArray(), Before = value, Value = value, KnowsBefore = true });
        return !value.IsEmpty;
    }

    /// <summary>An account that <see cref="Account.IsEmpty"/> is deleted.</summary>
    public void SetAccount(in Address address, in Account account)
    {
        if (!_accountIndex.TryGetValue(address, out int index))
        {
            index = _accounts.Count;
            _accountIndex.Add(address, index);
            _accounts.Add(new AccountEntry { Address = address });
        }
        ref AccountEntry entry = ref CollectionsMarshal.AsSpan(_accounts)[index];
        if ((entry.KnowsBefore || entry.Written) && entry.Value == account) return;
        _journal.Add(index);
        _accountsBefore.Add((entry.Value, entry.Written));
        entry.Value = account;
        entry.Written = true;
    }

    /// <summary>
    /// An empty value deletes, and so does zero in a scalar table (a storage word of zero is no leaf). The memory is kept, not copied:
    /// do not change it afterwards.
    /// </summary>
    public void SetRecord(ReadOnlySpan<byte> flatKey, ReadOnlyMemory<byte> value)
    {
        if (RecordKey.IsScalar(flatKey) && value.Span.IndexOfAnyExcept((byte)0) < 0) value = default;
        if (!_recordBySpan.TryGetValue(flatKey, out int index)) index = AddRecord(new RecordEntry { Key = flatKey.ToArray() });
        ref RecordEntry entry = ref CollectionsMarshal.AsSpan(_records)[index];
        if ((entry.KnowsBefore || entry.Written) && entry.Value.Span.SequenceEqual(value.Span)) return;
        _journal.Add(~index);
        _recordsBefore.Add((entry.Value, entry.Written));
        entry.Value = value;
        entry.Written = true;
    }

    /// <summary>A mark to return to; marks nest.</summary>
    public int Checkpoint() => _journal.Count;

    /// <summary>Undoes every write since the mark.</summary>
    public void Revert(int checkpoint)
    {
        Span<AccountEntry> accounts = CollectionsMarshal.AsSpan(_accounts);
        Span<RecordEntry> records = CollectionsMarshal.AsSpan(_records);
        for (int i = _journal.Count - 1; i >= checkpoint; i--)
        {
            int index = _journal[i];
            if (index >= 0)
            {
                ref AccountEntry entry = ref accounts[index];
                (entry.Value, entry.Written) = _accountsBefore[^1];
                if (!entry.Written && !entry.KnowsBefore) ReadBefore(ref entry);
                _accountsBefore.RemoveAt(_accountsBefore.Count - 1);
            }
            else
            {
                ref RecordEntry entry = ref records[~index];
                (entry.Value, entry.Written) = _recordsBefore[^1];
                if (!entry.Written && !entry.KnowsBefore) ReadBefore(ref entry);
                _recordsBefore.RemoveAt(_recordsBefore.Count - 1);
            }
        }
        CollectionsMarshal.SetCount(_journal, checkpoint);
    }

    /// <summary>True if anything was written since the mark and not undone. Writing the value that was there is no write.</summary>
    public bool WroteSince(int checkpoint) => _journal.Count > checkpoint;

    /// <summary>Net changes against the parent, sorted; a write of the parent's own value is no change.</summary>
    public StateChanges Changes()
    {
        var accounts = new List<KeyValuePair<Address, Account>>();
        foreach (ref AccountEntry entry in CollectionsMarshal.AsSpan(_accounts))
        {
            if (!entry.Written) continue;
            if (!entry.KnowsBefore) ReadBefore(ref entry);
            if (entry.Before == entry.Value || (entry.Before.IsEmpty && entry.Value.IsEmpty)) continue;
            accounts.Add(new(entry.Address, entry.Value));
        }
        var records = new List<KeyValuePair<byte[], ReadOnlyMemory<byte>>>();
        foreach (ref RecordEntry entry in CollectionsMarshal.AsSpan(_records))
        {
            if (!entry.Written) continue;
            if (!entry.KnowsBefore) ReadBefore(ref entry);
            if (!entry.Before.Span.SequenceEqual(entry.Value.Span)) records.Add(new(entry.Key, entry.Value));
        }
        accounts.Sort(static (x, y) => x.Key.CompareTo(y.Key));
        records.Sort(static (x, y) => x.Key.AsSpan().SequenceCompareTo(y.Key));
        return new StateChanges(accounts, records);
    }

    public IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit)
    {
        var merged = new List<KeyValuePair<byte[], ReadOnlyMemory<byte>>>();
        if (limit <= 0) return merged;
        if (_orderedKeys == null)
        {
            _orderedKeys = new List<byte[]>(_records.Count);
            foreach (ref RecordEntry entry in CollectionsMarshal.AsSpan(_records)) _orderedKeys.Add(entry.Key);
            _orderedKeys.Sort(ByteOrder.Instance);
        }
        byte[] start = from.SequenceCompareTo(prefix) > 0 ? from.ToArray() : prefix.ToArray();
        int own = _orderedKeys.BinarySearch(start, ByteOrder.Instance);
        if (own < 0) own = ~own;

        // The parent is read in portions, because entries here may delete what it lists.
        IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> portion = Parent.Scan(prefix, start, limit);
        int below = 0;
        while (merged.Count < limit)
        {
            if (below == portion.Count && portion.Count == limit)
            {
                portion = Parent.Scan(prefix, [.. portion[^1].Key, 0], limit);
                below = 0;
            }
            bool hasOwn = own < _orderedKeys.Count && _orderedKeys[own].AsSpan().StartsWith(prefix);
            bool hasBelow = below < portion.Count;
            if (!hasOwn && !hasBelow) break;
            int order = !hasBelow ? -1 : !hasOwn ? 1 : _orderedKeys[own].AsSpan().SequenceCompareTo(portion[below].Key);
            if (order > 0)
            {
                merged.Add(portion[below++]);
                continue;
            }
            if (order == 0) below++;
            RecordEntry entry = _records[_recordIndex[_orderedKeys[own++]]];
            if (!entry.Value.IsEmpty) merged.Add(new(entry.Key, entry.Value));
        }
        return merged;
    }

    private int AddRecord(RecordEntry entry)
    {
        int index = _records.Count;
        _recordIndex.Add(entry.Key, index);
        _records.Add(entry);
        if (_orderedKeys != null)
        {
            int at = _orderedKeys.BinarySearch(entry.Key, ByteOrder.Instance);
            _orderedKeys.Insert(~at, entry.Key);
        }
        return index;
    }

    private void ReadBefore(ref AccountEntry entry)
    {
        Parent.TryGetAccount(entry.Address, out entry.Before);
        entry.KnowsBefore = true;
        if (!entry.Written) entry.Value = entry.Before;
    }

    private void ReadBefore(ref RecordEntry entry)
    {
        Parent.TryGetRecord(entry.Key, out entry.Before);
        entry.KnowsBefore = true;
        if (!entry.Written) entry.Value = entry.Before;
    }

    private struct AccountEntry
    {
        public Address Address;
        public Account Before;
        public Account Value;
        public bool KnowsBefore;
        public bool Written;
    }

    private struct RecordEntry
    {
        public byte[] Key;
        public ReadOnlyMemory<byte> Before;
        public ReadOnlyMemory<byte> Value;
        public bool KnowsBefore;
        public bool Written;
    }
}

/// <param name="Accounts">Ascending by address; an empty account means deleted.</param>
/// <param name="Records">Ascending by flat key; an empty value means deleted.</param>
public sealed record StateChanges(
    IReadOnlyList<KeyValuePair<Address, Account>> Accounts,
    IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Records);

using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Roots;

namespace Dsdn.Log.State.Tables;

/// <summary>
/// Rows by key: a row keeps its slot for as long as it lives, so that rows can name each other. Sorted order and leaf hashes are made when
/// they are asked for, and only for what changed (<see cref="LeafOrder{TKey}"/>).
/// </summary>
internal sealed class LogTable<TKey, TRow> : ILeafTable
    where TKey : struct, ILogKey<TKey>
    where TRow : struct, ILogRow
{
    public const int None = -1;

    private const int SlotsAtFirst = 16;

    /// <summary>Leaves that are hashed side by side.</summary>
    private const int LeavesPerPiece = 1_024;

    private readonly ulong _seed;

    /// <summary>Slot + 1 by mix, linear probing; 0 is empty. At most half full.</summary>
    private int[] _places;

    private TKey[] _keys;
    private TRow[] _rows;

    public LogTable(ulong seed, params LogTableId[] views)
    {
        _seed = seed;
        _places = new int[2 * SlotsAtFirst];
        _keys = new TKey[SlotsAtFirst];
        _rows = new TRow[SlotsAtFirst];
        Order = new LeafOrder<TKey>(views);
    }

    private LogTable(LogTable<TKey, TRow> of)
    {
        _seed = of._seed;
        _places = of._places.AsSpan().ToArray();
        _keys = of._keys.AsSpan().ToArray();
        _rows = of._rows.AsSpan().ToArray();
        Order = of.Order.Copy();
    }

    public int Count => Order.Live;

    /// <summary>Which slots live, which changed.</summary>
    public LeafOrder<TKey> Order { get; }

    public LogTable<TKey, TRow> Copy() => new(this);

    public ref readonly TKey Key(int slot) => ref _keys[slot];

    /// <summary>To read, or to change what stands in no leaf.</summary>
    public ref TRow Row(int slot) => ref _rows[slot];

    /// <summary>To change: its leaves are hashed again.</summary>
    public ref TRow Edit(int slot)
    {
        Order.Touch(slot);
        return ref _rows[slot];
    }

    public int Find(in TKey key)
    {
        int place = Place(key);
        return _places[place] - 1;
    }

    public bool Has(in TKey key) => Find(key) != None;

    /// <summary>The slot of a key, made with an empty row where it is not there yet.</summary>
    public int FindOrAdd(in TKey key)
    {
        int slot = Find(key);
        return slot != None ? slot : Add(key, default);
    }

    /// <summary>A key that is not there.</summary>
    public int Add(in TKey key, in TRow row)
    {
        int slot = Order.Take();
        if (slot == _keys.Length)
        {
            Array.Resize(ref _keys, 2 * slot);
            Array.Resize(ref _rows, 2 * slot);
        }
        _keys[slot] = key;
        _rows[slot] = row;
        if (2 * Order.Live > _places.Length) Grow();
        else _places[Place(key)] = slot + 1;
        return slot;
    }

    public void Set(in TKey key, in TRow row)
    {
        int slot = Find(key);
        if (slot == None) Add(key, row);
        else Edit(slot) = row;
    }

    /// <summary>The slot is not used for another row before the order is made again.</summary>
    public void Remove(int slot)
    {
        int place = Place(_keys[slot]);
        _places[place] = 0;
        CloseGap(place);
        _rows[slot] = default;
        Order.Drop(slot);
    }

    /// <summary>Live slots by key.</summary>
    public ReadOnlySpan<int> SortedSlots()
    {
        Order.Sort(_keys);
        return Order.Sorted;
    }

    public ReadOnlySpan<LogTableId> Views => Order.Views;

    public int KeyBytes => TKey.Bytes;

    public void Refresh(IParallel parallel)
    {
        Order.Sort(_keys);
        if (Views.IsEmpty) return;
        IReadOnlyList<int> dirty = Order.DirtySlots;
        parallel.For(dirty.Count, LeavesPerPiece, (first, end) =>
        {
            for (; first < end; first += LeavesPerPiece) HashLeaves(dirty, first, Math.Min(end, first + LeavesPerPiece));
        });
        Order.Cleaned();
    }

    public void CopyLeaves(int view, Span<Hash256> leaves)
    {
        Hash256[] bySlot = Order.Leaves[view];
        ReadOnlySpan<int> sorted = Order.Sorted;
        for (int i = 0; i < sorted.Length; i++) leaves[i] = bySlot[sorted[i]];
    }

    public int Locate(ReadOnlySpan<byte> key, out bool isThere)
    {
        TKey wanted = TKey.Read(key);
        ReadOnlySpan<int> sorted = Order.Sorted;
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_keys[sorted[middle]].CompareTo(wanted) < 0) low = middle + 1;
            else high = middle;
        }
        isThere = low < sorted.Length && _keys[sorted[low]].Equals(wanted);
        return low;
    }

    public void WriteLeaf(int position, int view, LogWriter writer) => WriteSlot(Order.Sorted[position], view, writer);

    private void WriteSlot(int slot, int view, LogWriter writer)
    {
        Span<byte> key = stackalloc byte[TKey.Bytes];
        _keys[slot].Write(key);
        writer.U8((byte)Views[view]).Bytes(key);
        _rows[slot].Write(view, writer);
    }

    private void HashLeaves(IReadOnlyList<int> dirty, int first, int end)
    {
        int[] offsets = new int[end - first + 1], slots = new int[end - first];
        Hash256[] hashes = new Hash256[end - first];
        for (int view = 0; view < Views.Length; view++)
        {
            LogWriter writer = new(LeavesPerPiece * 64);
            int count = 0;
            for (int i = first; i < end; i++)
            {
                if (!Order.IsLive(dirty[i])) continue;
                slots[count] = dirty[i];
                WriteSlot(dirty[i], view, writer);
                offsets[++count] = writer.Written.Length;
            }
            Sha256Tree.Leaves(writer.Written, offsets.AsSpan(0, count + 1), hashes.AsSpan(0, count));
            for (int i = 0; i < count; i++) Order.Leaves[view][slots[i]] = hashes[i];
        }
    }

    private int Place(in TKey key)
    {
        int mask = _places.Length - 1;
        int place = (int)(key.Mix(_seed) & (ulong)mask);
        while (_places[place] is not 0 and var held && !_keys[held - 1].Equals(key)) place = (place + 1) & mask;
        return place;
    }

    /// <summary>Linear probing without tombstones: entries behind the gap move up unless that would put them before where they belong.</summary>
    private void CloseGap(int gap)
    {
        int mask = _places.Length - 1;
        for (int next = (gap + 1) & mask; _places[next] != 0; next = (next + 1) & mask)
        {
            int home = (int)(_keys[_places[next] - 1].Mix(_seed) & (ulong)mask);
            if (((next - home) & mask) < ((next - gap) & mask)) continue;
            _places[gap] = _places[next];
            _places[next] = 0;
            gap = next;
        }
    }

    private void Grow()
    {
        _places = new int[2 * _places.Length];
        for (int slot = 0; slot < Order.Slots; slot++)
            if (Order.IsLive(slot)) _places[Place(_keys[slot])] = slot + 1;
    }
}

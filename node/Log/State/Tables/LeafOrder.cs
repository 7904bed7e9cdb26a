using System.Buffers.Binary;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Tables;

/// <summary>Which slots of a table live, their order by key, and the leaf hashes of each view with what of them is out of date.</summary>
internal sealed class LeafOrder<TKey>
    where TKey : struct, ILogKey<TKey>
{
    private const byte Dead = 0, Clean = 1, Dirty = 2;

    private readonly LogTableId[] _views;
    private readonly List<int> _free, _dropped, _added, _dirty;
    private byte[] _marks;
    private int[] _sorted;

    public LeafOrder(LogTableId[] views)
    {
        _views = views;
        _free = [];
        _dropped = [];
        _added = [];
        _dirty = [];
        _marks = new byte[16];
        _sorted = [];
        Leaves = new Hash256[views.Length][];
        for (int view = 0; view < views.Length; view++) Leaves[view] = [];
    }

    private LeafOrder(LeafOrder<TKey> of)
    {
        _views = of._views;
        _free = [.. of._free];
        _dropped = [.. of._dropped];
        _added = [.. of._added];
        _dirty = [.. of._dirty];
        _marks = of._marks.AsSpan().ToArray();
        _sorted = of._sorted.AsSpan().ToArray();
        Slots = of.Slots;
        Live = of.Live;
        Leaves = new Hash256[_views.Length][];
        for (int view = 0; view < _views.Length; view++) Leaves[view] = of.Leaves[view].AsSpan().ToArray();
    }

    public ReadOnlySpan<LogTableId> Views => _views;

    /// <summary>Slots that were ever used.</summary>
    public int Slots { get; private set; }

    public int Live { get; private set; }

    /// <summary>By view and slot.</summary>
    public Hash256[][] Leaves { get; }

    /// <summary>Live slots by key, as of the last <see cref="Sort"/>.</summary>
    public ReadOnlySpan<int> Sorted => _sorted;

    /// <summary>Slots whose leaves are out of date; some of them may be dead.</summary>
    public IReadOnlyList<int> DirtySlots => _dirty;

    public bool IsLive(int slot) => _marks[slot] != Dead;

    public LeafOrder<TKey> Copy() => new(this);

    /// <summary>A slot for a new row.</summary>
    public int Take()
    {
        int slot;
        if (_free.Count > 0)
        {
            slot = _free[^1];
            _free.RemoveAt(_free.Count - 1);
        }
        else
        {
            slot = Slots++;
            if (slot == _marks.Length) Array.Resize(ref _marks, 2 * slot);
        }
        _marks[slot] = Dirty;
        _added.Add(slot);
        _dirty.Add(slot);
        Live++;
        return slot;
    }

    public void Touch(int slot)
    {
        if (_marks[slot] == Dirty) return;
        _marks[slot] = Dirty;
        _dirty.Add(slot);
    }

    public void Drop(int slot)
    {
        _marks[slot] = Dead;
        _dropped.Add(slot);
        Live--;
    }

    /// <summary>Merges new slots into the order and lets dead ones out of it. Room for their leaves is made.</summary>
    public void Sort(ReadOnlySpan<TKey> keys)
    {
        for (int view = 0; view < Leaves.Length; view++)
            if (Leaves[view].Length < Slots) Array.Resize(ref Leaves[view], Math.Max(Slots, Math.Min(2 * Leaves[view].Length, _marks.Length)));
        if (_added.Count == 0 && _dropped.Count == 0) return;
        int[] added = SortedAdditions(keys), merged = new int[Live];
        int next = 0, at = 0;
        foreach (int slot in _sorted)
        {
            if (_marks[slot] == Dead) continue;
            while (next < added.Length && keys[added[next]].CompareTo(keys[slot]) < 0) merged[at++] = added[next++];
            merged[at++] = slot;
        }
        while (next < added.Length) merged[at++] = added[next++];
        _sorted = merged;
        _free.AddRange(_dropped);
        _dropped.Clear();
        _added.Clear();
    }

    /// <summary>All leaves are up to date.</summary>
    public void Cleaned()
    {
        foreach (int slot in _dirty)
            if (_marks[slot] == Dirty) _marks[slot] = Clean;
        _dirty.Clear();
    }

    /// <summary>By the first eight bytes of the keys, which are numbers and sort fast; those with the same ones by the whole key.</summary>
    private int[] SortedAdditions(ReadOnlySpan<TKey> keys)
    {
        _added.RemoveAll(slot => _marks[slot] == Dead);
        int[] slots = [.. _added];
        ulong[] prefixes = new ulong[slots.Length];
        Span<byte> bytes = stackalloc byte[TKey.Bytes + 8];
        bytes.Clear();
        for (int i = 0; i < slots.Length; i++)
        {
            keys[slots[i]].Write(bytes[..TKey.Bytes]);
            prefixes[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }
        Array.Sort(prefixes, slots);
        for (int first = 0, end; first < slots.Length; first = end)
        {
            end = first + 1;
            while (end < slots.Length && prefixes[end] == prefixes[first]) end++;
            if (end - first == 1) continue;
            TKey[] order = new TKey[end - first];
            for (int i = first; i < end; i++) order[i - first] = keys[slots[i]];
            int[] same = slots.AsSpan(first, end - first).ToArray();
            Array.Sort(order, same);
            same.CopyTo(slots, first);
        }
        return slots;
    }
}

using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State.Flat;

/// <summary>Records of the flat tables' present, absent ones too; otherwise as <see cref="AccountCache"/>.</summary>
internal sealed class RecordCache(int entriesMax, CommitGate commits)
{
    /// <summary>Larger values are not kept, so the memory is bounded too.</summary>
    public const int ValueBytesMax = 1_024;

    private const int Ways = 4;

    private readonly object[] _gates = [.. Enumerable.Range(0, 64).Select(_ => new object())];
    private readonly Entry[] _entries = new Entry[CacheSize.PowerOfTwo(entriesMax, Ways)];

    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        int set = Set(key, out object gate);
        lock (gate)
        {
            int at = Find(set, key);
            value = at < 0 ? default : _entries[at].Value;
            if (at >= 0) _entries[at].IsUsed = true;
            return at >= 0;
        }
    }

    public void Add(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value, int sequence)
    {
        if (value.Length > ValueBytesMax) return;
        int set = Set(key, out object gate);
        lock (gate)
        {
            if (commits.IsOpen(sequence) && Find(set, key) < 0) Put(set, key.ToArray(), value);
        }
    }

    public void Update(byte[] key, ReadOnlyMemory<byte> value)
    {
        int set = Set(key, out object gate);
        lock (gate)
        {
            int at = Find(set, key);
            if (value.Length > ValueBytesMax)
            {
                if (at >= 0) _entries[at] = default;
            }
            else if (at >= 0)
            {
                _entries[at].Value = value;
            }
            else
            {
                Put(set, key, value);
            }
        }
    }

    private int Set(ReadOnlySpan<byte> key, out object gate)
    {
        int set = ByteOrder.Instance.GetHashCode(key) & ((_entries.Length / Ways) - 1);
        gate = _gates[set & 63];
        return set * Ways;
    }

    private int Find(int set, ReadOnlySpan<byte> key)
    {
        for (int i = set; i < set + Ways; i++)
            if (_entries[i].Key is { } own && key.SequenceEqual(own)) return i;
        return -1;
    }

    private void Put(int set, byte[] key, ReadOnlyMemory<byte> value)
    {
        int victim = -1;
        for (int i = set; i < set + Ways && victim < 0; i++)
            if (_entries[i].Key == null || !_entries[i].IsUsed) victim = i;
        if (victim < 0)
        {
            victim = set;
            for (int i = set; i < set + Ways; i++) _entries[i].IsUsed = false;
        }
        // A copy: the value handed to a commit may be a slice of something large.
        _entries[victim] = new Entry { Key = key, Value = value.ToArray(), IsUsed = true };
    }

    private struct Entry
    {
        public byte[]? Key;
        public ReadOnlyMemory<byte> Value;
        public bool IsUsed;
    }
}

internal static class CacheSize
{
    /// <summary>The largest power of two that is at most the maximum and at least 64 sets.</summary>
    public static int PowerOfTwo(int entriesMax, int ways)
    {
        int size = 64 * ways;
        while (size <= entriesMax / 2) size *= 2;
        return size;
    }
}

using System.Buffers.Binary;

namespace Dsdn.Chain.Trie;

/// <summary>Changes of one trie, collected in any order of distinct keys, then sorted. An empty payload deletes.</summary>
internal sealed class TrieChanges
{
    private byte[] _keys;
    private byte[] _payloads;
    private (int Offset, int Length)[] _entries;
    private int _payloadBytes;

    public TrieChanges(int capacity)
    {
        _keys = new byte[32 * capacity];
        _payloads = new byte[24 * capacity];
        _entries = new (int, int)[capacity];
    }

    public int Count { get; private set; }

    public byte[] Keys => _keys;

    public byte[] Payloads => _payloads;

    public ReadOnlySpan<byte> Key(int index) => _keys.AsSpan(32 * index, 32);

    public (int Offset, int Length) Payload(int index) => _entries[index];

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(16, 2 * Count));
            Array.Resize(ref _keys, 32 * _entries.Length);
        }
        if (_payloadBytes + payload.Length > _payloads.Length) Array.Resize(ref _payloads, Math.Max(512, 2 * (_payloadBytes + payload.Length)));
        key.CopyTo(_keys.AsSpan(32 * Count));
        payload.CopyTo(_payloads.AsSpan(_payloadBytes));
        _entries[Count++] = (_payloadBytes, payload.Length);
        _payloadBytes += payload.Length;
    }

    public void Sort()
    {
        ulong[] heads = new ulong[Count];
        int[] order = new int[Count];
        for (int i = 0; i < Count; i++)
        {
            heads[i] = BinaryPrimitives.ReadUInt64BigEndian(_keys.AsSpan(32 * i));
            order[i] = i;
        }
        Array.Sort(heads, order);
        // Keys that share eight bytes: a rare run, put right by insertion.
        for (int i = 1; i < Count; i++)
        {
            for (int j = i; j > 0 && heads[j - 1] == heads[j] && Key(order[j - 1]).SequenceCompareTo(Key(order[j])) > 0; j--)
                (order[j - 1], order[j]) = (order[j], order[j - 1]);
        }
        byte[] keys = new byte[32 * Count];
        var entries = new (int, int)[Count];
        for (int i = 0; i < Count; i++)
        {
            Key(order[i]).CopyTo(keys.AsSpan(32 * i));
            entries[i] = _entries[order[i]];
        }
        _keys = keys;
        _entries = entries;
    }
}

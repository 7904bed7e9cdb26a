namespace Dsdn.DaServer.Blocks;

/// <summary>Blocks whose squares are at hand, the least recently used ones given up first. A block that several ask for is built once.</summary>
internal sealed class SquareCache(long bytesMax, Func<ulong, ServedBlock?> load)
{
    private const int BlocksMax = 4_096;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private long _bytes;

    /// <returns>Null where there is no such block.</returns>
    public ServedBlock? Get(ulong height)
    {
        Entry entry;
        lock (_lock)
        {
            if (_entries.TryGetValue(height, out LinkedListNode<Entry>? node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                entry = node.Value;
            }
            else
            {
                entry = Add(height, new Lazy<ServedBlock?>(() => load(height)));
            }
        }
        try
        {
            ServedBlock? block = entry.Block.Value;
            if (block is null) Remove(entry);
            else Account(entry, block);
            return block;
        }
        catch
        {
            Remove(entry); // what failed once may be asked for again
            throw;
        }
    }

    public void Put(ServedBlock block)
    {
        Lazy<ServedBlock?> made = new(block);
        Entry entry;
        lock (_lock) entry = Add(block.Height, made);
        Account(entry, block);
    }

    private Entry Add(ulong height, Lazy<ServedBlock?> block)
    {
        Entry entry = new(height, block);
        if (_entries.TryGetValue(height, out LinkedListNode<Entry>? old)) Drop(old);
        _entries[height] = _byUse.AddFirst(entry);
        return entry;
    }

    private void Account(Entry entry, ServedBlock block)
    {
        lock (_lock)
        {
            if (entry.Bytes != 0 || !_entries.TryGetValue(entry.Height, out LinkedListNode<Entry>? node) || node.Value != entry) return;
            const long HeaderBytes = 4_096;
            entry.Bytes = HeaderBytes + (ReferenceEquals(block.Square, BlockSquare.Empty) ? 0 : block.Square.Bytes);
            _bytes += entry.Bytes;
            // The newest stays, however large it is.
            while ((_bytes > bytesMax || _entries.Count > BlocksMax) && _byUse.Last is { } last && _byUse.Count > 1) Drop(last);
        }
    }

    private void Remove(Entry entry)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(entry.Height, out LinkedListNode<Entry>? node) && node.Value == entry) Drop(node);
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Height);
        _bytes -= node.Value.Bytes;
    }

    private sealed class Entry(ulong height, Lazy<ServedBlock?> block)
    {
        public ulong Height => height;

        public Lazy<ServedBlock?> Block => block;

        public long Bytes { get; set; }
    }
}

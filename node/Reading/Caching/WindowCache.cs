using Dsdn.Reading.Fetching;

namespace Dsdn.Reading.Caching;

/// <summary>Checked windows in memory; the one that was not used for longest goes first. Safe for all threads.</summary>
internal sealed class WindowCache(long bytesMax)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<WindowKey, LinkedListNode<(WindowKey Key, byte[] Bytes)>> _windows = [];
    private readonly LinkedList<(WindowKey Key, byte[] Bytes)> _byUse = [];
    private long _bytes;

    public long Bytes
    {
        get
        {
            lock (_lock) return _bytes;
        }
    }

    public byte[]? Find(WindowKey key)
    {
        lock (_lock)
        {
            if (!_windows.TryGetValue(key, out LinkedListNode<(WindowKey Key, byte[] Bytes)>? node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Bytes;
        }
    }

    /// <summary>Without counting as a use.</summary>
    public bool Has(WindowKey key)
    {
        lock (_lock) return _windows.ContainsKey(key);
    }

    /// <param name="bytes">Kept, and never changed by anybody.</param>
    public void Add(WindowKey key, byte[] bytes)
    {
        if (bytes.Length > bytesMax) return;
        lock (_lock)
        {
            if (_windows.ContainsKey(key)) return;
            _windows[key] = _byUse.AddFirst((key, bytes));
            _bytes += bytes.Length;
            while (_bytes > bytesMax && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _windows.Remove(oldest.Value.Key);
                _bytes -= oldest.Value.Bytes.Length;
            }
        }
    }
}

namespace Dsdn.Storage;

/// <summary>What lies on the disk, in memory: one lock, no disk behind it. A key that is claimed is nobody else's until it is let go.</summary>
internal sealed class ChunkIndex
{
    private readonly Lock _lock = new();
    private readonly SortedSet<ChunkKey> _order = [];
    private readonly Dictionary<ChunkKey, StoredChunk> _stored = [];
    private readonly Dictionary<ChunkKey, (long Bytes, long ModifiedMs)> _incoming = [];
    private readonly SortedDictionary<(ChunkKey Key, long Ms), long> _deleted = [], _quarantined = [];
    private readonly Dictionary<ChunkKey, SortedSet<long>> _deletedKeys = [];
    private readonly HashSet<ChunkKey> _claimed = [];
    private long _used, _reserved;

    public long UsedBytes => Locked(() => _used);

    public long ReservedBytes => Locked(() => _reserved);

    public int Count => Locked(() => _stored.Count);

    public int IncomingCount => Locked(() => _incoming.Count);

    public int DeletedCount => Locked(() => _deleted.Count);

    public int QuarantinedCount => Locked(() => _quarantined.Count);

    public IReadOnlyList<(ChunkKey Key, long Ms)> Deleted => Locked(() => (IReadOnlyList<(ChunkKey, long)>)[.. _deleted.Keys]);

    public IReadOnlyList<(ChunkKey Key, long Ms)> Quarantined => Locked(() => (IReadOnlyList<(ChunkKey, long)>)[.. _quarantined.Keys]);

    public IReadOnlyList<StoredChunk> Expired(long nowMs) => Locked(() => (IReadOnlyList<StoredChunk>)
        [.. _stored.Values.Where(chunk => chunk.Standing == ChunkStanding.Staged && chunk.ExpiresMs <= nowMs)]);

    public IReadOnlyList<ChunkKey> IncomingBefore(long ms) => Locked(() => (IReadOnlyList<ChunkKey>)[.. _incoming.Where(one => one.Value.ModifiedMs <= ms).Select(one => one.Key)]);

    public bool TryFind(ChunkKey key, out StoredChunk chunk)
    {
        lock (_lock) return _stored.TryGetValue(key, out chunk);
    }

    public bool IsDeleted(ChunkKey key) => Locked(() => _deletedKeys.ContainsKey(key));

    /// <summary>When a deleted one is erased, and what it takes of the disk; null where none waits for it.</summary>
    public (long Ms, long Bytes)? DeletedAt(ChunkKey key) => Locked(() => _deletedKeys.TryGetValue(key, out SortedSet<long>? times) ? (times.Max, _deleted[(key, times.Max)]) : ((long, long)?)null);

    /// <summary>Bytes that came of a chunk; null where none did.</summary>
    public long? IncomingBytes(ChunkKey key) => Locked(() => _incoming.TryGetValue(key, out (long Bytes, long ModifiedMs) part) ? part.Bytes : (long?)null);

    public IReadOnlyList<StoredChunk> After(ChunkKey? after, int max)
    {
        lock (_lock)
        {
            if (_order.Count == 0 || (after is { } last && last.CompareTo(_order.Max) >= 0)) return [];
            IEnumerable<ChunkKey> rest = after is { } from ? _order.GetViewBetween(from, _order.Max).Where(key => key != from) : _order;
            return [.. rest.Take(max).Select(key => _stored[key])];
        }
    }

    public bool TryClaim(ChunkKey key) => Locked(() => _claimed.Add(key));

    public void LetGo(ChunkKey key) => Locked(() => _claimed.Remove(key));

    /// <summary>Sets bytes aside where used and reserved ones leave room for them.</summary>
    public bool TryReserve(long bytes, long capacity, long diskFree) => Locked(() =>
    {
        if (bytes > capacity - _used - _reserved || bytes > diskFree - _reserved) return false;
        _reserved += bytes;
        return true;
    });

    public void Unreserve(long bytes) => Locked(() => _reserved -= bytes);

    public void SetIncoming(ChunkKey key, long bytes, long modifiedMs) => Locked(() =>
    {
        RemoveIncomingBytes(key);
        _incoming[key] = (bytes, modifiedMs);
        return _used += bytes;
    });

    public void RemoveIncoming(ChunkKey key) => Locked(() => RemoveIncomingBytes(key));

    /// <summary>In place of what was stored under the key.</summary>
    public void Add(StoredChunk chunk) => Locked(() =>
    {
        RemoveStored(chunk.Key);
        _stored[chunk.Key] = chunk;
        _order.Add(chunk.Key);
        return _used += chunk.FileBytes;
    });

    public void Remove(ChunkKey key) => Locked(() => RemoveStored(key));

    public void AddDeleted(ChunkKey key, long ms, long bytes) => Locked(() =>
    {
        RemoveDeletedEntry(key, ms);
        if (!_deletedKeys.TryGetValue(key, out SortedSet<long>? times)) _deletedKeys[key] = times = [];
        times.Add(ms);
        return Put(_deleted, key, ms, bytes);
    });

    public void AddQuarantined(ChunkKey key, long ms, long bytes) => Locked(() => Put(_quarantined, key, ms, bytes));

    public void RemoveDeleted(ChunkKey key, long ms) => Locked(() => RemoveDeletedEntry(key, ms));

    public void RemoveQuarantined(ChunkKey key, long ms) => Locked(() => Take(_quarantined, key, ms));

    private T Locked<T>(Func<T> action)
    {
        lock (_lock) return action();
    }

    private bool RemoveStored(ChunkKey key)
    {
        if (!_stored.Remove(key, out StoredChunk before)) return false;
        _order.Remove(key);
        _used -= before.FileBytes;
        return true;
    }

    private bool RemoveDeletedEntry(ChunkKey key, long ms)
    {
        if (!Take(_deleted, key, ms)) return false;
        SortedSet<long> times = _deletedKeys[key];
        times.Remove(ms);
        if (times.Count == 0) _deletedKeys.Remove(key);
        return true;
    }

    private bool RemoveIncomingBytes(ChunkKey key)
    {
        if (!_incoming.Remove(key, out (long Bytes, long ModifiedMs) before)) return false;
        _used -= before.Bytes;
        return true;
    }

    private long Put(SortedDictionary<(ChunkKey Key, long Ms), long> table, ChunkKey key, long ms, long bytes)
    {
        Take(table, key, ms);
        table[(key, ms)] = bytes;
        return _used += bytes;
    }

    private bool Take(SortedDictionary<(ChunkKey Key, long Ms), long> table, ChunkKey key, long ms)
    {
        if (!table.Remove((key, ms), out long bytes)) return false;
        _used -= bytes;
        return true;
    }
}

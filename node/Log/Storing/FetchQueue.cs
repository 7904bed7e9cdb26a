using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Storing;

/// <summary>What is to be fetched: the nearest to being lost first, those that failed after a while.</summary>
internal sealed class FetchQueue(StoringOptions options)
{
    private const int DoublingsMax = 16;

    /// <summary>Between the first and the last of them the node has said how little room it has, so the slot does not come back to it.</summary>
    private const int RefusalsMax = 2;

    private readonly SortedDictionary<StoredKey, FetchItem> _items = [];
    private readonly SortedSet<(int Margin, StoredKey Key)> _due = [];
    private readonly SortedSet<(ulong NotBeforeMs, StoredKey Key)> _waiting = [];

    public int Count => _items.Count;

    public int Running { get; private set; }

    public void Want(StoredKey key, byte slot, int margin)
    {
        if (!_items.TryGetValue(key, out FetchItem? item))
        {
            _items[key] = new FetchItem { Key = key, Slot = slot, Margin = margin };
            _due.Add((margin, key));
            return;
        }
        (item.Slot, item.IsDropped) = (slot, false);
        if (item.Margin == margin) return;
        if (_due.Remove((item.Margin, key))) _due.Add((margin, key));
        item.Margin = margin;
    }

    public void Drop(StoredKey key)
    {
        if (!_items.TryGetValue(key, out FetchItem? item)) return;
        item.IsDropped = true;
        if (!item.IsRunning) Remove(item);
    }

    /// <summary>The next one that may run; it counts as running from here on.</summary>
    public FetchItem? Take(ulong nowMs)
    {
        // A clock that was set back must not keep anything waiting for longer than it would have.
        while (_waiting.Count > 0 && _waiting.Min is var first && (first.NotBeforeMs <= nowMs || first.NotBeforeMs > nowMs + Math.Max(options.InconsistentMs, options.BackoffMsMax)))
        {
            _waiting.Remove(first);
            _due.Add((_items[first.Key].Margin, first.Key));
        }
        if (Running >= options.FetchesMax || _due.Count == 0) return null;
        (int Margin, StoredKey Key) next = _due.Min;
        _due.Remove(next);
        FetchItem item = _items[next.Key];
        item.IsRunning = true;
        Running++;
        return item;
    }

    public FetchItem? End(StoredKey key, FetchOutcome outcome, IReadOnlyList<Hash256> blamed, ulong nowMs)
    {
        if (!_items.TryGetValue(key, out FetchItem? item) || !item.IsRunning) return null;
        item.IsRunning = false;
        Running--;
        if (outcome == FetchOutcome.Stored || item.IsDropped) Remove(item);
        else Wait(item, outcome, blamed, nowMs);
        return item;
    }

    /// <summary>Whether this node has found no room for it often enough to leave it to another; counts from the beginning then.</summary>
    public bool TryGiveUp(StoredKey key)
    {
        if (!_items.TryGetValue(key, out FetchItem? item) || item.Refusals < RefusalsMax) return false;
        item.Refusals = 0;
        return true;
    }

    private void Wait(FetchItem item, FetchOutcome outcome, IReadOnlyList<Hash256> blamed, ulong nowMs)
    {
        foreach (Hash256 node in blamed)
            if (!item.Blamed.Contains(node)) item.Blamed.Add(node);
        ulong doubled = Math.Min(options.BackoffMsMax, options.BackoffMs << Math.Min(item.Failures, DoublingsMax));
        item.Failures++;
        if (outcome == FetchOutcome.NoRoom) item.Refusals++;
        // Another source is tried at once; the same one, or none, after a while.
        ulong waitMs = outcome switch
        {
            FetchOutcome.Inconsistent => options.InconsistentMs,
            FetchOutcome.NoRoom => options.BackoffMsMax,
            _ when blamed.Count > 0 => 0,
            _ => doubled,
        };
        item.NotBeforeMs = nowMs + waitMs;
        _waiting.Add((item.NotBeforeMs, item.Key));
    }

    private void Remove(FetchItem item)
    {
        _items.Remove(item.Key);
        _due.Remove((item.Margin, item.Key));
        _waiting.Remove((item.NotBeforeMs, item.Key));
    }
}

/// <summary>One copy or shard that this node is to have and has not.</summary>
internal sealed class FetchItem
{
    public required StoredKey Key { get; init; }

    public required byte Slot { get; set; }

    /// <summary>What may be lost before the chunk is.</summary>
    public required int Margin { get; set; }

    public int Failures { get; set; }

    /// <summary>How often this node's own disk did not take it.</summary>
    public int Refusals { get; set; }

    public ulong NotBeforeMs { get; set; }

    public bool IsRunning { get; set; }

    /// <summary>Not asked for any more.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Nodes that failed since all were tried.</summary>
    public List<Hash256> Blamed { get; } = [];
}

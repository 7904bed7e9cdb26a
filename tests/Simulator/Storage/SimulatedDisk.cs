using Dsdn.Chain.Primitives;
using Dsdn.Log.Storing;

namespace Dsdn.Simulator.Storage;

/// <summary>What lies under a key. Operations on it are whole or not at all, as the store makes them; what is not synced yet goes with the process.</summary>
internal sealed class DiskItem(StoredKey key, byte[] bytes)
{
    public StoredKey Key { get; } = key;

    public byte[] Bytes { get; set; } = bytes;

    public DiskStanding Standing { get; set; }

    public ulong AtMs { get; set; }

    /// <summary>When it was taken away; of a deleted one.</summary>
    public ulong DeletedMs { get; set; }

    public ulong StoredMs { get; init; }

    /// <summary>The bytes are not what was stored any more, and the node does not know.</summary>
    public bool IsDamaged { get; set; }

    public bool IsSynced { get; set; } = true;

    public bool IsThere => Standing is DiskStanding.Staged or DiskStanding.Stored;

    public DiskEntry Entry => new(Key, Standing, AtMs);
}

/// <summary>The disk of a node; it outlives the process.</summary>
internal sealed class SimulatedDisk
{
    public const ulong CapacityBytes = 1UL << 40;

    private readonly SortedDictionary<StoredKey, DiskItem> _items = [];

    public IReadOnlyCollection<DiskItem> Items => _items.Values;

    public bool IsFull { get; set; }

    public ulong WriteMsMin { get; set; } = 5;

    public DiskItem? Find(StoredKey key) => _items.GetValueOrDefault(key);

    public DiskEntry Look(StoredKey key) => Find(key)?.Entry ?? new DiskEntry(key, DiskStanding.None);

    public void Put(DiskItem item) => _items[item.Key] = item;

    public void Remove(StoredKey key) => _items.Remove(key);

    /// <summary>Everything of it, for a chunk.</summary>
    public IEnumerable<DiskItem> Of(Hash256 chunk)
    {
        foreach ((StoredKey key, DiskItem item) in _items)
            if (key.ChunkId == chunk) yield return item;
    }

    /// <summary>The process died.</summary>
    public void Crash()
    {
        foreach (StoredKey key in _items.Where(static item => !item.Value.IsSynced).Select(static item => item.Key).ToArray()) _items.Remove(key);
    }

    public void Lose() => _items.Clear();
}

using Dsdn.Log.Storing;
using Dsdn.Storage;

namespace Dsdn.StorageNode.Storing;

/// <summary>The store as the storing core sees it.</summary>
internal static class DiskView
{
    private const int PageChunks = 4_096;

    public static StoredKey KeyOf(ChunkKey key) => new(key.ChunkId, key.Coding, key.Shard, key.Generation);

    public static ChunkKey KeyOf(StoredKey key) => new(key.ChunkId, key.Coding, key.Shard, key.Generation);

    public static DiskEntry Look(ChunkStore store, ChunkKey key)
    {
        // Deleted and restored meanwhile, or the other way round: it is looked at again when that is told.
        if (store.TryFind(key, out StoredChunk chunk)) return EntryOf(chunk);
        return store.EraseMs(key) is { } eraseMs ? new DiskEntry(KeyOf(key), DiskStanding.Deleted, (ulong)eraseMs) : new DiskEntry(KeyOf(key), DiskStanding.None);
    }

    public static IReadOnlyList<DiskEntry> All(ChunkStore store)
    {
        List<DiskEntry> entries = [.. store.Deleted.Select(static deleted => new DiskEntry(KeyOf(deleted.Key), DiskStanding.Deleted, (ulong)deleted.Ms))];
        ChunkKey? last = null;
        while (store.List(last, PageChunks) is { Count: > 0 } page)
        {
            entries.AddRange(page.Select(static chunk => EntryOf(chunk)));
            last = page[^1].Key;
        }
        return entries;
    }

    private static DiskEntry EntryOf(StoredChunk chunk) => chunk.Standing == ChunkStanding.Staged
        ? new DiskEntry(KeyOf(chunk.Key), DiskStanding.Staged, (ulong)chunk.ExpiresMs)
        : new DiskEntry(KeyOf(chunk.Key), DiskStanding.Stored);
}

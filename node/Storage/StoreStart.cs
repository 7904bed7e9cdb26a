using Dsdn.Storage.Disk;
using Dsdn.Storage.Layout;

namespace Dsdn.Storage;

/// <summary>What opening a store does with each folder.</summary>
internal static class StoreStart
{
    /// <exception cref="IOException">A folder cannot be read: better no store than half of one.</exception>
    public static StartReport Fill(ChunkStore store)
    {
        ChunkIndex index = store.Index;
        int foreign = 0;
        foreach (DiskEntry file in store.Files.List(ChunkFolder.Chunks))
        {
            if (ChunkKey.TryParse(file.Name, out ChunkKey key)) Take(store, new StoredChunk(key, ChunkStanding.Declared, file.Bytes, 0));
            else foreign++;
        }
        foreach (DiskEntry file in store.Files.List(ChunkFolder.Staged))
        {
            if (!ChunkFolder.TryParseTimed(file.Name, out ChunkKey key, out long ms)) foreign++;
            // Declared and staged both: a repair brought it while an upload had. The declared one counts.
            else if (index.TryFind(key, out _)) store.Files.Erase(ChunkFolder.Staged, file.Name);
            else Take(store, new StoredChunk(key, ChunkStanding.Staged, file.Bytes, ms));
        }
        foreach (DiskEntry file in store.Files.List(ChunkFolder.Deleted))
        {
            if (ChunkFolder.TryParseTimed(file.Name, out ChunkKey key, out long ms)) index.AddDeleted(key, ms, file.Bytes);
            else foreign++;
        }
        foreach (DiskEntry file in store.Files.List(ChunkFolder.Quarantine))
        {
            if (ChunkFolder.TryParseTimed(file.Name, out ChunkKey key, out long ms)) index.AddQuarantined(key, ms, file.Bytes);
            else foreign++;
        }
        foreach (DiskEntry file in store.Files.List(ChunkFolder.Incoming))
        {
            if (!ChunkKey.TryParse(file.Name, out ChunkKey key)) foreign++;
            // Stored already: a part that came once more, or a disk that lost half of a move.
            else if (index.TryFind(key, out _)) store.Files.Erase(ChunkFolder.Incoming, file.Name);
            else index.SetIncoming(key, file.Bytes, file.ModifiedMs);
        }
        return new StartReport(index.Count, index.IncomingCount, index.DeletedCount, index.QuarantinedCount, foreign);
    }

    /// <summary>Only staged chunks are opened, to charge their owners; there are few.</summary>
    private static void Take(ChunkStore store, in StoredChunk chunk)
    {
        store.Index.Add(chunk);
        if (chunk.Standing == ChunkStanding.Declared) return;
        ChunkFooter? footer;
        using (IDiskFile file = store.Files.Open(chunk)) footer = ChunkFooter.Read(file);
        if (footer is null || footer.Key != chunk.Key) store.Quarantine(chunk, "the footer does not hold");
        // What was reserved before stays so, even where the limit was lowered since.
        else store.Quota.TryReserve(footer.Owner, (long)footer.Identity.LengthBytes);
    }
}

using Dsdn.Storage.Disk;

namespace Dsdn.Storage.Layout;

/// <summary>
/// The moves of chunks between folders. A move is durable once its target folder is synced; the source is synced too, so that a chunk
/// that was taken away does not come back. Every method may throw <see cref="IOException"/>.
/// </summary>
internal sealed class ChunkFiles(IChunkDisk disk)
{
    private const int LargeBytes = 1 << 20;

    private readonly Lock _lock = new();
    private readonly SortedSet<string> _doubtful = new(StringComparer.Ordinal);

    public long FreeBytes => disk.FreeBytes;

    public void MakeFolders()
    {
        foreach (string folder in ChunkFolder.All) disk.MakeFolder(folder);
    }

    public IReadOnlyList<DiskEntry> List(string folder) => disk.List(folder);

    public static string NameOf(in StoredChunk chunk) => chunk.Standing == ChunkStanding.Declared ? chunk.Key.ToString() : ChunkFolder.Timed(chunk.Key, chunk.ExpiresMs);

    public static string FolderOf(in StoredChunk chunk) => chunk.Standing == ChunkStanding.Declared ? ChunkFolder.Chunks : ChunkFolder.Staged;

    public IDiskFile CreateIncoming(in ChunkKey key, long lengthBytes) => lengthBytes < LargeBytes
        ? disk.Create(ChunkFolder.Incoming, key.ToString())
        : disk.CreateLarge(ChunkFolder.Incoming, key.ToString());

    public IDiskFile OpenIncoming(in ChunkKey key) => disk.Open(ChunkFolder.Incoming, key.ToString(), mayWrite: true);

    public void DeleteIncoming(in ChunkKey key) => disk.Delete(ChunkFolder.Incoming, key.ToString());

    /// <summary>A synced file becomes a stored chunk. Where the folder cannot be synced, the chunk is taken away again: nobody has heard of it.</summary>
    public void Store(in StoredChunk chunk)
    {
        string folder = FolderOf(chunk), name = NameOf(chunk);
        disk.Move(ChunkFolder.Incoming, chunk.Key.ToString(), folder, name);
        try
        {
            disk.SyncFolder(folder);
        }
        catch (IOException)
        {
            disk.Delete(folder, name);
            throw;
        }
    }

    public IDiskFile Open(in StoredChunk chunk) => disk.Open(FolderOf(chunk), NameOf(chunk), mayWrite: false);

    /// <param name="moved">Called once the chunk lies elsewhere, before that is durable.</param>
    public void Declare(in StoredChunk staged, Action moved) => Move(ChunkFolder.Staged, NameOf(staged), ChunkFolder.Chunks, staged.Key.ToString(), moved);

    /// <inheritdoc cref="Declare"/>
    public void Renew(in StoredChunk staged, long expiresMs, Action moved) => Move(ChunkFolder.Staged, NameOf(staged), ChunkFolder.Staged, ChunkFolder.Timed(staged.Key, expiresMs), moved);

    /// <inheritdoc cref="Declare"/>
    public void Bury(in StoredChunk chunk, long eraseMs, Action moved) =>
        Move(FolderOf(chunk), NameOf(chunk), ChunkFolder.Deleted, ChunkFolder.Timed(chunk.Key, eraseMs), moved);

    /// <inheritdoc cref="Declare"/>
    public void Restore(in ChunkKey key, long eraseMs, Action moved) => Move(ChunkFolder.Deleted, ChunkFolder.Timed(key, eraseMs), ChunkFolder.Chunks, key.ToString(), moved);

    /// <inheritdoc cref="Declare"/>
    public void Quarantine(in StoredChunk chunk, long foundMs, Action moved) =>
        Move(FolderOf(chunk), NameOf(chunk), ChunkFolder.Quarantine, ChunkFolder.Timed(chunk.Key, foundMs), moved);

    /// <summary>Syncs folders whose last sync failed: a move in them is not durable yet.</summary>
    public void SyncDoubtful()
    {
        string[] folders;
        lock (_lock) folders = [.. _doubtful];
        foreach (string folder in folders) Sync(folder);
    }

    /// <summary>Deletes for good.</summary>
    public void Erase(string folder, string name)
    {
        disk.Delete(folder, name);
        disk.SyncFolder(folder);
    }

    /// <summary>A small file of the store itself, replaced as a whole.</summary>
    public void WriteNote(string name, ReadOnlySpan<byte> content)
    {
        string unfinished = name + ".new";
        using (IDiskFile file = disk.Create("", unfinished))
        {
            file.Write(content, 0);
            file.Sync();
        }
        disk.Move("", unfinished, "", name);
    }

    /// <summary>Empty where there is none.</summary>
    public byte[] ReadNote(string name, int bytesMax)
    {
        try
        {
            using IDiskFile file = disk.Open("", name, mayWrite: false);
            byte[] content = new byte[(int)Math.Min(file.Length, bytesMax)];
            return content.AsSpan(0, file.Read(content, 0)).ToArray();
        }
        catch (IOException)
        {
            return [];
        }
    }

    private void Move(string folder, string name, string toFolder, string toName, Action moved)
    {
        disk.Move(folder, name, toFolder, toName);
        moved();
        Mark(toFolder);
        Mark(folder);
        Sync(toFolder);
        Sync(folder);
    }

    private void Mark(string folder)
    {
        lock (_lock) _doubtful.Add(folder);
    }

    private void Sync(string folder)
    {
        // Taken off first: what another thread moves while this sync runs stays marked.
        lock (_lock) _doubtful.Remove(folder);
        try
        {
            disk.SyncFolder(folder);
        }
        catch (IOException)
        {
            Mark(folder);
            throw;
        }
    }
}

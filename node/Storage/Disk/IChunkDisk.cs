using Dsdn.DirectIo;

namespace Dsdn.Storage.Disk;

/// <summary>
/// The folders and files of a store, one level deep. What was written is durable after <see cref="IDiskFile.Sync"/>; a name that was
/// made, moved or deleted, after <see cref="SyncFolder"/>. Every method may throw <see cref="IOException"/>.
/// </summary>
public interface IChunkDisk : IDisposable
{
    /// <summary>Free bytes of the whole disk.</summary>
    long FreeBytes { get; }

    /// <summary>Durable once it returns.</summary>
    void MakeFolder(string folder);

    IReadOnlyList<DiskEntry> List(string folder);

    /// <summary>An empty file, also where one was.</summary>
    IDiskFile Create(string folder, string name);

    /// <summary>An empty file for much that comes in order and is not read soon: past the system's cache where that is possible.</summary>
    IDiskFile CreateLarge(string folder, string name);

    IDiskFile Open(string folder, string name, bool mayWrite);

    /// <summary>Atomic; a file of the new name is replaced.</summary>
    void Move(string folder, string name, string toFolder, string toName);

    /// <summary>No error where nothing is.</summary>
    void Delete(string folder, string name);

    void SyncFolder(string folder);
}

/// <summary>A file of a folder.</summary>
public readonly record struct DiskEntry(string Name, long Bytes, long ModifiedMs);

/// <summary>An open file.</summary>
public interface IDiskFile : IDisposable
{
    long Length { get; }

    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <returns>Bytes read; fewer than asked for only at the end of the file.</returns>
    int Read(Span<byte> buffer, long offset);

    /// <summary>From now on reads go past the system's cache, into an <see cref="AlignedRoom"/> whole and from its multiples; false where they cannot.</summary>
    bool TryPassCache() => false;

    void Truncate(long length);

    /// <summary>A hint to begin writing a range to the disk, so that <see cref="Sync"/> has less to wait for.</summary>
    void StartWriteback(long offset, long bytes);

    /// <summary>After it threw, what was written is in doubt for ever: it is not called again for the same file.</summary>
    void Sync();
}

/// <summary>The disk, or what the system allows of it, is used up.</summary>
public sealed class DiskFullException(IOException inner) : IOException(inner.Message, inner);

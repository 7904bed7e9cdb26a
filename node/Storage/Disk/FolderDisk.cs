using Dsdn.DirectIo;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Storage.Disk;

/// <summary>A folder of the file system, held by one process at a time.</summary>
public sealed class FolderDisk : IChunkDisk
{
    private const string LockName = "lock";
    private const int NoSpace = 28, QuotaUsedUp = 122; // ENOSPC, EDQUOT
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root;
    private readonly SafeFileHandle _lock;

    private FolderDisk(string root, SafeFileHandle held) => (_root, _lock) = (root, held);

    /// <summary>Makes the folder where it is missing. Faults: <see cref="StoreFault.Locked"/>, <see cref="StoreFault.Disk"/>.</summary>
    public static StoreVerdict TryOpen(string root, out FolderDisk? disk)
    {
        disk = null;
        try
        {
            string full = Path.GetFullPath(root);
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(full);
            else Directory.CreateDirectory(full, OwnerOnly);
            SyncAbove(full);
            try
            {
                disk = new FolderDisk(full, File.OpenHandle(Path.Combine(full, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
                return StoreVerdict.Done;
            }
            catch (IOException failure) when (File.Exists(Path.Combine(full, LockName)))
            {
                return new StoreVerdict(StoreFault.Locked, failure.Message);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new StoreVerdict(StoreFault.Disk, failure.Message);
        }
    }

    /// <summary>Makes the folder itself durable, and those above it that may have been made with it.</summary>
    private static void SyncAbove(string folder)
    {
        for (string? above = Path.GetDirectoryName(folder); above is not null; above = Path.GetDirectoryName(above))
        {
            try
            {
                PosixFolder.Sync(above);
            }
            catch (IOException)
            {
                return; // a folder that this user may not read was not made by this user
            }
        }
    }

    public long FreeBytes => Guarded(() => new DriveInfo(_root).AvailableFreeSpace);

    public void MakeFolder(string folder) => Guarded(() =>
    {
        string path = Path.Combine(_root, folder);
        Directory.CreateDirectory(path);
        PosixFolder.Sync(_root); // also where it exists: a process killed before this line made it and no more
        return true;
    });

    public IReadOnlyList<DiskEntry> List(string folder) => Guarded(() => (IReadOnlyList<DiskEntry>)
        [.. new DirectoryInfo(Path.Combine(_root, folder)).EnumerateFiles().Select(file => new DiskEntry(file.Name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds()))]);

    public IDiskFile Create(string folder, string name) => Guarded(() => new DiskFile(
        File.OpenHandle(Place(folder, name), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete)));

    public IDiskFile CreateLarge(string folder, string name) => Guarded(() => new DirectFile(
        File.OpenHandle(Place(folder, name), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete)));

    public IDiskFile Open(string folder, string name, bool mayWrite) => Guarded(() => new DiskFile(File.OpenHandle(
        Place(folder, name), FileMode.Open, mayWrite ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess)));

    public void Move(string folder, string name, string toFolder, string toName) => Guarded(() =>
    {
        File.Move(Place(folder, name), Place(toFolder, toName), overwrite: true);
        return true;
    });

    public void Delete(string folder, string name) => Guarded(() =>
    {
        File.Delete(Place(folder, name));
        return true;
    });

    public void SyncFolder(string folder) => PosixFolder.Sync(Path.Combine(_root, folder));

    public void Dispose() => _lock.Dispose();

    internal static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (IOException failure) when (failure.HResult is NoSpace or QuotaUsedUp)
        {
            throw new DiskFullException(failure);
        }
    }

    private string Place(string folder, string name) => Path.Combine(_root, folder, name);

    /// <summary>Failures of the system as the one kind that callers know.</summary>
    private static T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (IOException failure) when (failure.HResult is NoSpace or QuotaUsedUp)
        {
            throw new DiskFullException(failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    private sealed class DiskFile(SafeFileHandle file) : IDiskFile
    {
        private bool _isDirect;

        public long Length => RandomAccess.GetLength(file);

        public void Write(ReadOnlySpan<byte> bytes, long offset) => FolderDisk.Write(file, bytes, offset);

        public int Read(Span<byte> buffer, long offset)
        {
            int total = 0;
            while (total < buffer.Length)
            {
                int read = RandomAccess.Read(file, buffer[total..], offset + total);
                total += read;
                if (read == 0 || (_isDirect && read % AlignedRoom.AlignmentBytes != 0)) break; // the end
            }
            return total;
        }

        public bool TryPassCache() => _isDirect = DirectFiles.TrySet(file, isDirect: true);

        public void Truncate(long length) => RandomAccess.SetLength(file, length);

        public void StartWriteback(long offset, long bytes) => PosixFolder.StartWriteback(file, offset, bytes);

        public void Sync() => RandomAccess.FlushToDisk(file);

        public void Dispose() => file.Dispose();
    }
}

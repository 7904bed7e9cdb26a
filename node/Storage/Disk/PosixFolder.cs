using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Storage.Disk;

/// <summary>What POSIX has and the framework does not: the sync of a folder, and a start of writing.</summary>
internal static partial class PosixFolder
{
    private const string LibC = "libc";
    private const int ReadOnly = 0, CloseOnExec = 0x80000;
    private const uint StartWriting = 2; // SYNC_FILE_RANGE_WRITE

    /// <summary>Makes the names in a folder durable.</summary>
    /// <exception cref="IOException"/>
    public static void Sync(string path)
    {
        int folder = Open(path, ReadOnly | CloseOnExec);
        if (folder < 0) throw Failure(path);
        int end = FSync(folder);
        IOException? failure = end == 0 ? null : Failure(path);
        _ = Close(folder);
        if (failure is not null) throw failure;
    }

    /// <summary>A hint: what goes wrong shows when the file is synced.</summary>
    public static void StartWriteback(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux()) _ = SyncFileRange(file, offset, bytes, StartWriting);
    }

    private static IOException Failure(string path) => new($"{path}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    [LibraryImport(LibC, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport(LibC, EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int file);

    [LibraryImport(LibC, EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport(LibC, EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long bytes, uint flags);
}

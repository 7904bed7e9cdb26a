using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Storage.Disk;

/// <summary>What POSIX has and the framework does not: the sync of a folder, a start of writing, and writing past the cache.</summary>
internal static partial class PosixFolder
{
    private const string LibC = "libc";
    private const int ReadOnly = 0, WriteOnly = 1, CloseOnExec = 0x80000;
    private const int GetFlags = 3, SetFlags = 4;
    private const uint StartWriting = 2; // SYNC_FILE_RANGE_WRITE

    // O_DIRECT and O_NOFOLLOW of asm-generic/fcntl.h, and of arch/arm64/include/uapi/asm/fcntl.h; 0: not known
    private static readonly int Direct = !OperatingSystem.IsLinux() ? 0 : RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 0x4000, Architecture.Arm64 => 0x10000, _ => 0 };
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

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

    /// <summary>Past the system's cache, or through it again. False where the system or the file system cannot.</summary>
    public static bool TrySetDirect(SafeFileHandle file, bool isDirect)
    {
        if (Direct == 0) return false;
        int flags = FileControl(file, GetFlags, 0);
        return flags >= 0 && FileControl(file, SetFlags, isDirect ? flags | Direct : flags & ~Direct) == 0;
    }

    /// <summary>Writes into a file that is there, no link, past the system's cache. Null where the system or the file system cannot.</summary>
    public static SafeFileHandle? TryOpenDirect(string path)
    {
        if (Direct == 0) return null;
        int file = Open(path, WriteOnly | CloseOnExec | NoFollow | Direct);
        return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
    }

    private static IOException Failure(string path) => new($"{path}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    [LibraryImport(LibC, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport(LibC, EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int file);

    [LibraryImport(LibC, EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport(LibC, EntryPoint = "fcntl")]
    private static partial int FileControl(SafeFileHandle file, int command, int argument);

    [LibraryImport(LibC, EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long bytes, uint flags);
}

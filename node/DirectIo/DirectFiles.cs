using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.DirectIo;

/// <summary>
/// Reads and writes past the system's cache (open(2), O_DIRECT), which the framework does not have: into an <see cref="AlignedRoom"/>, from and to multiples of its alignment (docs/decisions/0033).
/// </summary>
public static partial class DirectFiles
{
    private const string LibC = "libc";
    private const int WriteOnly = 1, CloseOnExec = 0x80000;
    private const int GetFlags = 3, SetFlags = 4;

    // O_DIRECT and O_NOFOLLOW of asm-generic/fcntl.h, and of arch/arm64/include/uapi/asm/fcntl.h; 0: not known
    private static readonly int Direct = !OperatingSystem.IsLinux() ? 0 : RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 0x4000, Architecture.Arm64 => 0x10000, _ => 0 };
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Past the system's cache, or through it again. False where the system or the file system cannot.</summary>
    public static bool TrySet(SafeFileHandle file, bool isDirect)
    {
        if (Direct == 0) return false;
        int flags = FileControl(file, GetFlags, 0);
        return flags >= 0 && FileControl(file, SetFlags, isDirect ? flags | Direct : flags & ~Direct) == 0;
    }

    /// <summary>For writing into a file that is there and no link, whatever locks it. Null where the system or the file system cannot.</summary>
    public static SafeFileHandle? TryOpenWrite(string path)
    {
        if (Direct == 0) return null;
        int file = Open(path, WriteOnly | CloseOnExec | NoFollow | Direct);
        return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
    }

    [LibraryImport(LibC, EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport(LibC, EntryPoint = "fcntl")]
    private static partial int FileControl(SafeFileHandle file, int command, int argument);
}

using System.Runtime.InteropServices;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.RocksDb;

internal static class RocksDbError
{
    /// <summary>Frees the library's error text and throws it, if there is one.</summary>
    public static void ThrowIf(nint error)
    {
        if (error == 0) return;
        string text = Marshal.PtrToStringUTF8(error) ?? "unknown error";
        RocksDbLibrary.Free(error);
        throw new StorageException($"RocksDB: {text}");
    }
}

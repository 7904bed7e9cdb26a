using System.Buffers;

namespace Dsdn.Reading.Fetching;

/// <summary>Arrays for windows. Those of the full size are used again where somebody gives them back; nobody has to.</summary>
internal static class WindowRoom
{
    /// <summary>Of exactly this length, not cleared.</summary>
    public static byte[] Rent(int bytes) => bytes == ReadOptions.WindowBytes ? ArrayPool<byte>.Shared.Rent(bytes) : GC.AllocateUninitializedArray<byte>(bytes);

    public static void Return(byte[] room)
    {
        if (room.Length == ReadOptions.WindowBytes) ArrayPool<byte>.Shared.Return(room);
    }
}

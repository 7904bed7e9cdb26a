using System.Collections.Concurrent;

namespace Dsdn.DirectIo;

/// <summary>A mebibyte whose first byte lies where writes past the system's cache want it. Rooms are used again by whoever rents next.</summary>
public sealed class AlignedRoom : IDisposable
{
    /// <summary>Of a room, and of the pieces that are written with it.</summary>
    public const int Bytes = 1 << 20;

    /// <summary>Places in a file and lengths must be multiples of it.</summary>
    public const int AlignmentBytes = 4_096;

    /// <summary>As many as were ever in use at once.</summary>
    private static readonly ConcurrentBag<byte[]> Free = [];

    private byte[]? _array;

    private AlignedRoom(byte[] array) => _array = array;

    /// <summary>Not cleared.</summary>
    public unsafe Memory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_array is null, this);
            fixed (byte* at = _array) return _array.AsMemory((int)((AlignmentBytes - ((nuint)at % AlignmentBytes)) % AlignmentBytes), Bytes);
        }
    }

    public static AlignedRoom Rent() => new(Free.TryTake(out byte[]? array) ? array : GC.AllocateUninitializedArray<byte>(Bytes + AlignmentBytes, pinned: true));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is { } array) Free.Add(array);
    }
}

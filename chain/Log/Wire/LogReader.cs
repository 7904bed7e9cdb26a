using System.Buffers.Binary;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Wire;

/// <summary>
/// Reads fixed-width big-endian fields without copying. The first fault stays, and everything read after it is zero or empty, so
/// a decoder may read all fields and look once at <see cref="End"/>. Nothing here throws for what the bytes hold.
/// </summary>
public ref struct LogReader(ReadOnlyMemory<byte> bytes)
{
    private readonly ReadOnlyMemory<byte> _bytes = bytes;
    private int _position;

    /// <summary>The first fault met, or none.</summary>
    public LogFault Fault { get; private set; }

    /// <summary>Bytes not read yet; zero after a fault.</summary>
    public readonly int Left => Fault == LogFault.None ? _bytes.Length - _position : 0;

    public byte U8() => TryTake(1, out ReadOnlySpan<byte> field) ? field[0] : (byte)0;

    public ushort U16() => TryTake(2, out ReadOnlySpan<byte> field) ? BinaryPrimitives.ReadUInt16BigEndian(field) : (ushort)0;

    public uint U32() => TryTake(4, out ReadOnlySpan<byte> field) ? BinaryPrimitives.ReadUInt32BigEndian(field) : 0;

    public ulong U64() => TryTake(8, out ReadOnlySpan<byte> field) ? BinaryPrimitives.ReadUInt64BigEndian(field) : 0;

    public UInt128 U128() => TryTake(16, out ReadOnlySpan<byte> field) ? BinaryPrimitives.ReadUInt128BigEndian(field) : 0;

    public Hash256 Hash() => TryTake(Hash256.Size, out ReadOnlySpan<byte> field) ? new Hash256(field) : default;

    public Address Address() => TryTake(Primitives.Address.Size, out ReadOnlySpan<byte> field) ? new Address(field) : default;

    /// <summary>A byte that is at most <paramref name="max"/>.</summary>
    public byte U8(byte max)
    {
        byte value = U8();
        if (value > max) Fail(LogFault.Value);
        return Fault == LogFault.None ? value : (byte)0;
    }

    /// <summary>Exactly so many bytes; a slice of the input.</summary>
    public ReadOnlyMemory<byte> Bytes(int length)
    {
        int from = _position;
        return TryTake(length, out _) ? _bytes.Slice(from, length) : default;
    }

    /// <summary>length u32 | bytes.</summary>
    public ReadOnlyMemory<byte> Prefixed(int bytesMax)
    {
        uint length = U32();
        if (length > (uint)bytesMax) Fail(LogFault.TooLong);
        return Fault == LogFault.None ? Bytes((int)length) : default;
    }

    /// <summary>A count u16 of items of at least <paramref name="itemBytesMin"/> bytes each; refused at once where the input is too short for them.</summary>
    public int Count16(int max, int itemBytesMin) => Counted(U16(), max, itemBytesMin);

    /// <summary>A count u8.</summary>
    public int Count8(int max, int itemBytesMin) => Counted(U8(), max, itemBytesMin);

    /// <summary>A count u32.</summary>
    public int Count32(int max, int itemBytesMin) => Counted(U32(), max, itemBytesMin);

    /// <summary>Keeps the first fault.</summary>
    public void Fail(LogFault fault)
    {
        if (Fault == LogFault.None) Fault = fault;
    }

    /// <summary>The fault of the whole: that of a field, or bytes behind the last one.</summary>
    public LogFault End()
    {
        if (Fault == LogFault.None && _position != _bytes.Length) Fault = LogFault.TrailingBytes;
        return Fault;
    }

    private int Counted(uint count, int max, int itemBytesMin)
    {
        if (count > (uint)max) Fail(LogFault.TooLong);
        else if ((ulong)count * (uint)itemBytesMin > (uint)Left) Fail(LogFault.Truncated);
        return Fault == LogFault.None ? (int)count : 0;
    }

    private bool TryTake(int length, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (Fault != LogFault.None) return false;
        if (length > _bytes.Length - _position)
        {
            Fault = LogFault.Truncated;
            return false;
        }
        field = _bytes.Span.Slice(_position, length);
        _position += length;
        return true;
    }
}

using System.Buffers.Binary;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Wire;

/// <summary>Writes what <see cref="LogReader"/> reads.</summary>
public sealed class LogWriter(int bytes = 256)
{
    private byte[] _bytes = new byte[bytes];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public LogWriter U8(byte value)
    {
        Room(1)[0] = value;
        return this;
    }

    public LogWriter U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Room(2), value);
        return this;
    }

    public LogWriter U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Room(4), value);
        return this;
    }

    public LogWriter U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Room(8), value);
        return this;
    }

    public LogWriter U128(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128BigEndian(Room(16), value);
        return this;
    }

    public LogWriter Hash(in Hash256 value) => Bytes(value.Span);

    public LogWriter Address(in Address value) => Bytes(value.Span);

    public LogWriter Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        return this;
    }

    /// <summary>length u32 | bytes.</summary>
    public LogWriter Prefixed(ReadOnlySpan<byte> value) => U32((uint)value.Length).Bytes(value);

    /// <summary>Bytes of one fixed length.</summary>
    public LogWriter Fixed(ReadOnlySpan<byte> value, int length) =>
        value.Length == length ? Bytes(value) : throw new ArgumentException($"{length} bytes are needed, not {value.Length}");

    public byte[] ToArray() => Written.ToArray();

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        Span<byte> room = _bytes.AsSpan(_length, length);
        _length += length;
        return room;
    }
}

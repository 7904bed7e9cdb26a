using System.Buffers.Binary;

namespace Dsdn.Celestia.Wire;

/// <summary>Writes protobuf as Go does: fields in order, those of value zero left out.</summary>
internal sealed class ProtobufWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public static int VarintBytes(ulong value)
    {
        int bytes = 1;
        for (; value >= 0x80; value >>= 7) bytes++;
        return bytes;
    }

    public ProtobufWriter RawVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Add((byte)(0x80 | (value & 0x7f)));
        _bytes.Add((byte)value);
        return this;
    }

    public ProtobufWriter Varint(int field, ulong value)
    {
        if (value != 0) Tag(field, ProtobufKind.Varint).RawVarint(value);
        return this;
    }

    /// <summary>int64: negative numbers take ten bytes.</summary>
    public ProtobufWriter Int64(int field, long value) => Varint(field, unchecked((ulong)value));

    public ProtobufWriter Fixed64(int field, long value)
    {
        if (value == 0) return this;
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Tag(field, ProtobufKind.Fixed64)._bytes.AddRange(bytes);
        return this;
    }

    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value) => value.IsEmpty ? this : Message(field, value);

    /// <summary>A message inside: written when it is empty too.</summary>
    public ProtobufWriter Message(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, ProtobufKind.Bytes).Delimited(value);
        return this;
    }

    /// <summary>Bytes behind their length, without a tag.</summary>
    public ProtobufWriter Delimited(ReadOnlySpan<byte> value)
    {
        RawVarint((ulong)value.Length)._bytes.AddRange(value);
        return this;
    }

    private ProtobufWriter Tag(int field, ProtobufKind kind) => RawVarint(((ulong)field << 3) | (ulong)kind);
}


namespace Dsdn.Celestia.Wire;

/// <summary>The wire kinds of protobuf that Celestia's messages use.</summary>
internal enum ProtobufKind : byte
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>Reads the fields of one protobuf message. After a false answer nothing more may be read.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int VarintBytesMax = 10;

    private ReadOnlySpan<byte> _left = message;

    public readonly bool AtEnd => _left.IsEmpty;

    /// <summary>The number of bytes not read yet.</summary>
    public readonly int Left => _left.Length;

    public bool TryReadTag(out int field, out ProtobufKind kind)
    {
        field = 0;
        kind = default;
        if (!TryReadVarint(out ulong tag) || tag >> 3 is 0 or > 0x1fff_ffff) return false;
        field = (int)(tag >> 3);
        kind = (ProtobufKind)(tag & 7);
        return kind is ProtobufKind.Varint or ProtobufKind.Fixed64 or ProtobufKind.Bytes or ProtobufKind.Fixed32;
    }

    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < VarintBytesMax; i++)
        {
            if (i == _left.Length) return false;
            byte read = _left[i];
            if (i == VarintBytesMax - 1 && read > 1) return false; // beyond 64 bits
            value |= (ulong)(read & 0x7f) << (7 * i);
            if (read < 0x80)
            {
                _left = _left[(i + 1)..];
                return true;
            }
        }
        return false;
    }

    public bool TryReadUInt32(out uint value)
    {
        bool isRead = TryReadVarint(out ulong wide) && wide <= uint.MaxValue;
        value = isRead ? (uint)wide : 0;
        return isRead;
    }

    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadVarint(out ulong length) || length > (ulong)_left.Length) return false;
        value = _left[..(int)length];
        _left = _left[(int)length..];
        return true;
    }

    public bool TrySkip(ProtobufKind kind)
    {
        int bytes = kind == ProtobufKind.Fixed64 ? 8 : 4;
        if (kind == ProtobufKind.Varint) return TryReadVarint(out _);
        if (kind == ProtobufKind.Bytes) return TryReadBytes(out _);
        if (_left.Length < bytes) return false;
        _left = _left[bytes..];
        return true;
    }
}

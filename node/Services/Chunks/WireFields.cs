using System.Buffers;
using Dsdn.Chain.Primitives;

namespace Dsdn.Services.Chunks;

/// <summary>
/// The fields of a protobuf message, for messages that are mostly bytes of a chunk: the parser that protoc makes would allocate those of each message anew. What is no such message ends with
/// <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct WireFields(ReadOnlySequence<byte> message)
{
    private const int VarintBytesMax = 10;

    private SequenceReader<byte> _reader = new(message);
    private int _kind;

    /// <summary>Number of the field under way.</summary>
    public int Field { get; private set; }

    public bool MoveNext()
    {
        if (_reader.End) return false;
        ulong tag = Varint();
        (Field, _kind) = ((int)(tag >> 3), (int)(tag & 7));
        return tag is >= 8 and <= uint.MaxValue ? true : throw Unreadable("a tag");
    }

    public ulong Number() => _kind == 0 ? Varint() : throw Unreadable("a number");

    public ReadOnlySequence<byte> Bytes()
    {
        if (_kind != 2) throw Unreadable("a length");
        ulong length = Varint();
        if (length > (ulong)_reader.Remaining) throw Unreadable("a length");
        ReadOnlySequence<byte> bytes = _reader.UnreadSequence.Slice(0, (long)length);
        _reader.Advance((long)length);
        return bytes;
    }

    public Hash256 Hash()
    {
        ReadOnlySequence<byte> bytes = Bytes();
        if (bytes.Length != Hash256.Size) throw Unreadable("a hash");
        Span<byte> hash = stackalloc byte[Hash256.Size];
        bytes.CopyTo(hash);
        return new Hash256(hash);
    }

    /// <summary>Passes a field that this program does not know.</summary>
    public void Skip()
    {
        switch (_kind)
        {
            case 0: Varint(); break;
            case 1: Advance(8); break;
            case 2: Bytes(); break;
            case 5: Advance(4); break;
            default: throw Unreadable("a tag");
        }
    }

    private void Advance(int bytes)
    {
        if (_reader.Remaining < bytes) throw Unreadable("its end");
        _reader.Advance(bytes);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < VarintBytesMax; i++)
        {
            if (!_reader.TryRead(out byte next)) throw Unreadable("its end");
            value |= (ulong)(next & 0x7f) << (7 * i);
            if (next < 0x80) return value;
        }
        throw Unreadable("a number");
    }

    private static InvalidDataException Unreadable(string what) => new($"{what} of the message cannot be read");
}

using System.Buffers.Binary;
using System.Numerics;

namespace Dsdn.Chain.Storage;

/// <summary>
/// Which of a section's 256 blocks hold an entry. On disk: up to 31 block offsets, ascending, or from 32 on the bitmap of
/// 32 bytes, offset i at bit i%8 of byte i/8. Both forms are canonical: the length tells them apart.
/// </summary>
public struct LogPostings
{
    public const int BlocksPerSection = 256;

    public const int BytesMax = BlocksPerSection / 8;

    private ulong _w0, _w1, _w2, _w3;

    public static readonly LogPostings None;

    public readonly bool IsEmpty => (_w0 | _w1 | _w2 | _w3) == 0;

    public readonly int Count =>
        BitOperations.PopCount(_w0) + BitOperations.PopCount(_w1) + BitOperations.PopCount(_w2) + BitOperations.PopCount(_w3);

    public readonly bool Contains(int offset) => ((Word(offset >> 6) >> (offset & 63)) & 1) != 0;

    /// <summary>True if a block behind this offset is in the section.</summary>
    public readonly bool AnyAbove(int offset)
    {
        for (int i = offset + 1; i < BlocksPerSection; i++)
        {
            if (Contains(i)) return true;
        }
        return false;
    }

    /// <param name="offset">Block number modulo <see cref="BlocksPerSection"/>.</param>
    public void Add(int offset)
    {
        ulong bit = 1UL << (offset & 63);
        switch (offset >> 6)
        {
            case 0: _w0 |= bit; break;
            case 1: _w1 |= bit; break;
            case 2: _w2 |= bit; break;
            case 3: _w3 |= bit; break;
            default: throw new ArgumentOutOfRangeException(nameof(offset));
        }
    }

    /// <param name="offset">Block number modulo <see cref="BlocksPerSection"/>; one that is not there is no error.</param>
    public void Remove(int offset)
    {
        ulong others = ~(1UL << (offset & 63));
        switch (offset >> 6)
        {
            case 0: _w0 &= others; break;
            case 1: _w1 &= others; break;
            case 2: _w2 &= others; break;
            case 3: _w3 &= others; break;
            default: throw new ArgumentOutOfRangeException(nameof(offset));
        }
    }

    public static LogPostings operator |(LogPostings left, LogPostings right) => new()
    {
        _w0 = left._w0 | right._w0, _w1 = left._w1 | right._w1, _w2 = left._w2 | right._w2, _w3 = left._w3 | right._w3,
    };

    public static LogPostings operator &(LogPostings left, LogPostings right) => new()
    {
        _w0 = left._w0 & right._w0, _w1 = left._w1 & right._w1, _w2 = left._w2 & right._w2, _w3 = left._w3 & right._w3,
    };

    /// <param name="destination">At least <see cref="BytesMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public readonly int Write(Span<byte> destination)
    {
        if (Count >= BytesMax)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, _w0);
            BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _w1);
            BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _w2);
            BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _w3);
            return BytesMax;
        }
        int length = 0;
        for (int word = 0; word < 4; word++)
        {
            for (ulong rest = Word(word); rest != 0; rest &= rest - 1)
            {
                destination[length++] = (byte)((word << 6) + BitOperations.TrailingZeroCount(rest));
            }
        }
        return length;
    }

    /// <exception cref="StoreCorruptException">longer than a bitmap</exception>
    public static LogPostings Read(ReadOnlySpan<byte> stored)
    {
        if (stored.Length > BytesMax) throw new StoreCorruptException($"log postings of {stored.Length} bytes");
        var postings = default(LogPostings);
        if (stored.Length == BytesMax)
        {
            postings._w0 = BinaryPrimitives.ReadUInt64LittleEndian(stored);
            postings._w1 = BinaryPrimitives.ReadUInt64LittleEndian(stored[8..]);
            postings._w2 = BinaryPrimitives.ReadUInt64LittleEndian(stored[16..]);
            postings._w3 = BinaryPrimitives.ReadUInt64LittleEndian(stored[24..]);
            return postings;
        }
        foreach (byte offset in stored) postings.Add(offset);
        return postings;
    }

    private readonly ulong Word(int index) => index switch { 0 => _w0, 1 => _w1, 2 => _w2, _ => _w3 };
}

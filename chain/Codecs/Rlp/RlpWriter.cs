using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Rlp;

/// <summary>
/// Writes canonical RLP (Yellow Paper, appendix B) front to back into the caller's span, or into a pooled array when that
/// is full. Lists are opened and closed; the header is put in front of the payload when the list closes, so nobody counts
/// lengths beforehand. A local of <c>using</c>; one that is handed on by <c>ref</c> calls <see cref="Dispose"/> itself.
/// </summary>
public ref struct RlpWriter
{
    private const int FirstPooledBytes = 1024;

    private Span<byte> _buffer;
    private byte[]? _pooled;
    private int _length;

    /// <param name="scratch">Used until it is full; typically a stackalloc. May be empty.</param>
    public RlpWriter(Span<byte> scratch) => _buffer = scratch;

    public readonly int Length => _length;

    /// <summary>Valid until the next write or <see cref="Dispose"/>.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    public readonly byte[] ToArray() => Written.ToArray();

    /// <summary>Keccak-256 of what was written.</summary>
    public readonly Hash256 Hash() => Keccak.Hash(Written);

    /// <summary>Starts anew in the same buffer.</summary>
    public void Clear() => _length = 0;

    /// <summary>Opens a list; give the returned mark to <see cref="EndList"/>.</summary>
    public int BeginList()
    {
        Reserve(1);
        _length++; // one byte for the header, moved apart at the end when the payload is longer than 55
        return _length;
    }

    public void EndList(int mark)
    {
        int payload = _length - mark;
        int header = HeaderLength(payload);
        if (header > 1)
        {
            Reserve(header - 1);
            _buffer[mark.._length].CopyTo(_buffer[(mark + header - 1)..]);
            _length += header - 1;
        }
        PutHeader(_buffer[(mark - 1)..], 0xc0, payload, header);
    }

    /// <summary>
    /// The header of a list whose payload length is known beforehand (see <see cref="RlpLength"/>); exactly that many
    /// payload bytes must follow.
    /// </summary>
    public void WriteListHeader(int payloadLength)
    {
        int header = HeaderLength(payloadLength);
        Reserve(header);
        PutHeader(_buffer[_length..], 0xc0, payloadLength, header);
        _length += header;
    }

    /// <summary>A byte string.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 1 && bytes[0] < 0x80)
        {
            WriteEncoded(bytes);
            return;
        }
        int header = HeaderLength(bytes.Length);
        Reserve(header + bytes.Length);
        PutHeader(_buffer[_length..], 0x80, bytes.Length, header);
        bytes.CopyTo(_buffer[(_length + header)..]);
        _length += header + bytes.Length;
    }

    /// <summary>An integer: big-endian without leading zeros, zero is the empty string.</summary>
    public void Write(ulong value)
    {
        Reserve(9);
        if (value is > 0 and < 0x80)
        {
            _buffer[_length++] = (byte)value;
            return;
        }
        int bytes = 8 - (BitOperations.LeadingZeroCount(value) / 8);
        _buffer[_length++] = (byte)(0x80 + bytes);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) _buffer[_length++] = unchecked((byte)(value >> shift));
    }

    /// <inheritdoc cref="Write(ulong)"/>
    public void Write(UInt128 value) => Write((Uint256)value);

    /// <inheritdoc cref="Write(ulong)"/>
    [SkipLocalsInit]
    public void Write(Uint256 value)
    {
        if (value.FitsUInt64)
        {
            Write(value.ToUInt64());
            return;
        }
        Span<byte> word = stackalloc byte[Uint256.Size];
        value.WriteBigEndian(word);
        Write(word[(Uint256.Size - value.ByteLength)..]);
    }

    public void Write(Amount amount) => Write((Uint256)amount.BaseUnits);

    public void Write(Hash256 hash) => Write(hash.Span);

    public void Write(Address address) => Write(address.Span);

    /// <summary>20 bytes, or the empty string for none.</summary>
    public void Write(Address? address)
    {
        if (address is Address present) Write(present);
        else Write(default(ReadOnlySpan<byte>));
    }

    public void Write(bool value) => Write(value ? 1UL : 0UL);

    /// <summary>Bytes that are already RLP.</summary>
    public void WriteEncoded(scoped ReadOnlySpan<byte> item)
    {
        Reserve(item.Length);
        item.CopyTo(_buffer[_length..]);
        _length += item.Length;
    }

    public void Dispose()
    {
        byte[]? pooled = _pooled;
        this = default;
        if (pooled is not null) ArrayPool<byte>.Shared.Return(pooled);
    }

    /// <summary>Bytes of the header of a string or list with a payload of this many bytes (a string of one small byte has none).</summary>
    internal static int HeaderLength(int payloadLength) =>
        payloadLength < 56 ? 1 : 1 + LengthOfLength(payloadLength);

    private static int LengthOfLength(int length) => 4 - (BitOperations.LeadingZeroCount((uint)length) / 8);

    private static void PutHeader(Span<byte> destination, byte shortBase, int payloadLength, int header)
    {
        if (header == 1)
        {
            destination[0] = (byte)(shortBase + payloadLength);
            return;
        }
        int lengthOfLength = header - 1;
        destination[0] = (byte)(shortBase + 55 + lengthOfLength);
        Span<byte> word = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(word, payloadLength);
        word[(sizeof(int) - lengthOfLength)..].CopyTo(destination[1..]);
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length < more) Grow(more);
    }

    private void Grow(int more)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(FirstPooledBytes, _length + more), 2 * _buffer.Length));
        Written.CopyTo(larger);
        if (_pooled is not null) ArrayPool<byte>.Shared.Return(_pooled);
        _pooled = larger;
        _buffer = larger;
    }
}

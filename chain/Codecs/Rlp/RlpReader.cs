using System.Buffers.Binary;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Rlp;

/// <summary>
/// Reads RLP (Yellow Paper, appendix B) from a span without copying, and accepts the one canonical encoding only. A reader
/// is a sequence of items: the whole input, or the inside of a list. Every method returns false and sets
/// <see cref="Error"/> on bad input; the first error stays, and everything after it fails, so a decoder may chain its reads
/// and look once. Nothing here throws for what the bytes hold.
/// </summary>
public ref struct RlpReader
{
    /// <summary>Lists inside lists when the caller names no other limit.</summary>
    public const int DepthMax = 32;

    /// <summary>Input size in bytes when the caller names no other limit.</summary>
    public const int InputBytesMax = 16 * 1024 * 1024;

    private readonly ReadOnlySpan<byte> _input;
    private readonly int _depthLeft;
    private int _position;

    /// <param name="input">Encoded items, one after the other.</param>
    /// <param name="depthMax">How many lists may lie inside one another.</param>
    /// <param name="inputBytesMax">A longer input is <see cref="RlpError.TooLong"/>.</param>
    public RlpReader(ReadOnlySpan<byte> input, int depthMax = DepthMax, int inputBytesMax = InputBytesMax)
    {
        _input = input;
        _depthLeft = depthMax;
        Error = input.Length > inputBytesMax ? RlpError.TooLong : RlpError.None;
    }

    /// <summary>The first error met, or none.</summary>
    public RlpError Error { get; private set; }

    /// <summary>True when nothing is left to read; false after an error.</summary>
    public readonly bool AtEnd => Error == RlpError.None && _position == _input.Length;

    /// <summary>True when the next item is a list. False at the end.</summary>
    public readonly bool NextIsList => Error == RlpError.None && _position < _input.Length && _input[_position] >= 0xc0;

    /// <summary>Opens the next item as a list; <paramref name="items"/> reads its inside and carries its own error.</summary>
    public bool TryReadList(out RlpReader items)
    {
        items = default;
        if (!TryReadItem(out bool isList, out ReadOnlySpan<byte> payload)) return Refuse(Error, out items);
        if (!isList) return Refuse(RlpError.BytesNotExpected, out items);
        if (_depthLeft == 0) return Refuse(RlpError.TooDeep, out items);
        items = new RlpReader(payload, _depthLeft - 1, int.MaxValue);
        return true;
    }

    /// <summary>The next byte string of any length up to <paramref name="bytesMax"/>; a slice of the input.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes, int bytesMax = int.MaxValue)
    {
        bytes = default;
        if (!TryReadItem(out bool isList, out ReadOnlySpan<byte> payload)) return false;
        if (isList) return Fail(RlpError.ListNotExpected);
        if (payload.Length > bytesMax) return Fail(RlpError.TooLong);
        bytes = payload;
        return true;
    }

    /// <summary>A byte string of exactly <paramref name="length"/> bytes.</summary>
    public bool TryReadFixed(int length, out ReadOnlySpan<byte> bytes)
    {
        if (!TryReadBytes(out bytes)) return false;
        if (bytes.Length == length) return true;
        bytes = default;
        return Fail(RlpError.LengthWrong);
    }

    public bool TryReadHash(out Hash256 hash)
    {
        bool read = TryReadFixed(Hash256.Size, out ReadOnlySpan<byte> bytes);
        hash = read ? new Hash256(bytes) : default;
        return read;
    }

    public bool TryReadAddress(out Address address)
    {
        bool read = TryReadFixed(Address.Size, out ReadOnlySpan<byte> bytes);
        address = read ? new Address(bytes) : default;
        return read;
    }

    /// <summary>20 bytes, or the empty string for none: the `to` of a transaction.</summary>
    public bool TryReadOptionalAddress(out Address? address)
    {
        address = null;
        if (!TryReadBytes(out ReadOnlySpan<byte> bytes)) return false;
        if (bytes.Length == 0) return true;
        if (bytes.Length != Address.Size) return Fail(RlpError.LengthWrong);
        address = new Address(bytes);
        return true;
    }

    public bool TryReadUInt64(out ulong value)
    {
        value = 0;
        if (!TryReadInteger(sizeof(ulong), out ReadOnlySpan<byte> bytes)) return false;
        foreach (byte digit in bytes) value = (value << 8) | digit;
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        value = 0;
        if (!TryReadInteger(sizeof(uint), out ReadOnlySpan<byte> bytes)) return false;
        foreach (byte digit in bytes) value = (value << 8) | digit;
        return true;
    }

    public bool TryReadUInt128(out UInt128 value)
    {
        value = 0;
        if (!TryReadInteger(16, out ReadOnlySpan<byte> bytes)) return false;
        foreach (byte digit in bytes) value = (value << 8) | digit;
        return true;
    }

    public bool TryReadAmount(out Amount amount)
    {
        bool read = TryReadUInt128(out UInt128 baseUnits);
        amount = new Amount(baseUnits);
        return read;
    }

    public bool TryReadUint256(out Uint256 value)
    {
        bool read = TryReadInteger(Uint256.Size, out ReadOnlySpan<byte> bytes);
        value = read ? Uint256.FromBigEndian(bytes) : default;
        return read;
    }

    /// <summary>0 or 1; anything wider is <see cref="RlpError.IntegerTooLarge"/>.</summary>
    public bool TryReadBool(out bool value)
    {
        value = false;
        if (!TryReadUInt64(out ulong number)) return false;
        value = number == 1;
        return number <= 1 || Fail(RlpError.IntegerTooLarge);
    }

    /// <summary>The next item with its header, whatever it is; its inside is not looked at.</summary>
    public bool TryReadEncoded(out ReadOnlySpan<byte> item)
    {
        item = default;
        int start = _position;
        if (!TryReadItem(out _, out _)) return false;
        item = _input[start.._position];
        return true;
    }

    /// <summary>Counts the items that are left without reading them; false when a header among them is bad.</summary>
    public bool TryCount(out int count)
    {
        count = 0;
        RlpReader ahead = this;
        while (!ahead.AtEnd)
        {
            if (!ahead.TryReadItem(out _, out _)) return Fail(ahead.Error);
            count++;
        }
        return true;
    }

    /// <summary>Succeeds when everything was read and no error was met: the last call of every decoder.</summary>
    public bool TryEnd()
    {
        if (Error != RlpError.None) return false;
        return _position == _input.Length || Fail(RlpError.TrailingBytes);
    }

    /// <summary>Marks the input as bad for a reason that the decoder above found.</summary>
    public bool Fail(RlpError error)
    {
        if (Error == RlpError.None) Error = error;
        return false;
    }

    private bool TryReadInteger(int bytesMax, out ReadOnlySpan<byte> bytes)
    {
        if (!TryReadBytes(out bytes)) return false;
        if (bytes.Length > bytesMax) return Fail(bytes[0] == 0 ? RlpError.LeadingZero : RlpError.IntegerTooLarge);
        return bytes.Length == 0 || bytes[0] != 0 || Fail(RlpError.LeadingZero);
    }

    private bool TryReadItem(out bool isList, out ReadOnlySpan<byte> payload)
    {
        isList = false;
        payload = default;
        if (Error != RlpError.None) return false;
        ReadOnlySpan<byte> rest = _input[_position..];
        if (rest.IsEmpty) return Fail(RlpError.Truncated);
        byte head = rest[0];
        if (head < 0x80)
        {
            payload = rest[..1];
            _position++;
            return true;
        }
        isList = head >= 0xc0;
        int shape = head - (isList ? 0xc0 : 0x80); // 0..55 short, 56..63 length of length 1..8
        int headerLength = 1;
        int length = shape;
        if (shape > 55)
        {
            if (!TryReadLength(rest[1..], shape - 55, out length)) return false;
            headerLength += shape - 55;
        }
        if (length > rest.Length - headerLength) return Fail(RlpError.Truncated);
        payload = rest.Slice(headerLength, length);
        if (!isList && length == 1 && payload[0] < 0x80) return Fail(RlpError.ByteNotCanonical);
        _position += headerLength + length;
        return true;
    }

    private bool TryReadLength(ReadOnlySpan<byte> rest, int lengthOfLength, out int length)
    {
        length = 0;
        if (rest.Length < lengthOfLength) return Fail(RlpError.Truncated);
        if (rest[0] == 0) return Fail(RlpError.LengthNotCanonical);
        if (lengthOfLength > sizeof(int)) return Fail(RlpError.TooLong);
        Span<byte> word = stackalloc byte[sizeof(uint)];
        word.Clear();
        rest[..lengthOfLength].CopyTo(word[(sizeof(uint) - lengthOfLength)..]);
        uint value = BinaryPrimitives.ReadUInt32BigEndian(word);
        if (value > int.MaxValue) return Fail(RlpError.TooLong);
        if (value < 56) return Fail(RlpError.LengthNotCanonical);
        length = (int)value;
        return true;
    }

    private bool Refuse(RlpError error, out RlpReader items)
    {
        Fail(error);
        items = new RlpReader(default, 0);
        items.Fail(Error);
        return false;
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Rpc.Json;

/// <summary>
/// JSON written straight as bytes into one growing pooled buffer. It knows no structure: the callers write the braces.
/// Everything after a <see cref="Position"/> can be undone, which is how a failing method leaves nothing behind.
/// </summary>
internal sealed class ReplyWriter(int bytesMax) : IDisposable
{
    private const int InitialBytes = 4_096;

    /// <summary>What a pooled writer may keep between requests.</summary>
    private const int KeptBytesMax = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);

    /// <summary>Bytes written so far; set it back to undo.</summary>
    public int Position { get; set; }

    /// <summary>
    /// Set while a method writes its result: going above the limit throws then. Envelopes and errors are small and few, and
    /// must get through.
    /// </summary>
    public bool IsLimited { get; set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Position);

    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, Position);

    /// <summary>Starts over; gives a buffer that grew large back to the pool.</summary>
    public void Reset()
    {
        Position = 0;
        if (_buffer.Length <= KeptBytesMax) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Position = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - Position < count) Grow(count);
        return _buffer.AsSpan(Position);
    }

    /// <exception cref="ReplyTooLargeException">above the limit of a reply</exception>
    private void Grow(int count)
    {
        long needed = (long)Position + count;
        if (IsLimited && needed > bytesMax) throw new ReplyTooLargeException();
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _buffer.Length)));
        _buffer.AsSpan(0, Position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>Bytes that are JSON already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Position += utf8.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        Position++;
    }

    /// <summary>Bytes as "0x" and two lower-case digits each, in quotation marks.</summary>
    public void Hex(ReadOnlySpan<byte> bytes)
    {
        Span<byte> target = Reserve((bytes.Length * 2) + 4);
        "\"0x"u8.CopyTo(target);
        Convert.TryToHexStringLower(bytes, target[3..], out int written);
        target[3 + written] = (byte)'"';
        Position += written + 4;
    }

    public void Hex(in Hash256 hash) => Hex(hash.Span);

    public void Hex(in Address address) => Hex(address.Span);

    public void HexOrNull(in Address? address)
    {
        if (address is { } known) Hex(known.Span);
        else Raw("null"u8);
    }

    /// <summary>A quantity: "0x" and digits without leading zeros.</summary>
    public void Quantity(ulong value)
    {
        Span<byte> target = Reserve(20);
        "\"0x"u8.CopyTo(target);
        int digits = 3 + WriteDigits(value, target[3..]);
        target[digits] = (byte)'"';
        Position += digits + 1;
    }

    public void Quantity(in Uint256 value)
    {
        if (value.FitsUInt64)
        {
            Quantity(value.ToUInt64());
            return;
        }
        Span<byte> word = stackalloc byte[Uint256.Size];
        value.WriteBigEndian(word);
        ReadOnlySpan<byte> significant = word[(Uint256.Size - value.ByteLength)..];
        Span<byte> target = Reserve(68);
        "\"0x"u8.CopyTo(target);
        int position = 3;
        if (significant[0] < 0x10)
        {
            target[position++] = Digit(significant[0]);
            significant = significant[1..];
        }
        Convert.TryToHexStringLower(significant, target[position..], out int written);
        position += written;
        target[position] = (byte)'"';
        Position += position + 1;
    }

    public void Quantity(Amount amount) => Quantity((Uint256)amount.BaseUnits);

    /// <summary>A 32-byte storage word.</summary>
    public void Word(in Uint256 value)
    {
        Span<byte> word = stackalloc byte[Uint256.Size];
        value.WriteBigEndian(word);
        Hex(word);
    }

    public void Bool(bool value) => Raw(value ? "true"u8 : "false"u8);

    /// <summary>A plain JSON number.</summary>
    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out int written);
        Position += written;
    }

    public void Number(ulong value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out int written);
        Position += written;
    }

    /// <summary>A ratio between 0 and 1, as fee histories hold.</summary>
    public void Ratio(double value)
    {
        value.TryFormat(Reserve(32), out int written, "R", System.Globalization.CultureInfo.InvariantCulture);
        Position += written;
    }

    /// <summary>Text in quotation marks, escaped.</summary>
    public void Text(string text)
    {
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        int length = Encoding.UTF8.GetBytes(text, utf8);
        Text(utf8.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(utf8);
    }

    /// <param name="utf8">Well-formed UTF-8.</param>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        Span<byte> target = Reserve((utf8.Length * 6) + 2);
        int position = 0;
        target[position++] = (byte)'"';
        foreach (byte b in utf8)
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                target[position++] = (byte)'\\';
                target[position++] = b;
            }
            else if (b < 0x20)
            {
                "\\u00"u8.CopyTo(target[position..]);
                target[position + 4] = Digit((byte)(b >> 4));
                target[position + 5] = Digit((byte)(b & 0xf));
                position += 6;
            }
            else
            {
                target[position++] = b;
            }
        }
        target[position++] = (byte)'"';
        Position += position;
    }

    /// <summary>Digits of a quantity into a target of at least 16 bytes; how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteDigits(ulong value, Span<byte> target)
    {
        int digits = Math.Max(1, (67 - BitOperations.LeadingZeroCount(value)) >> 2);
        ref byte start = ref MemoryMarshal.GetReference(target);
        for (int i = digits - 1; i >= 0; i--)
        {
            Unsafe.Add(ref start, i) = Digit((byte)(value & 0xf));
            value >>= 4;
        }
        return digits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Digit(byte nibble) => "0123456789abcdef"u8[nibble];
}

/// <summary>The reply being written went above its limit; the dispatcher answers "response too large" in its place.</summary>
internal sealed class ReplyTooLargeException : Exception;

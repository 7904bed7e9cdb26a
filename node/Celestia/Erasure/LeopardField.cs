using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dsdn.Celestia.Erasure;

/// <summary>A field as the code uses it: its tables, and products of whole shards by one factor. Shards are a multiple of 64 bytes.</summary>
internal interface ILeopardField
{
    static abstract LeopardTables Tables { get; }

    /// <summary>to = from * factor, or to ^= from * factor.</summary>
    /// <param name="log">Of the factor.</param>
    static abstract void Multiply(Span<byte> to, ReadOnlySpan<byte> from, int log, bool adds);
}

/// <summary>GF(2^8): an element is a byte.</summary>
internal readonly struct LeopardField8 : ILeopardField
{
    public static LeopardTables Tables { get; } = new(8, 0x11d, [1, 214, 152, 146, 86, 200, 88, 230]);

    /// <summary>A byte's product is that of its low half and that of its high half: two look-ups among sixteen.</summary>
    public static void Multiply(Span<byte> to, ReadOnlySpan<byte> from, int log, bool adds)
    {
        Span<byte> products = stackalloc byte[32];
        for (int half = 0; half < 16; half++)
        {
            products[half] = (byte)Tables.Multiply(half, log);
            products[16 + half] = (byte)Tables.Multiply(half << 4, log);
        }
        Vector256<byte> low = Lookup.Of(products), high = Lookup.Of(products[16..]);
        Span<Vector256<byte>> target = MemoryMarshal.Cast<byte, Vector256<byte>>(to);
        ReadOnlySpan<Vector256<byte>> source = MemoryMarshal.Cast<byte, Vector256<byte>>(from);
        for (int i = 0; i < target.Length; i++)
        {
            Vector256<byte> product = Lookup.In(low, Lookup.LowHalves(source[i])) ^ Lookup.In(high, Lookup.HighHalves(source[i]));
            target[i] = adds ? target[i] ^ product : product;
        }
    }
}

/// <summary>GF(2^16): 64 bytes hold 32 elements, first their low bytes, then their high bytes.</summary>
internal readonly struct LeopardField16 : ILeopardField
{
    public static LeopardTables Tables { get; } = new(
        16, 0x1002d,
        [0x0001, 0xacca, 0x3c0e, 0x163e, 0xc582, 0xed2e, 0x914c, 0x4012, 0x6c98, 0x10d8, 0x6a72, 0xb900, 0xfdb8, 0xfb34, 0xff38, 0x991e]);

    /// <summary>An element's product is that of its four halves of bytes: for each, the low and the high byte of the product.</summary>
    public static void Multiply(Span<byte> to, ReadOnlySpan<byte> from, int log, bool adds)
    {
        const int Quarters = 4;
        Span<Vector256<byte>> lows = stackalloc Vector256<byte>[Quarters], highs = stackalloc Vector256<byte>[Quarters];
        Span<byte> low = stackalloc byte[16], high = stackalloc byte[16];
        for (int quarter = 0; quarter < Quarters; quarter++)
        {
            for (int i = 0; i < 16; i++)
            {
                int product = Tables.Multiply(i << (4 * quarter), log);
                low[i] = (byte)(product & 0xff);
                high[i] = (byte)(product >> 8);
            }
            (lows[quarter], highs[quarter]) = (Lookup.Of(low), Lookup.Of(high));
        }
        Span<Vector256<byte>> target = MemoryMarshal.Cast<byte, Vector256<byte>>(to);
        ReadOnlySpan<Vector256<byte>> source = MemoryMarshal.Cast<byte, Vector256<byte>>(from);
        for (int i = 0; i + 1 < target.Length; i += 2)
        {
            Vector256<byte> a = Lookup.LowHalves(source[i]), b = Lookup.HighHalves(source[i]), c = Lookup.LowHalves(source[i + 1]), d = Lookup.HighHalves(source[i + 1]);
            Vector256<byte> lowBytes = Lookup.In(lows[0], a) ^ Lookup.In(lows[1], b) ^ Lookup.In(lows[2], c) ^ Lookup.In(lows[3], d);
            Vector256<byte> highBytes = Lookup.In(highs[0], a) ^ Lookup.In(highs[1], b) ^ Lookup.In(highs[2], c) ^ Lookup.In(highs[3], d);
            target[i] = adds ? target[i] ^ lowBytes : lowBytes;
            target[i + 1] = adds ? target[i + 1] ^ highBytes : highBytes;
        }
    }
}

/// <summary>Look-ups among sixteen bytes, 32 at a time.</summary>
file static class Lookup
{
    /// <summary>The table in both halves of a register.</summary>
    public static Vector256<byte> Of(ReadOnlySpan<byte> table)
    {
        Vector128<byte> half = Vector128.Create(table[..16]);
        return Vector256.Create(half, half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LowHalves(Vector256<byte> bytes) => bytes & Vector256.Create((byte)0x0f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> HighHalves(Vector256<byte> bytes) => (bytes.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)0x0f);

    /// <param name="at">Below 16 each.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> In(Vector256<byte> table, Vector256<byte> at) =>
        Avx2.IsSupported ? Avx2.Shuffle(table, at) : Vector256.Create(Vector128.Shuffle(table.GetLower(), at.GetLower()), Vector128.Shuffle(table.GetUpper(), at.GetUpper()));
}

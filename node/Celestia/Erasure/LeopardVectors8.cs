using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dsdn.Celestia.Erasure;

/// <summary>Additions and products over whole shards, whose length is a multiple of 64 bytes.</summary>
internal static class LeopardVectors8
{
    public static void Add(Span<byte> to, ReadOnlySpan<byte> from)
    {
        Span<Vector256<byte>> target = MemoryMarshal.Cast<byte, Vector256<byte>>(to);
        ReadOnlySpan<Vector256<byte>> source = MemoryMarshal.Cast<byte, Vector256<byte>>(from);
        for (int i = 0; i < target.Length; i++) target[i] ^= source[i];
    }

    /// <summary>to ^= from * factor.</summary>
    /// <param name="log">Of the factor; not zero's.</param>
    public static void MultiplyAdd(Span<byte> to, ReadOnlySpan<byte> from, byte log)
    {
        Table table = new(log);
        Span<Vector256<byte>> target = MemoryMarshal.Cast<byte, Vector256<byte>>(to);
        ReadOnlySpan<Vector256<byte>> source = MemoryMarshal.Cast<byte, Vector256<byte>>(from);
        for (int i = 0; i < target.Length; i++) target[i] ^= table.Multiply(source[i]);
    }

    /// <summary>to = from * factor.</summary>
    public static void Multiply(Span<byte> to, ReadOnlySpan<byte> from, byte log)
    {
        Table table = new(log);
        Span<Vector256<byte>> target = MemoryMarshal.Cast<byte, Vector256<byte>>(to);
        ReadOnlySpan<Vector256<byte>> source = MemoryMarshal.Cast<byte, Vector256<byte>>(from);
        for (int i = 0; i < target.Length; i++) target[i] = table.Multiply(source[i]);
    }

    /// <summary>A byte's product is that of its low half and that of its high half: two look-ups among sixteen.</summary>
    private readonly struct Table
    {
        private readonly Vector256<byte> _low, _high;

        public Table(byte log)
        {
            ReadOnlySpan<byte> products = LeopardField8.ProductsBy(log);
            Vector128<byte> low = Vector128.Create(products[..16]), high = Vector128.Create(products[16..]);
            _low = Vector256.Create(low, low);
            _high = Vector256.Create(high, high);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<byte> Multiply(Vector256<byte> value)
        {
            Vector256<byte> mask = Vector256.Create((byte)0x0f);
            Vector256<byte> low = value & mask, high = (value.AsUInt16() >>> 4).AsByte() & mask;
            if (Avx2.IsSupported) return Avx2.Shuffle(_low, low) ^ Avx2.Shuffle(_high, high);
            return Vector256.Create(
                Vector128.Shuffle(_low.GetLower(), low.GetLower()) ^ Vector128.Shuffle(_high.GetLower(), high.GetLower()),
                Vector128.Shuffle(_low.GetLower(), low.GetUpper()) ^ Vector128.Shuffle(_high.GetLower(), high.GetUpper()));
        }
    }
}

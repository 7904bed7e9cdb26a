using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Dsdn.Chain.Crypto;

/// <summary>
/// A number modulo 2^255 - 19 in five limbs of 51 bits, for public values only: nothing here is constant-time. Limbs may stand a
/// little above 51 bits: products and differences are below 2^52, sums of two such below 2^53, which is what every operation takes.
/// </summary>
internal readonly struct FieldElement
{
    public static readonly FieldElement Zero = default;
    public static readonly FieldElement One = new(1, 0, 0, 0, 0);

    /// <summary>A square root of -1.</summary>
    public static readonly FieldElement SqrtMinusOne = FromBytes(
        [0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f,
         0xa7, 0xd7, 0xfb, 0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b]);

    private const int LimbBits = 51;
    private const ulong Mask = (1UL << LimbBits) - 1;

    private readonly ulong _0, _1, _2, _3, _4;

    private FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4) => (_0, _1, _2, _3, _4) = (l0, l1, l2, l3, l4);

    /// <summary>32 bytes, little-endian; the highest bit is ignored.</summary>
    public static FieldElement FromBytes(ReadOnlySpan<byte> bytes)
    {
        ulong a = BinaryPrimitives.ReadUInt64LittleEndian(bytes), b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        ulong c = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), d = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new(a & Mask, ((a >> 51) | (b << 13)) & Mask, ((b >> 38) | (c << 26)) & Mask, ((c >> 25) | (d << 39)) & Mask, (d >> 12) & Mask);
    }

    /// <summary>The canonical 32 bytes.</summary>
    public void WriteTo(Span<byte> bytes)
    {
        FieldElement h = Carry(_0, _1, _2, _3, _4);
        ulong q = (h._0 + 19) >> LimbBits; // 1 where the number is not below the prime
        q = (h._1 + q) >> LimbBits;
        q = (h._2 + q) >> LimbBits;
        q = (h._3 + q) >> LimbBits;
        q = (h._4 + q) >> LimbBits;
        ulong l0 = h._0 + (19 * q), l1 = h._1 + (l0 >> LimbBits), l2 = h._2 + (l1 >> LimbBits), l3 = h._3 + (l2 >> LimbBits), l4 = h._4 + (l3 >> LimbBits);
        (l0, l1, l2, l3, l4) = (l0 & Mask, l1 & Mask, l2 & Mask, l3 & Mask, l4 & Mask);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, l0 | (l1 << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (l1 >> 13) | (l2 << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], (l2 >> 26) | (l3 << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], (l3 >> 39) | (l4 << 12));
    }

    public bool IsZero
    {
        get
        {
            Span<byte> bytes = stackalloc byte[32];
            WriteTo(bytes);
            return bytes.IndexOfAnyExcept((byte)0) < 0;
        }
    }

    public bool IsOdd
    {
        get
        {
            Span<byte> bytes = stackalloc byte[32];
            WriteTo(bytes);
            return (bytes[0] & 1) != 0;
        }
    }

    public static FieldElement operator +(in FieldElement a, in FieldElement b) =>
        new(a._0 + b._0, a._1 + b._1, a._2 + b._2, a._3 + b._3, a._4 + b._4);

    /// <summary>Four times the prime is added, so that no limb falls below zero.</summary>
    public static FieldElement operator -(in FieldElement a, in FieldElement b) => Carry(
        a._0 + 0x1FFFFFFFFFFFB4 - b._0, a._1 + 0x1FFFFFFFFFFFFC - b._1, a._2 + 0x1FFFFFFFFFFFFC - b._2, a._3 + 0x1FFFFFFFFFFFFC - b._3, a._4 + 0x1FFFFFFFFFFFFC - b._4);

    public static FieldElement operator *(in FieldElement a, in FieldElement b)
    {
        unchecked
        {
            ulong a0 = a._0, a1 = a._1, a2 = a._2, a3 = a._3, a4 = a._4, b0 = b._0, b1 = b._1, b2 = b._2, b3 = b._3, b4 = b._4;
            ulong n1 = 19 * b1, n2 = 19 * b2, n3 = 19 * b3, n4 = 19 * b4; // 2^255 = 19
            ulong high = Math.BigMul(a0, b0, out ulong low);
            Add(a1, n4, ref high, ref low);
            Add(a2, n3, ref high, ref low);
            Add(a3, n2, ref high, ref low);
            Add(a4, n1, ref high, ref low);
            ulong l0 = Cut(ref high, ref low);
            Add(a0, b1, ref high, ref low);
            Add(a1, b0, ref high, ref low);
            Add(a2, n4, ref high, ref low);
            Add(a3, n3, ref high, ref low);
            Add(a4, n2, ref high, ref low);
            ulong l1 = Cut(ref high, ref low);
            Add(a0, b2, ref high, ref low);
            Add(a1, b1, ref high, ref low);
            Add(a2, b0, ref high, ref low);
            Add(a3, n4, ref high, ref low);
            Add(a4, n3, ref high, ref low);
            ulong l2 = Cut(ref high, ref low);
            Add(a0, b3, ref high, ref low);
            Add(a1, b2, ref high, ref low);
            Add(a2, b1, ref high, ref low);
            Add(a3, b0, ref high, ref low);
            Add(a4, n4, ref high, ref low);
            ulong l3 = Cut(ref high, ref low);
            Add(a0, b4, ref high, ref low);
            Add(a1, b3, ref high, ref low);
            Add(a2, b2, ref high, ref low);
            Add(a3, b1, ref high, ref low);
            Add(a4, b0, ref high, ref low);
            ulong l4 = Cut(ref high, ref low);
            ulong first = l0 + (19 * low);
            return new(first & Mask, l1 + (first >> LimbBits), l2, l3, l4);
        }
    }

    public FieldElement Square()
    {
        unchecked
        {
            ulong a0 = _0, a1 = _1, a2 = _2, a3 = _3, a4 = _4, d0 = 2 * a0, d1 = 2 * a1, d2 = 2 * a2, n3 = 19 * a3, n4 = 19 * a4;
            ulong high = Math.BigMul(a0, a0, out ulong low);
            Add(d1, n4, ref high, ref low);
            Add(d2, n3, ref high, ref low);
            ulong l0 = Cut(ref high, ref low);
            Add(d0, a1, ref high, ref low);
            Add(d2, n4, ref high, ref low);
            Add(a3, n3, ref high, ref low);
            ulong l1 = Cut(ref high, ref low);
            Add(d0, a2, ref high, ref low);
            Add(a1, a1, ref high, ref low);
            Add(2 * a3, n4, ref high, ref low);
            ulong l2 = Cut(ref high, ref low);
            Add(d0, a3, ref high, ref low);
            Add(d1, a2, ref high, ref low);
            Add(a4, n4, ref high, ref low);
            ulong l3 = Cut(ref high, ref low);
            Add(d0, a4, ref high, ref low);
            Add(d1, a3, ref high, ref low);
            Add(a2, a2, ref high, ref low);
            ulong l4 = Cut(ref high, ref low);
            ulong first = l0 + (19 * low);
            return new(first & Mask, l1 + (first >> LimbBits), l2, l3, l4);
        }
    }

    /// <summary>high | low += left * right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ulong left, ulong right, ref ulong high, ref ulong low)
    {
        unchecked
        {
            ulong h = Math.BigMul(left, right, out ulong l);
            low += l;
            high += h + (low < l ? 1UL : 0UL);
        }
    }

    /// <summary>1 / x, and 0 for 0: the power 2^255 - 21.</summary>
    public FieldElement Invert() => Power250(out FieldElement power11).Squares(5) * power11;

    /// <summary>The power (2^255 - 24) / 8, of which square roots are made (RFC 8032, 5.1.3).</summary>
    public FieldElement Power2523() => Power250(out _).Squares(2) * this;

    /// <summary>The power 2^250 - 1, and on the way the eleventh.</summary>
    private FieldElement Power250(out FieldElement power11)
    {
        FieldElement power2 = Square(), power9 = power2.Squares(2) * this;
        power11 = power9 * power2;
        FieldElement to5 = power11.Square() * power9;
        FieldElement to10 = to5.Squares(5) * to5, to20 = to10.Squares(10) * to10, to40 = to20.Squares(20) * to20;
        FieldElement to50 = to40.Squares(10) * to10, to100 = to50.Squares(50) * to50, to200 = to100.Squares(100) * to100;
        return to200.Squares(50) * to50;
    }

    private FieldElement Squares(int times)
    {
        FieldElement x = this;
        for (int i = 0; i < times; i++) x = x.Square();
        return x;
    }

    private static FieldElement Carry(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        unchecked
        {
            l1 += l0 >> LimbBits;
            l2 += l1 >> LimbBits;
            l3 += l2 >> LimbBits;
            l4 += l3 >> LimbBits;
            ulong low = (l0 & Mask) + (19 * (l4 >> LimbBits));
            return new(low & Mask, (l1 & Mask) + (low >> LimbBits), l2 & Mask, l3 & Mask, l4 & Mask);
        }
    }

    /// <summary>Takes the lowest limb off a sum below 2^115; what is left carries into the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Cut(ref ulong high, ref ulong low)
    {
        unchecked
        {
            ulong limb = low & Mask;
            low = (high << (64 - LimbBits)) | (low >> LimbBits);
            high = 0;
            return limb;
        }
    }
}

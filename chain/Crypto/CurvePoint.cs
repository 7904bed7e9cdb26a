namespace Dsdn.Chain.Crypto;

/// <summary>
/// A point of edwards25519 in extended coordinates (RFC 8032, 5.1.4), for public values only: nothing here is constant-time.
/// The formulas hold for every pair of points, of small order too.
/// </summary>
internal readonly struct CurvePoint
{
    public static readonly CurvePoint Identity = new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    private const int TableSize = 8; // 1, 3, ... 15 times a point
    private const int ScalarBits = 256;

    private static readonly FieldElement D = FieldElement.FromBytes(
        [0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00,
         0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52]);

    private static readonly FieldElement TwiceD = D + D;

    /// <summary>RFC 8032, 5.1: y = 4/5, x even.</summary>
    public static readonly CurvePoint Generator = DecodeGenerator();

    private readonly FieldElement _x, _y, _z, _t;

    private CurvePoint(in FieldElement x, in FieldElement y, in FieldElement z, in FieldElement t) => (_x, _y, _z, _t) = (x, y, z, t);

    /// <summary>RFC 8032, 5.1.3.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out CurvePoint point)
    {
        point = Identity;
        if (!EdwardsPoint.IsCanonical(bytes)) return false;
        FieldElement y = FieldElement.FromBytes(bytes), yy = y.Square();
        FieldElement u = yy - FieldElement.One, v = (D * yy) + FieldElement.One;
        FieldElement v3 = v.Square() * v;
        FieldElement x = u * v3 * (v3.Square() * v * u).Power2523();
        FieldElement vxx = v * x.Square();
        if (!(vxx - u).IsZero)
        {
            if (!(vxx + u).IsZero) return false;
            x *= FieldElement.SqrtMinusOne;
        }
        if (x.IsOdd != (bytes[31] >> 7 != 0)) x = FieldElement.Zero - x;
        point = new CurvePoint(x, y, FieldElement.One, x * y);
        return true;
    }

    public void WriteTo(Span<byte> bytes)
    {
        FieldElement inverse = _z.Invert(), x = _x * inverse;
        (_y * inverse).WriteTo(bytes);
        if (x.IsOdd) bytes[31] |= 0x80;
    }

    public CurvePoint Double() => Double(withT: true);

    /// <param name="withT">False where only a doubling or the encoding follows: neither reads it.</param>
    private CurvePoint Double(bool withT)
    {
        FieldElement a = _x.Square(), b = _y.Square(), zz = _z.Square();
        FieldElement h = a + b, e = (_x + _y).Square() - h, g = b - a, f = zz + zz - g;
        return new CurvePoint(e * f, h * g, g * f, withT ? e * h : default);
    }

    public static CurvePoint operator -(in CurvePoint point) => new(FieldElement.Zero - point._x, point._y, point._z, FieldElement.Zero - point._t);

    /// <summary>a * p + b * q, the doublings shared.</summary>
    /// <param name="a">32 bytes, little-endian, below 2^255; so is <paramref name="b"/>.</param>
    public static CurvePoint Combine(ReadOnlySpan<byte> a, in CurvePoint p, ReadOnlySpan<byte> b, in CurvePoint q)
    {
        Span<sbyte> ofP = stackalloc sbyte[ScalarBits], ofQ = stackalloc sbyte[ScalarBits];
        Slide(a, ofP);
        Slide(b, ofQ);
        Addend[] multiplesOfP = OddMultiples(p), multiplesOfQ = OddMultiples(q);
        int i = ScalarBits - 1;
        while (i >= 0 && ofP[i] == 0 && ofQ[i] == 0) i--;
        CurvePoint sum = Identity;
        for (; i >= 0; i--)
        {
            sum = sum.Double(withT: ofP[i] != 0 || ofQ[i] != 0);
            if (ofP[i] != 0) sum = sum.Add(multiplesOfP, ofP[i]);
            if (ofQ[i] != 0) sum = sum.Add(multiplesOfQ, ofQ[i]);
        }
        return sum;
    }

    private static CurvePoint DecodeGenerator()
    {
        Span<byte> bytes = stackalloc byte[EdwardsPoint.Size];
        bytes.Fill(0x66);
        bytes[0] = 0x58;
        return TryDecode(bytes, out CurvePoint generator) ? generator : throw new InvalidOperationException("the generator is a point");
    }

    private CurvePoint Add(Addend[] oddMultiples, int digit) => digit > 0 ? Add(oddMultiples[digit >> 1]) : Add(oddMultiples[-digit >> 1].Negate());

    private CurvePoint Add(in Addend other)
    {
        FieldElement a = (_y - _x) * other.YMinusX, b = (_y + _x) * other.YPlusX, c = _t * other.T2D, zz = _z * other.Z;
        FieldElement d = zz + zz, e = b - a, f = d - c, g = d + c, h = b + a;
        return new CurvePoint(e * f, g * h, f * g, e * h);
    }

    private static Addend[] OddMultiples(in CurvePoint point)
    {
        var multiples = new Addend[TableSize];
        var twice = new Addend(point.Double());
        CurvePoint multiple = point;
        for (int i = 0; i < TableSize; i++)
        {
            multiples[i] = new Addend(multiple);
            multiple = multiple.Add(twice);
        }
        return multiples;
    }

    /// <summary>The scalar as a sum of digit * 2^i, every digit zero or odd from -15 to 15, few of them not zero.</summary>
    private static void Slide(ReadOnlySpan<byte> scalar, Span<sbyte> digits)
    {
        for (int i = 0; i < ScalarBits; i++) digits[i] = (sbyte)((scalar[i >> 3] >> (i & 7)) & 1);
        for (int i = 0; i < ScalarBits; i++)
        {
            if (digits[i] == 0) continue;
            for (int b = 1; b <= 6 && i + b < ScalarBits; b++)
            {
                if (digits[i + b] == 0) continue;
                int higher = digits[i + b] << b;
                if (digits[i] + higher <= 15)
                {
                    digits[i] = (sbyte)(digits[i] + higher);
                    digits[i + b] = 0;
                }
                else if (digits[i] - higher >= -15)
                {
                    digits[i] = (sbyte)(digits[i] - higher);
                    int carry = i + b;
                    while (carry < ScalarBits && digits[carry] != 0) digits[carry++] = 0;
                    if (carry < ScalarBits) digits[carry] = 1;
                }
                else
                {
                    break;
                }
            }
        }
    }

    /// <summary>A point as the addition wants it.</summary>
    private readonly struct Addend
    {
        public readonly FieldElement YPlusX, YMinusX, Z, T2D;

        public Addend(in CurvePoint point) => (YPlusX, YMinusX, Z, T2D) = (point._y + point._x, point._y - point._x, point._z, point._t * TwiceD);

        private Addend(in FieldElement yPlusX, in FieldElement yMinusX, in FieldElement z, in FieldElement t2d) => (YPlusX, YMinusX, Z, T2D) = (yPlusX, yMinusX, z, t2d);

        public Addend Negate() => new(YMinusX, YPlusX, Z, FieldElement.Zero - T2D);
    }
}

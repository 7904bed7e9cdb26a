using Dsdn.Chain.Crypto.Native;

namespace Dsdn.Chain.Crypto;

/// <summary>
/// Points of edwards25519 as 32 bytes (RFC 8032, 5.1.2), scalars as 32 bytes little-endian. Only encodings that RFC 8032,
/// 5.1.3, decodes are points here. Outputs may lie over inputs.
/// </summary>
internal static unsafe class EdwardsPoint
{
    public const int Size = 32;

    /// <summary>2^255 - 19, little-endian.</summary>
    private static ReadOnlySpan<byte> Prime =>
    [
        0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ];

    /// <summary>Of the prime-order subgroup, 2^252 + 27742317777372353535851937790883648493, little-endian.</summary>
    private static ReadOnlySpan<byte> Order =>
    [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
    ];

    /// <summary>Below the order.</summary>
    public static bool IsCanonicalScalar(ReadOnlySpan<byte> scalar) => scalar.Length == Size && IsBelow(scalar, Order, byte.MaxValue);

    public static bool IsIdentity(ReadOnlySpan<byte> point) => point[0] == 1 && point[1..Size].IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Eight times a public point; false where the bytes are no point.</summary>
    public static bool TryClearCofactor(ReadOnlySpan<byte> point, Span<byte> product)
    {
        if (!CurvePoint.TryDecode(point, out CurvePoint decoded)) return false;
        decoded.Double().Double().Double().WriteTo(product);
        return true;
    }

    /// <summary>Constant-time in the scalar. False for a point outside the prime-order subgroup, and where the product is the identity.</summary>
    public static bool TryMultiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, Span<byte> product)
    {
        RequireSizes(scalar, point, product);
        fixed (byte* n = scalar, p = point, q = product) return SodiumLibrary.Ready && SodiumLibrary.Ed25519Multiply(q, n, p) == 0;
    }

    /// <summary>Of the generator. False where the product is the identity.</summary>
    public static bool TryMultiplyBase(ReadOnlySpan<byte> scalar, Span<byte> product)
    {
        RequireSizes(scalar, scalar, product);
        fixed (byte* n = scalar, q = product) return SodiumLibrary.Ready && SodiumLibrary.Ed25519MultiplyBase(q, n) == 0;
    }

    /// <summary>Whether the bytes are the only spelling of what they say: y below the prime, and no sign on x = 0, which is where y = 1 or y = -1.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> point)
    {
        if (!IsBelow(point, Prime, 0x7f)) return false;
        if (point[31] >> 7 == 0) return true;
        bool isOne = point[0] == 1 && point[1..31].IndexOfAnyExcept((byte)0) < 0 && point[31] == 0x80;
        bool isMinusOne = point[0] == 0xec && point[1..31].IndexOfAnyExcept((byte)0xff) < 0 && point[31] == 0xff;
        return !isOne && !isMinusOne;
    }

    /// <summary>Little-endian, the bits of the last byte masked.</summary>
    private static bool IsBelow(ReadOnlySpan<byte> number, ReadOnlySpan<byte> bound, byte lastMask)
    {
        for (int i = Size - 1; i >= 0; i--)
        {
            int digit = i == Size - 1 ? number[i] & lastMask : number[i];
            if (digit != bound[i]) return digit < bound[i];
        }
        return false;
    }

    private static void RequireSizes(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        if (first.Length < Size || second.Length < Size || third.Length < Size) throw new ArgumentException("points and scalars have 32 bytes");
    }
}

using System.Globalization;
using System.Numerics;
using Dsdn.Chain.Crypto;

namespace Dsdn.Chain.Tests.Crypto;

/// <summary>Our arithmetic on public values against big integers and against libsodium.</summary>
public sealed class CurveTests
{
    private static readonly BigInteger P = (BigInteger.One << 255) - 19;
    private static readonly BigInteger Order = (BigInteger.One << 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    [Fact]
    public void FieldOperationsAgreeWithBigIntegersAtTheEdgesToo()
    {
        var random = new Random(5);
        BigInteger[] edges = [0, 1, 2, 18, 19, 20, P - 1, P - 2, P, P + 1, P + 18, (BigInteger.One << 255) - 1, (BigInteger.One << 51) - 1, BigInteger.One << 51, (BigInteger.One << 204) - 1];
        List<BigInteger> numbers = [.. edges];
        for (int i = 0; i < 25; i++)
        {
            byte[] bytes = new byte[32];
            random.NextBytes(bytes);
            bytes[31] &= 0x7f;
            numbers.Add(new BigInteger(bytes, isUnsigned: true));
        }
        foreach (BigInteger a in numbers)
        {
            FieldElement x = Field(a);
            Assert.Equal(a % P, Number(x));
            Assert.Equal(a * a % P, Number(x.Square()));
            Assert.Equal(BigInteger.ModPow(a, P - 2, P), Number(x.Invert()));
            Assert.Equal(BigInteger.ModPow(a, (P - 5) / 8, P), Number(x.Power2523()));
            Assert.Equal((a % P).IsZero, x.IsZero);
            Assert.Equal(!(a % P).IsEven, x.IsOdd);
            foreach (BigInteger b in numbers)
            {
                FieldElement y = Field(b);
                Assert.Equal(a * b % P, Number(x * y));
                Assert.Equal((a + b) % P, Number(x + y));
                Assert.Equal(((a - b) % P + P) % P, Number(x - y));
                Assert.Equal((a + b) * (a + a) % P, Number((x + y) * (x + x))); // sums are taken without a carry between
                Assert.Equal(((a - b - b) % P + (2 * P)) % P, Number(x - (y + y)));
            }
        }
    }

    [Fact]
    public void CombinationsAgreeWithLibsodium()
    {
        var random = new Random(6);
        byte[] point = new byte[32], product = new byte[32], ours = new byte[32], zero = new byte[32], expected = new byte[32];
        for (int i = 0; i < 60; i++)
        {
            byte[] a = Scalar(random), b = i % 3 == 0 ? [.. Scalar(random).AsSpan(0, 16), .. new byte[16]] : Scalar(random);
            Assert.True(EdwardsPoint.TryMultiplyBase(Scalar(random), point));
            Assert.True(CurvePoint.TryDecode(point, out CurvePoint q));
            CurvePoint.Combine(a, CurvePoint.Generator, zero, q).WriteTo(ours);
            Assert.True(EdwardsPoint.TryMultiplyBase(a, product));
            Assert.Equal(product, ours);
            CurvePoint.Combine(zero, CurvePoint.Generator, b, q).WriteTo(ours);
            Assert.True(EdwardsPoint.TryMultiply(b, point, product));
            Assert.Equal(product, ours);

            // a * B + b * (k * B) = (a + b * k) * B
            byte[] k = Scalar(random);
            Assert.True(EdwardsPoint.TryMultiplyBase(k, point));
            Assert.True(CurvePoint.TryDecode(point, out q));
            CurvePoint.Combine(a, CurvePoint.Generator, b, q).WriteTo(ours);
            Assert.True(EdwardsPoint.TryMultiplyBase(Bytes((Big(a) + (Big(b) * Big(k))) % Order), expected));
            Assert.Equal(expected, ours);
            CurvePoint.Combine(a, CurvePoint.Generator, b, -q).WriteTo(ours);
            Assert.True(EdwardsPoint.TryMultiplyBase(Bytes((Big(a) + (Order * Order) - (Big(b) * Big(k))) % Order), expected));
            Assert.Equal(expected, ours);
        }
    }

    [Fact]
    public void MultiplesOfTheOrderAreTheIdentity()
    {
        byte[] order = Bytes(Order), ours = new byte[32];
        CurvePoint.Combine(order, CurvePoint.Generator, new byte[32], CurvePoint.Generator).WriteTo(ours);
        Assert.True(EdwardsPoint.IsIdentity(ours));
        byte[] most = Bytes((BigInteger.One << 255) - 1);
        CurvePoint.Combine(most, CurvePoint.Generator, new byte[32], CurvePoint.Generator).WriteTo(ours);
        byte[] expected = new byte[32];
        Assert.True(EdwardsPoint.TryMultiplyBase(Bytes(((BigInteger.One << 255) - 1) % Order), expected));
        Assert.Equal(expected, ours);
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000", true)]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080", false)] // x = 0 with a sign
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", true)] // order 2
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080", true)] // order 4
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false)] // y = p
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false)] // y = p + 1
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", true)] // order 8
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000", false)]
    public void OnlyCanonicalPointsDecodeAndSmallOrdersClear(string encoding, bool isPoint)
    {
        byte[] bytes = Convert.FromHexString(encoding), cleared = new byte[32], again = new byte[32];
        Assert.Equal(isPoint, CurvePoint.TryDecode(bytes, out CurvePoint point));
        Assert.Equal(isPoint, EdwardsPoint.TryClearCofactor(bytes, cleared));
        if (!isPoint) return;
        point.WriteTo(again);
        Assert.Equal(bytes, again);
        Assert.True(EdwardsPoint.IsIdentity(cleared));
    }

    private static byte[] Scalar(Random random)
    {
        byte[] bytes = new byte[40];
        random.NextBytes(bytes);
        return Bytes((new BigInteger(bytes, isUnsigned: true) % (Order - 1)) + 1);
    }

    private static BigInteger Big(byte[] bytes) => new(bytes, isUnsigned: true);

    private static byte[] Bytes(BigInteger number)
    {
        byte[] bytes = new byte[32];
        Assert.True(number.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }

    private static FieldElement Field(BigInteger number) => FieldElement.FromBytes(Bytes(number));

    private static BigInteger Number(FieldElement element)
    {
        byte[] bytes = new byte[32];
        element.WriteTo(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }
}

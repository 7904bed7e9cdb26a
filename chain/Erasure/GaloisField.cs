namespace Dsdn.Chain.Erasure;

/// <summary>GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11d) and the generator 2.</summary>
internal static class GaloisField
{
    private const int Polynomial = 0x11d;
    private const int Order = 255;

    // Twice the powers, so that a sum of two logarithms needs no remainder.
    private static readonly byte[] Powers = MakePowers();
    private static readonly byte[] Logarithms = MakeLogarithms();

    public static byte Multiply(byte a, byte b) => a == 0 || b == 0 ? (byte)0 : Powers[Logarithms[a] + Logarithms[b]];

    /// <param name="a">Not zero.</param>
    public static byte Inverse(byte a) => a == 0 ? throw new DivideByZeroException("zero has no inverse") : Powers[Order - Logarithms[a]];

    private static byte[] MakePowers()
    {
        byte[] powers = new byte[2 * Order];
        for (int i = 0, value = 1; i < powers.Length; i++)
        {
            powers[i] = (byte)value;
            value <<= 1;
            if (value > byte.MaxValue) value ^= Polynomial;
        }
        return powers;
    }

    private static byte[] MakeLogarithms()
    {
        byte[] powers = MakePowers(), logarithms = new byte[Order + 1];
        for (int i = 0; i < Order; i++) logarithms[powers[i]] = (byte)i;
        return logarithms;
    }
}

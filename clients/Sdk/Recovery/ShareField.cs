namespace Dsdn.Sdk.Recovery;

/// <summary>GF(256) of Rijndael, x^8 + x^4 + x^3 + x + 1, and polynomials over it (SLIP-0039, sharing a secret). Few and small shares: without tables, so that no secret chooses an address.</summary>
internal static class ShareField
{
    private const int Polynomial = 0x1b;

    /// <summary>The value at <paramref name="x"/> of the polynomial through the points, byte by byte.</summary>
    public static byte[] Interpolate(IReadOnlyList<(byte X, byte[] Value)> points, byte x)
    {
        byte[] result = new byte[points[0].Value.Length];
        for (int i = 0; i < points.Count; i++)
        {
            if (points[i].X == x) return [.. points[i].Value];
            byte weight = 1;
            for (int j = 0; j < points.Count; j++)
                if (j != i) weight = Multiply(weight, Multiply((byte)(x ^ points[j].X), Invert((byte)(points[i].X ^ points[j].X))));
            for (int b = 0; b < result.Length; b++) result[b] ^= Multiply(points[i].Value[b], weight);
        }
        return result;
    }

    private static byte Multiply(byte a, byte b)
    {
        int product = 0, factor = a;
        for (int bit = 0; bit < 8; bit++)
        {
            product ^= factor & -((b >> bit) & 1);
            factor = (factor << 1) ^ (Polynomial & -((factor >> 7) & 1));
        }
        return (byte)product;
    }

    /// <summary>a^254.</summary>
    private static byte Invert(byte a)
    {
        byte square = Multiply(a, a), result = square;
        for (int i = 0; i < 6; i++)
        {
            square = Multiply(square, square);
            result = Multiply(result, square);
        }
        return result;
    }
}

namespace Dsdn.Celestia.Erasure;

/// <summary>
/// GF(2^8) of the Leopard code (arXiv 1404.3458): polynomial 0x11D in a Cantor basis, logarithms, the twiddle factors of its additive
/// Fourier transform, and the products by every factor as tables over the two halves of a byte.
/// </summary>
internal static class LeopardField8
{
    public const int Bits = 8;
    public const int Order = 1 << Bits;
    public const int Modulus = Order - 1;

    /// <summary>Bytes of a product table: of the low halves, then of the high halves.</summary>
    public const int TableBytes = 32;

    private const int Polynomial = 0x11d;

    private static ReadOnlySpan<byte> CantorBasis => [1, 214, 152, 146, 86, 200, 88, 230];

    private static readonly byte[] Log = new byte[Order];
    private static readonly byte[] Exp = new byte[Order];

    /// <summary>Logarithms of the factors; <see cref="Modulus"/> stands for the factor zero.</summary>
    public static readonly byte[] Skew = new byte[Modulus];

    /// <summary>The Walsh transform of the logarithms.</summary>
    public static readonly byte[] LogWalsh = new byte[Order];

    private static readonly byte[] Products = new byte[Order * TableBytes];

    static LeopardField8()
    {
        MakeLogarithms();
        MakeSkew();
        for (int i = 1; i < Order; i++) LogWalsh[i] = Log[i];
        Walsh(LogWalsh);
        for (int log = 0; log < Order; log++)
        {
            for (int half = 0; half < 16; half++)
            {
                Products[(log * TableBytes) + half] = Multiply((byte)half, (byte)log);
                Products[(log * TableBytes) + 16 + half] = Multiply((byte)(half << 4), (byte)log);
            }
        }
    }

    /// <summary>The products by the factor of this logarithm: 16 bytes for the low half of a byte, 16 for the high half.</summary>
    public static ReadOnlySpan<byte> ProductsBy(byte log) => Products.AsSpan(log * TableBytes, TableBytes);

    public static byte AddLogs(int a, int b)
    {
        int sum = a + b;
        return unchecked((byte)(sum + (sum >> Bits)));
    }

    /// <summary>The Walsh-Hadamard transform modulo 255, in place.</summary>
    /// <param name="data">256 values.</param>
    public static void Walsh(Span<byte> data)
    {
        for (int distance = 1; distance < Order; distance *= 2)
        {
            for (int from = 0; from < Order; from += 2 * distance)
            {
                for (int i = from; i < from + distance; i++)
                {
                    byte a = data[i], b = data[i + distance];
                    data[i] = AddLogs(a, b);
                    data[i + distance] = AddLogs(a, Modulus - b);
                }
            }
        }
    }

    private static byte Multiply(byte a, byte log) => a == 0 ? (byte)0 : Exp[AddLogs(Log[a], log)];

    private static void MakeLogarithms()
    {
        byte[] shift = new byte[Order];
        for (int i = 0, state = 1; i < Modulus; i++)
        {
            shift[state] = (byte)i;
            state <<= 1;
            if (state >= Order) state ^= Polynomial;
        }
        shift[0] = Modulus;
        for (int i = 0; i < Bits; i++)
            for (int j = 0; j < 1 << i; j++) Log[j + (1 << i)] = (byte)(Log[j] ^ CantorBasis[i]);
        for (int i = 0; i < Order; i++) Log[i] = shift[Log[i]];
        for (int i = 0; i < Order; i++) Exp[Log[i]] = (byte)i;
        Exp[Modulus] = Exp[0];
    }

    private static void MakeSkew()
    {
        byte[] basis = new byte[Bits - 1];
        for (int i = 1; i < Bits; i++) basis[i - 1] = (byte)(1 << i);
        for (int m = 0; m < Bits - 1; m++)
        {
            int step = 1 << (m + 1);
            Skew[(1 << m) - 1] = 0;
            for (int i = m; i < Bits - 1; i++)
            {
                int offset = 1 << (i + 1);
                for (int j = (1 << m) - 1; j < offset; j += step) Skew[j + offset] = (byte)(Skew[j] ^ basis[i]);
            }
            basis[m] = (byte)(Modulus - Log[Multiply(basis[m], Log[basis[m] ^ 1])]);
            for (int i = m + 1; i < Bits - 1; i++) basis[i] = Multiply(basis[i], AddLogs(Log[basis[i] ^ 1], basis[m]));
        }
        for (int i = 0; i < Modulus; i++) Skew[i] = Log[Skew[i]];
    }
}

namespace Dsdn.Celestia.Erasure;

/// <summary>
/// A binary field of the Leopard code (arXiv 1404.3458): logarithms in a Cantor basis and the twiddle factors of the additive Fourier
/// transform. Factors are given by their logarithms; <see cref="Modulus"/> stands for the factor zero.
/// </summary>
internal sealed class LeopardTables
{
    private readonly int _bits;
    private readonly ushort[] _log, _exp, _skew, _logWalsh;

    /// <param name="bits">8 or 16.</param>
    /// <param name="polynomial">That defines the field.</param>
    /// <param name="basis">As many elements as bits.</param>
    public LeopardTables(int bits, int polynomial, ReadOnlySpan<ushort> basis)
    {
        _bits = bits;
        _log = new ushort[Order];
        _exp = new ushort[Order];
        _skew = new ushort[Modulus];
        _logWalsh = new ushort[Order];
        MakeLogarithms(polynomial, basis);
        MakeSkew();
        int[] walsh = new int[Order];
        for (int i = 1; i < Order; i++) walsh[i] = _log[i];
        Walsh(walsh);
        for (int i = 0; i < Order; i++) _logWalsh[i] = (ushort)walsh[i];
    }

    public int Order => 1 << _bits;

    public int Modulus => Order - 1;

    /// <summary>The logarithm of the twiddle factor at a place.</summary>
    public int Skew(int at) => _skew[at];

    public int Multiply(int a, int log) => a == 0 ? 0 : _exp[AddLogs(_log[a], log)];

    /// <summary>The logarithms of the polynomial that is zero at the places marked by 1, at all other places; in place.</summary>
    /// <param name="marks">As many as the field has elements.</param>
    public void Locate(Span<int> marks)
    {
        Walsh(marks);
        for (int i = 0; i < Order; i++) marks[i] = (int)((long)marks[i] * _logWalsh[i] % Modulus);
        Walsh(marks);
    }

    private int AddLogs(int a, int b)
    {
        int sum = a + b;
        return (sum + (sum >> _bits)) & Modulus;
    }

    /// <summary>The Walsh-Hadamard transform modulo <see cref="Modulus"/>, in place.</summary>
    private void Walsh(Span<int> data)
    {
        for (int distance = 1; distance < Order; distance *= 2)
        {
            for (int from = 0; from < Order; from += 2 * distance)
            {
                for (int i = from; i < from + distance; i++)
                    (data[i], data[i + distance]) = (AddLogs(data[i], data[i + distance]), AddLogs(data[i], Modulus - data[i + distance]));
            }
        }
    }

    private void MakeLogarithms(int polynomial, ReadOnlySpan<ushort> basis)
    {
        ushort[] shift = new ushort[Order];
        for (int i = 0, state = 1; i < Modulus; i++)
        {
            shift[state] = (ushort)i;
            state <<= 1;
            if (state >= Order) state ^= polynomial;
        }
        shift[0] = (ushort)Modulus;
        for (int i = 0; i < _bits; i++)
            for (int j = 0; j < 1 << i; j++) _log[j + (1 << i)] = (ushort)(_log[j] ^ basis[i]);
        for (int i = 0; i < Order; i++) _log[i] = shift[_log[i]];
        for (int i = 0; i < Order; i++) _exp[_log[i]] = (ushort)i;
        _exp[Modulus] = _exp[0];
    }

    private void MakeSkew()
    {
        int[] basis = new int[_bits - 1];
        for (int i = 1; i < _bits; i++) basis[i - 1] = 1 << i;
        for (int m = 0; m < _bits - 1; m++)
        {
            int step = 1 << (m + 1);
            _skew[(1 << m) - 1] = 0;
            for (int i = m; i < _bits - 1; i++)
            {
                int offset = 1 << (i + 1);
                for (int j = (1 << m) - 1; j < offset; j += step) _skew[j + offset] = (ushort)(_skew[j] ^ basis[i]);
            }
            basis[m] = Modulus - _log[Multiply(basis[m], _log[basis[m] ^ 1])];
            for (int i = m + 1; i < _bits - 1; i++) basis[i] = Multiply(basis[i], AddLogs(_log[basis[i] ^ 1], basis[m]));
        }
        for (int i = 0; i < Modulus; i++) _skew[i] = _log[_skew[i]];
    }
}

namespace Dsdn.Chain.Erasure;

/// <summary>
/// The generator matrix of the code, nine rows of six: above the identity, so that the code is systematic; below a Cauchy matrix,
/// row i (6 to 8) and column j (0 to 5) being 1 / (i xor j). Every six rows of it can be inverted.
/// </summary>
internal static class ErasureMatrix
{
    private const int Data = ReedSolomon.DataShards, All = ReedSolomon.Shards;

    /// <summary>The three rows of parity.</summary>
    public static byte[] Parity { get; } = MakeParity();

    /// <summary>The rows that make the wanted shards out of six given ones.</summary>
    /// <param name="given">Six shards, ascending.</param>
    /// <param name="wanted">Any shards.</param>
    /// <returns>Six factors for each wanted shard.</returns>
    public static byte[] Rows(ReadOnlySpan<int> given, ReadOnlySpan<int> wanted)
    {
        byte[] inverse = Invert(given), rows = new byte[wanted.Length * Data];
        for (int i = 0; i < wanted.Length; i++)
        {
            for (int column = 0; column < Data; column++)
            {
                byte sum = 0;
                for (int k = 0; k < Data; k++) sum ^= GaloisField.Multiply(Entry(wanted[i], k), inverse[(k * Data) + column]);
                rows[(i * Data) + column] = sum;
            }
        }
        return rows;
    }

    private static byte Entry(int row, int column) =>
        row < Data ? (byte)(row == column ? 1 : 0) : GaloisField.Inverse((byte)(row ^ column));

    private static byte[] MakeParity()
    {
        byte[] parity = new byte[ReedSolomon.ParityShards * Data];
        for (int row = Data; row < All; row++)
            for (int column = 0; column < Data; column++) parity[((row - Data) * Data) + column] = Entry(row, column);
        return parity;
    }

    /// <summary>Gauss and Jordan.</summary>
    private static byte[] Invert(ReadOnlySpan<int> rows)
    {
        byte[] matrix = new byte[Data * Data], inverse = new byte[Data * Data];
        for (int row = 0; row < Data; row++)
        {
            for (int column = 0; column < Data; column++) matrix[(row * Data) + column] = Entry(rows[row], column);
            inverse[(row * Data) + row] = 1;
        }
        for (int pivot = 0; pivot < Data; pivot++)
        {
            int from = pivot;
            while (matrix[(from * Data) + pivot] == 0) from++; // ends: six rows of the generator are independent
            if (from != pivot) AddRow(matrix, inverse, pivot, from, 1);
            ScaleRow(matrix, inverse, pivot, GaloisField.Inverse(matrix[(pivot * Data) + pivot]));
            for (int row = 0; row < Data; row++)
                if (row != pivot) AddRow(matrix, inverse, row, pivot, matrix[(row * Data) + pivot]);
        }
        return inverse;
    }

    private static void ScaleRow(byte[] matrix, byte[] inverse, int row, byte factor)
    {
        for (int i = row * Data; i < (row + 1) * Data; i++) (matrix[i], inverse[i]) = (GaloisField.Multiply(matrix[i], factor), GaloisField.Multiply(inverse[i], factor));
    }

    private static void AddRow(byte[] matrix, byte[] inverse, int to, int from, byte factor)
    {
        for (int i = 0; i < Data; i++)
        {
            matrix[(to * Data) + i] ^= GaloisField.Multiply(matrix[(from * Data) + i], factor);
            inverse[(to * Data) + i] ^= GaloisField.Multiply(inverse[(from * Data) + i], factor);
        }
    }
}

using System.Runtime.InteropServices;
using Dsdn.Chain.Erasure;

namespace Dsdn.Bench;

/// <summary>ISA-L's erasure code with the same matrix, where Debian's libisal is installed.</summary>
internal sealed unsafe partial class IsaL
{
    private const int TableBytes = 32;

    private readonly byte[] _tables = new byte[TableBytes * ReedSolomon.DataShards * ReedSolomon.ParityShards];

    private IsaL()
    {
        byte[] matrix = new byte[ReedSolomon.Shards * ReedSolomon.DataShards];
        GenerateCauchy(matrix, ReedSolomon.Shards, ReedSolomon.DataShards);
        Initialize(ReedSolomon.DataShards, ReedSolomon.ParityShards, matrix.AsSpan(ReedSolomon.DataShards * ReedSolomon.DataShards).ToArray(), _tables);
    }

    /// <summary>Null where the library is not there.</summary>
    public static IsaL? TryLoad()
    {
        if (!NativeLibrary.TryLoad("libisal.so.2", out nint library)) return null;
        NativeLibrary.Free(library);
        return new IsaL();
    }

    /// <param name="shards">Six of data, then three of parity, pinned or native.</param>
    public void Encode(byte** shards, int bytes)
    {
        fixed (byte* tables = _tables) Encode(bytes, ReedSolomon.DataShards, ReedSolomon.ParityShards, tables, shards, shards + ReedSolomon.DataShards);
    }

    [LibraryImport("libisal.so.2", EntryPoint = "gf_gen_cauchy1_matrix")]
    private static partial void GenerateCauchy(byte[] matrix, int rows, int columns);

    [LibraryImport("libisal.so.2", EntryPoint = "ec_init_tables")]
    private static partial void Initialize(int columns, int rows, byte[] matrix, byte[] tables);

    [LibraryImport("libisal.so.2", EntryPoint = "ec_encode_data")]
    private static partial void Encode(int bytes, int data, int parity, byte* tables, byte** from, byte** to);
}

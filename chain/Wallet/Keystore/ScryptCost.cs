namespace Dsdn.Chain.Wallet.Keystore;

/// <summary>The three settings of scrypt (RFC 7914, 2). Memory is 128 n r bytes.</summary>
public readonly record struct ScryptCost(ulong N, uint R, uint P)
{
    /// <summary>128 MiB, about a third of a second.</summary>
    public static readonly ScryptCost Standard = new(1 << 17, 8, 1);

    /// <summary>4 MiB, for tests and for keys that guard nothing; about 60 ms.</summary>
    public static readonly ScryptCost Light = new(1 << 12, 8, 6);

    private const ulong MemoryBytesMax = 512UL * 1024 * 1024;
    private const ulong WorkMax = 1UL << 24; // n r p: eight times the usual 2^21

    /// <summary>Within the algorithm's range and within what a hostile file may make us spend.</summary>
    public bool IsAcceptable
    {
        get
        {
            if (N < 2 || !ulong.IsPow2(N) || N > WorkMax || R is 0 or > 64 || P is 0 or > 64) return false;
            return 128 * N * R <= MemoryBytesMax && N * R * P <= WorkMax;
        }
    }
}

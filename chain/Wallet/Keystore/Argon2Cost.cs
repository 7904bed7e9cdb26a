namespace Dsdn.Chain.Wallet.Keystore;

/// <summary>The settings of Argon2id (RFC 9106), one lane.</summary>
public readonly record struct Argon2Cost(uint Passes, uint MemoryKiB)
{
    /// <summary>64 MiB, three passes: the second recommendation of RFC 9106, 4, on one lane.</summary>
    public static readonly Argon2Cost Standard = new(3, 64 * 1024);

    /// <summary>8 MiB, one pass, for tests and for keys of a throw-away network.</summary>
    public static readonly Argon2Cost Light = new(1, 8 * 1024);

    private const uint MemoryKiBMax = 1024 * 1024;
    private const uint PassesMax = 16;
    private const ulong WorkMax = 4UL * 1024 * 1024; // passes x KiB: about ten seconds

    /// <summary>Within the algorithm's range and within what a hostile file may make us spend.</summary>
    public bool IsAcceptable =>
        Passes is > 0 and <= PassesMax && MemoryKiB is >= 8 and <= MemoryKiBMax && (ulong)Passes * MemoryKiB <= WorkMax;
}

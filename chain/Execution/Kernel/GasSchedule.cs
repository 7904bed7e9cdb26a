namespace Dsdn.Chain.Execution.Kernel;

/// <summary>
/// The price of everything a call may touch, in gas (chain-decisions 2, "Gas schedule"). A table by name: one value a
/// network, never a constant in a module. Calibrated so that no method costs more than 4 ns a gas.
/// </summary>
public sealed record GasSchedule
{
    public static readonly GasSchedule Default = new();

    /// <summary>First touch of an account in a transaction (EIP-2929).</summary>
    public ulong ColdAccount { get; init; } = 2_600;

    /// <summary>First touch of a record in a transaction.</summary>
    public ulong ColdRecord { get; init; } = 2_100;

    /// <summary>Every later touch of either.</summary>
    public ulong Warm { get; init; } = 100;

    /// <summary>A record or account that did not exist.</summary>
    public ulong NewRecord { get; init; } = 20_000;

    /// <summary>A record or account that existed, first change in a transaction.</summary>
    public ulong ChangeRecord { get; init; } = 5_000;

    /// <summary>Each byte of a record above <see cref="RecordBytesIncluded"/>, where it grows.</summary>
    public ulong RecordByte { get; init; } = 8;

    public int RecordBytesIncluded { get; init; } = 32;

    /// <summary>Given back for a record deleted (EIP-3529).</summary>
    public ulong DeleteRefund { get; init; } = 4_800;

    public ulong Log { get; init; } = 375;

    public ulong LogTopic { get; init; } = 375;

    public ulong LogByte { get; init; } = 8;

    public ulong Keccak { get; init; } = 30;

    public ulong KeccakWord { get; init; } = 6;

    public ulong Ed25519Verify { get; init; } = 20_000;

    /// <summary>A record met by iteration, and the end of the iteration.</summary>
    public ulong IterateStep { get; init; } = 2_100;

    /// <summary>Each byte of a record read, above <see cref="ReadBytesIncluded"/>: large records take time to decode.</summary>
    public ulong ReadByte { get; init; } = 4;

    public int ReadBytesIncluded { get; init; } = 256;

    /// <summary>Finding a method, decoding its arguments.</summary>
    public ulong Dispatch { get; init; } = 700;

    /// <summary>Each word of what a method returns.</summary>
    public ulong ReturnWord { get; init; } = 8;

    /// <summary>Each call of a multicall, beside its dispatch and its data (by <see cref="KeccakWord"/>).</summary>
    public ulong InnerCall { get; init; } = 100;
}

using Dsdn.Chain.Log.Wire;

namespace Dsdn.Log.State;

/// <summary>
/// How long a network waits before it repairs, and before nodes erase: in log time, the same for everyone who follows the log. A development network is faster
/// (rulings 47). Encoded: round u64 | suspect rounds u32 | down u64 | repair u64 | lazy repair u64 | grace of Regular u64 | grace of DataCenter u64 | takes loopback u8.
/// </summary>
public sealed record StorageRules
{
    private const ulong SecondMs = 1_000, MinuteMs = 60 * SecondMs, HourMs = 60 * MinuteMs, DayMs = 24 * HourMs;
    private const byte ClassDataCenter = 1;

    public static StorageRules Standard { get; } = new();

    public static StorageRules Development { get; } = new()
    {
        RoundMs = 2 * SecondMs, DownAfterMs = 10 * SecondMs, RepairAfterMs = 10 * SecondMs, LazyRepairAfterMs = 20 * SecondMs,
        RegularGraceMs = 20 * SecondMs, DataCenterGraceMs = 20 * SecondMs, TakesLoopback = true,
    };

    /// <summary>How often coordinators call every node. Not zero.</summary>
    public ulong RoundMs { get; init; } = MinuteMs;

    /// <summary>Missed in a row: reads avoid the node and it is given nothing new (dataplane 1.17). Not zero.</summary>
    public uint SuspectRounds { get; init; } = 3;

    /// <summary>Since the first miss: the node is down.</summary>
    public ulong DownAfterMs { get; init; } = 15 * MinuteMs;

    /// <summary>Since it is down, where one more copy or shard may be lost. Where none may, nothing is waited for.</summary>
    public ulong RepairAfterMs { get; init; } = 15 * MinuteMs;

    /// <summary>Since it is down, where two or more may be lost: many nodes come back.</summary>
    public ulong LazyRepairAfterMs { get; init; } = 6 * HourMs;

    /// <summary>How long nodes keep what is deleted or no longer theirs, by their class (protocol 1.9).</summary>
    public ulong RegularGraceMs { get; init; } = 30 * DayMs;

    public ulong DataCenterGraceMs { get; init; } = 7 * DayMs;

    /// <summary>Whether nodes on 127.0.0.0/8 and ::1 count; each is then a network of its own.</summary>
    public bool TakesLoopback { get; init; }

    /// <param name="nodeClass">As in the registry.</param>
    public ulong GraceMs(byte nodeClass) => nodeClass == ClassDataCenter ? DataCenterGraceMs : RegularGraceMs;

    internal void Write(LogWriter writer) => writer
        .U64(RoundMs).U32(SuspectRounds).U64(DownAfterMs).U64(RepairAfterMs).U64(LazyRepairAfterMs).U64(RegularGraceMs).U64(DataCenterGraceMs).U8(TakesLoopback ? (byte)1 : (byte)0);

    /// <summary>Sums with any log time stay in range.</summary>
    internal static StorageRules Read(ref LogReader reader)
    {
        StorageRules rules = new()
        {
            RoundMs = reader.U64(), SuspectRounds = reader.U32(), DownAfterMs = reader.U64(), RepairAfterMs = reader.U64(), LazyRepairAfterMs = reader.U64(),
            RegularGraceMs = reader.U64(), DataCenterGraceMs = reader.U64(), TakesLoopback = reader.U8(1) == 1,
        };
        foreach (ulong timeMs in (ulong[])[rules.RoundMs, rules.DownAfterMs, rules.RepairAfterMs, rules.LazyRepairAfterMs, rules.RegularGraceMs, rules.DataCenterGraceMs])
            if (timeMs > Dsdn.Chain.Log.LogLimits.TimeMsMax) reader.Fail(Dsdn.Chain.Log.LogFault.Value);
        if (rules.RoundMs == 0 || rules.SuspectRounds == 0) reader.Fail(Dsdn.Chain.Log.LogFault.Value);
        return rules;
    }
}

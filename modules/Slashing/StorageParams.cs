using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Slashing;

/// <summary>
/// What nodes lose for audits of the log that they did not pass (protocol.md 1.7). Where genesis gives none, these are in force and no row is written.
/// </summary>
public sealed record StorageParams : IRow<StorageParams>
{
    public static ulong Version => 1;

    internal static readonly StorageParams Default = new();

    private const ulong HourMs = 3_600_000, DayMs = 24 * HourMs, YearMs = 366 * DayMs;

    /// <summary>A node that showed nothing for so long has not been serving; log time.</summary>
    public ulong SilentMs { get; init; } = 12 * HourMs;

    public ulong SilentBps { get; init; } = 50;

    /// <summary>Before a node that was silent may serve again.</summary>
    public ulong SilentCooldownMs { get; init; } = DayMs;

    /// <summary>Audits in a row that were answered wrongly: one may be a disk that is being read again.</summary>
    public ulong FailedInARow { get; init; } = 2;

    public ulong FailedBps { get; init; } = 500;

    public ulong FailedCooldownMs { get; init; } = 14 * DayMs;

    /// <summary>Contradicting signed answers; and the third fine for wrong ones within <see cref="FreeMs"/> bans as long.</summary>
    public ulong LieBps { get; init; } = 1_000;

    public ulong BanMs { get; init; } = 30 * DayMs;

    /// <summary>The first report within so long costs nothing.</summary>
    public ulong FreeMs { get; init; } = 30 * DayMs;

    /// <summary>Fines for wrong answers within <see cref="FreeMs"/> that ban.</summary>
    public const ulong FailedToBan = 3;

    public IEnumerable<string> Faults()
    {
        foreach ((string name, ulong value) in new[] { ("silentMs", SilentMs), ("silentCooldownMs", SilentCooldownMs), ("failedCooldownMs", FailedCooldownMs), ("banMs", BanMs), ("freeMs", FreeMs) })
            if (value > YearMs) yield return $"{name}: at most a year";
        foreach ((string name, ulong value) in new[] { ("silentBps", SilentBps), ("failedBps", FailedBps), ("lieBps", LieBps) })
            if (value is < 1 or > 10_000) yield return $"{name}: 1 to 10,000";
        if (FailedInARow is < 1 or > 100) yield return "failedInARow: 1 to 100";
    }

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(SilentMs);
        writer.Write(SilentBps);
        writer.Write(SilentCooldownMs);
        writer.Write(FailedInARow);
        writer.Write(FailedBps);
        writer.Write(FailedCooldownMs);
        writer.Write(LieBps);
        writer.Write(BanMs);
        writer.Write(FreeMs);
    }

    public static StorageParams ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong silentMs);
        reader.TryReadUInt64(out ulong silentBps);
        reader.TryReadUInt64(out ulong silentCooldownMs);
        reader.TryReadUInt64(out ulong failedInARow);
        reader.TryReadUInt64(out ulong failedBps);
        reader.TryReadUInt64(out ulong failedCooldownMs);
        reader.TryReadUInt64(out ulong lieBps);
        reader.TryReadUInt64(out ulong banMs);
        reader.TryReadUInt64(out ulong freeMs);
        return new StorageParams
        {
            SilentMs = silentMs, SilentBps = silentBps, SilentCooldownMs = silentCooldownMs, FailedInARow = failedInARow, FailedBps = failedBps, FailedCooldownMs = failedCooldownMs,
            LieBps = lieBps, BanMs = banMs, FreeMs = freeMs,
        };
    }
}

using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Outages;

/// <summary>What Celestia is like for a while.</summary>
internal enum Weather
{
    Good,

    /// <summary>Everything takes longer than the warning threshold.</summary>
    Slow,

    /// <summary>Connections are refused.</summary>
    Down,

    /// <summary>Nothing answers: every call runs into its timeout; transactions may get through.</summary>
    Hanging,

    /// <summary>The chain makes no blocks; the node answers.</summary>
    Halted,

    /// <summary>The node is many blocks behind.</summary>
    Lagging,
    OutOfFunds,
    NoAccess,
    MempoolFull,
    SequenceWrong,

    /// <summary>Transactions land and the reply is lost.</summary>
    RepliesLost,

    /// <summary>Transactions are lost and the caller waits.</summary>
    RequestsLost,

    /// <summary>Transactions stay in the mempool until just before they would expire.</summary>
    Stuck,

    /// <summary>Namespaces cannot be read.</summary>
    Unreadable,

    /// <summary>The node says that transactions are included which it threw away.</summary>
    Lying,

    /// <summary>Good and bad from one call to the next.</summary>
    Flaky,

    /// <summary>No more than a few blobs fit a transaction.</summary>
    SmallBlocks,
}

/// <summary>A weather from a time on.</summary>
internal readonly record struct Spell(ulong FromMs, Weather Weather);

/// <summary>What a seed brings: the weather of Celestia, the hours of the quorum, how often the process dies, and how much is produced.</summary>
internal sealed record OutagePlan(
    ulong EndMs, IReadOnlyList<Spell> Spells, IReadOnlyList<(ulong FromMs, bool IsUp)> Quorum, int CrashPerMille, int BlockMs, int BatchMs, int PendingMax, int EmergencyFailsPerMille, int DuplicatesPerMille, int OrdersPerHour)
{
    private const int MinuteMs = 60_000;

    public static OutagePlan Draw(ulong seed)
    {
        SeededRandom random = SeededRandom.Of(seed, "outage plan");
        ulong endMs = (ulong)random.Between(60, 240) * MinuteMs;
        List<Spell> spells = [new(0, random.OneIn(6) ? Weather.Down : Weather.Good)];
        for (ulong at = Stretch(random); at < endMs; at += Stretch(random)) spells.Add(new(at, random.OneIn(3) ? Weather.Good : (Weather)random.Between(1, (int)Weather.SmallBlocks)));
        List<(ulong, bool)> quorum = [(0, !random.OneIn(8))];
        for (ulong at = Stretch(random) * 2; at < endMs; at += Stretch(random) * 2) quorum.Add((at, random.OneIn(2)));
        return new OutagePlan(
            endMs, spells, quorum, random.OneIn(3) ? 0 : random.Between(1, 12), random.Pick([2_600, 6_000, 12_000]), random.Pick([2_000, 5_000, 20_000, 90_000]),
            random.OneIn(3) ? random.Between(8, 60) : 100_000, random.OneIn(3) ? random.Between(50, 900) : 0, random.OneIn(2) ? random.Between(1, 200) : 0, random.OneIn(3) ? random.Between(1, 6) : 0);
    }

    public Weather WeatherAt(ulong nowMs) => nowMs >= EndMs ? Weather.Good : SpellAt(nowMs);

    public bool IsQuorumUp(ulong nowMs)
    {
        if (nowMs >= EndMs) return true;
        bool isUp = true;
        foreach ((ulong from, bool state) in Quorum) isUp = from <= nowMs ? state : isUp;
        return isUp;
    }

    private Weather SpellAt(ulong nowMs)
    {
        Weather weather = Weather.Good;
        foreach (Spell spell in Spells) weather = spell.FromMs <= nowMs ? spell.Weather : weather;
        return weather;
    }

    /// <summary>Mostly minutes; one in four is longer than the threshold of Emergency.</summary>
    private static ulong Stretch(SeededRandom random) => random.Below(4) switch
    {
        0 => (ulong)random.Between(5_000, MinuteMs),
        1 => (ulong)random.Between(1, 8) * MinuteMs,
        2 => (ulong)random.Between(4, 20) * MinuteMs,
        _ => (ulong)random.Between(25, 50) * MinuteMs,
    };
}

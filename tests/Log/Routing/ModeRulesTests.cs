using Dsdn.Log.Routing;
using static Dsdn.Log.Routing.ModeReason;
using static Dsdn.Log.Routing.RouterMode;

namespace Dsdn.Log.Tests.Routing;

/// <summary>The table of modes, row by row.</summary>
public sealed class ModeRulesTests
{
    private const ulong Minute = 60_000;

    // from, outage, down now, slow, steadily fast, steadily back, quorum silent, quorum steady, backlog done -> to, reason
    public static TheoryData<RouterMode, ulong, string, RouterMode, ModeReason> Rows => new()
    {
        { Healthy, 0, "fast steady", Healthy, default },
        { Healthy, 0, "slow", Warning, Latency },
        { Healthy, 29_000, "down", Healthy, default },
        { Healthy, 31_000, "down slow", Warning, Latency },
        { Healthy, 5 * Minute, "down", Healthy, default },
        { Healthy, (5 * Minute) + 1, "down slow", Degraded, PrimaryDown },
        { Healthy, (5 * Minute) + 1, "down silent", Emergency, QuorumUnreachable },
        { Healthy, (30 * Minute) + 1, "down", Emergency, PrimaryDown },
        { Warning, 0, "slow fast", Warning, default },
        { Warning, 0, "", Warning, default },
        { Warning, 0, "fast", Healthy, LatencyNormal },
        { Warning, 5 * Minute, "down slow silent", Warning, default },
        { Warning, (5 * Minute) + 1, "down slow", Degraded, PrimaryDown },
        { Degraded, 6 * Minute, "down", Degraded, PrimaryDown },
        { Degraded, 6 * Minute, "down silent", Emergency, QuorumUnreachable },
        { Degraded, 30 * Minute, "down", Degraded, PrimaryDown },
        { Degraded, (30 * Minute) + 1, "down", Emergency, PrimaryDown },
        { Degraded, 45 * Minute, "", Degraded, default },
        { Degraded, 45 * Minute, "silent", Degraded, default },
        { Degraded, 45 * Minute, "back", Recovering, PrimaryBack },
        { Degraded, 45 * Minute, "back silent done", Recovering, PrimaryBack },
        { Emergency, 31 * Minute, "down steady", Emergency, PrimaryDown },
        { Emergency, 6 * Minute, "down", Emergency, default },
        { Emergency, 6 * Minute, "down steady", Degraded, QuorumBack },
        { Emergency, 6 * Minute, "down silent", Emergency, QuorumUnreachable },
        { Emergency, 31 * Minute, "", Emergency, default },
        { Emergency, 31 * Minute, "back", Recovering, PrimaryBack },
        { Recovering, 0, "", Recovering, default },
        { Recovering, 0, "slow", Recovering, default },
        { Recovering, 0, "done", Healthy, Reconciled },
        { Recovering, Minute, "down done", Recovering, default },
        { Recovering, (5 * Minute) + 1, "down", Degraded, PrimaryDown },
        { Recovering, (30 * Minute) + 1, "down", Emergency, PrimaryDown },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void TheNextModeIsThatOfTheTable(RouterMode from, ulong outageMs, string facts, RouterMode to, ModeReason reason)
    {
        string[] words = facts.Split(' ');
        ModeFacts read = new(
            outageMs, words.Contains("down"), words.Contains("slow"), words.Contains("fast"), words.Contains("back"), words.Contains("silent"), words.Contains("steady"), words.Contains("done"));
        (RouterMode next, ModeReason why) = ModeRules.Next(from, read, RouterOptions.Default);
        Assert.Equal(to, next);
        if (from != to) Assert.Equal(reason, why);
    }
}

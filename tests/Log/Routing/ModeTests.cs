using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.Routing;

namespace Dsdn.Log.Tests.Routing;

/// <summary>Modes as a process goes through them, to the millisecond.</summary>
public sealed class ModeTests
{
    [Fact]
    public void ATimerThatEndsALittleEarlyIsSetAgain()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(1_000);
        ulong dueMs = rig.Effects.OfType<RouterEffect.WakeAt>().Last().AtMs;
        IReadOnlyList<RouterEffect> effects = rig.Router.Step(new RouterInput.Tick(dueMs - 1));
        Assert.Contains(new RouterEffect.WakeAt(dueMs), effects);
    }

    [Fact]
    public void AnOutageWarnsDegradesAndBecomesAnEmergencyExactlyAtTheThresholds()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(60_000);
        rig.IsDown = true;
        ulong downAt = rig.Effects.Count > 0 ? DownSince(rig) : 0;
        rig.Run(2_000_000);
        Assert.Equal(
            [(downAt + 30_001, RouterMode.Warning), (downAt + 300_001, RouterMode.Degraded), (downAt + 1_800_001, RouterMode.Emergency)],
            rig.Changes.Select(static change => (change.AtMs, change.Change.To)));
        Assert.All(rig.Changes.Skip(1), static change => Assert.Equal(ModeReason.PrimaryDown, change.Change.Reason));
    }

    [Fact]
    public void ASilentQuorumMakesAnOutageOfFiveMinutesAnEmergency()
    {
        RouterRig rig = new RouterRig { IsDown = true, IsQuorumUp = false }.Start();
        rig.Decide();
        rig.Run(300_100);
        Assert.Equal(RouterMode.Emergency, rig.Mode);
        Assert.Equal(ModeReason.QuorumUnreachable, rig.Changes[^1].Change.Reason);
        Assert.Equal(DaTier.Emergency, rig.Canonical(1));
        rig.IsQuorumUp = true;
        rig.Run(1_000);
        rig.Decide();
        rig.Run(58_000);
        Assert.Equal(RouterMode.Emergency, rig.Mode);
        rig.Run(2_000);
        Assert.Equal((RouterMode.Degraded, ModeReason.QuorumBack), (rig.Mode, rig.Changes[^1].Change.Reason));
        Assert.Equal([DaTier.Emergency, DaTier.Quorum], rig.Pointers(1).Select(static pointer => pointer.Tier));
        Assert.Equal(DaTier.Quorum, rig.Canonical(2));
        Assert.DoesNotContain(rig.Effects, static effect => effect is RouterEffect.Submit);
    }

    [Fact]
    public void InAnEmergencyTheQuorumIsPreferredAndTheCopyIsExtra()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        rig.Run(1_800_100);
        Assert.Equal(RouterMode.Emergency, rig.Mode);
        rig.Decide();
        rig.Run(5_000);
        Assert.Equal([DaTier.Quorum, DaTier.Emergency], rig.Pointers(1).Select(static pointer => pointer.Tier));
    }

    [Fact]
    public void OneGoodProbeEndsNoOutage()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        rig.Run(400_000);
        rig.IsDown = false;
        rig.Run(15_000);
        rig.IsDown = true;
        rig.Run(600_000);
        rig.IsDown = false;
        rig.Run(55_000);
        Assert.Equal(RouterMode.Degraded, rig.Mode);
        rig.Run(12_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        Assert.Equal([RouterMode.Warning, RouterMode.Degraded, RouterMode.Recovering, RouterMode.Healthy], rig.Changes.Select(static change => change.Change.To));
    }

    [Fact]
    public void AFlappingCelestiaDoesNotResetTheClockOfTheEmergency()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        rig.Run(1_000_000);
        rig.IsDown = false;
        rig.Run(20_000);
        rig.IsDown = true;
        rig.Run(785_000);
        Assert.Equal(RouterMode.Emergency, rig.Mode);
    }

    [Fact]
    public void SlowAnswersWarnAndFastOnesInARowEndIt()
    {
        RouterRig rig = new RouterRig { LatencyMs = 29_000 }.Start();
        rig.Run(200_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        rig.LatencyMs = 31_000;
        rig.Run(70_000);
        Assert.Equal(RouterMode.Warning, rig.Mode);
        rig.LatencyMs = 100;
        ulong since = rig.NowMs;
        while (rig.Mode == RouterMode.Warning) rig.Run(1_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        Assert.InRange(rig.NowMs - since, 20_000UL, 60_000UL); // five fast probes, behind the last slow one
    }

    [Fact]
    public void InWarningCelestiaIsStillWrittenWithMorePatience()
    {
        RouterRig rig = new RouterRig { LatencyMs = 29_000 }.Start();
        rig.Run(30_000);
        rig.Decide();
        rig.Run(10_000);
        rig.LatencyMs = 31_000;
        rig.Run(80_000);
        rig.Decide();
        rig.Run(60_000);
        Assert.Equal(RouterMode.Warning, rig.Mode);
        Assert.Equal([60_000UL, 120_000], rig.Submits.Select(static submit => submit.TimeoutMs));
        Assert.Equal(DaTier.Celestia, rig.Canonical(2));
    }

    [Fact]
    public void NothingToPostIsNoFailure()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(4 * 3_600_000);
        Assert.Empty(rig.Changes);
        Assert.Equal(PressureLevel.None, rig.Pressure);
    }

    [Fact]
    public void AProbeThatIsNeverAnsweredCountsFromItsBeginning()
    {
        RouterRig rig = new RouterRig { LatencyMs = 100_000_000 }.Start();
        ulong begun = rig.NowMs;
        rig.Run(400_000);
        Assert.Equal((begun + 300_001, RouterMode.Degraded), (rig.Changes[^1].AtMs, rig.Mode));
    }

    [Fact]
    public void AHaltedChainIsDetectedByTheTimeOfItsHead()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(30_000);
        rig.HasBlocks = false;
        rig.Run(60_000 + 310_000);
        Assert.Equal(RouterMode.Degraded, rig.Mode);
        rig.HasBlocks = true;
        rig.Run(80_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
    }

    [Fact]
    public void AnEmptyAccountOpensWritesAndNotReads()
    {
        RouterRig rig = new RouterRig { OnSubmit = static _ => null }.Start();
        rig.Run(1_000);
        rig.Decide();
        rig.Run(1_000);
        rig.Balance = DaBalance.Empty;
        rig.OnSubmit = static _ => throw new InvalidOperationException("nothing may be written");
        rig.Run(400_000);
        Assert.Equal(RouterMode.Degraded, rig.Mode);
        Assert.True(rig.LookUps.Count() > 5); // what was sent is still looked for
        Assert.Single(rig.Effects.OfType<RouterEffect.Alert>(), static alert => alert.Code == "DSDN-E-DA-FUNDS");
    }

    [Fact]
    public void AnOperatorsModeStaysUntilItIsTakenBackAlsoOverARestart()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(100_000);
        rig.Force(RouterMode.Degraded);
        rig.Decide(3);
        rig.Run(100_000);
        rig.Restart().Run(100_000);
        Assert.Equal(RouterMode.Degraded, rig.Mode);
        Assert.Empty(rig.Submits);
        Assert.Equal(DaTier.Quorum, rig.Canonical(1));
        rig.Force(null);
        rig.Run(30_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        Assert.Equal<ulong>([1, 2, 3], [.. rig.Chain.Keys.Order()]);
        Assert.Equal(
            [FallbackReason.Manual],
            rig.Effects.OfType<RouterEffect.Announce>().Select(static announce => announce.Event).OfType<FallbackActivated>().Select(static activated => activated.Reason));
    }

    [Fact]
    public void OnlyModesThatAnOperatorMayAskForAreTaken()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Force(RouterMode.Recovering);
        rig.Run(1_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        Assert.False(rig.Router.Metrics.IsForced);
        Assert.Contains(rig.Effects, static effect => effect is RouterEffect.Alert { Code: "DSDN-E-DA-MODE" });
    }

    [Fact]
    public void ARestartInTheMiddleOfAnOutageForgetsNeitherModeNorClock()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        ulong downAt = rig.NowMs;
        rig.Decide(2);
        rig.Run(1_000_000);
        rig.Restart().Run(900_000);
        Assert.Equal((downAt + 1_800_001, RouterMode.Emergency), (rig.Changes[^1].AtMs, rig.Mode));
    }

    [Fact]
    public void AnOutageIsAnnouncedWithItsEndAndItsReconciliation()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        rig.Run(310_000);
        rig.Decide(5);
        rig.Run(10_000);
        rig.IsDown = false;
        rig.Run(120_000);
        EventBody[] events = [.. rig.Effects.OfType<RouterEffect.Announce>().Select(static announce => announce.Event)];
        Assert.Collection(
            events,
            static first => Assert.Equal((FallbackReason.PrimaryDown, (byte)2), (Assert.IsType<FallbackActivated>(first).Reason, ((FallbackActivated)first).Tier)),
            static second => Assert.Equal(0UL, Assert.IsType<FallbackDeactivated>(second).Reconciled),
            static third => Assert.Equal((1UL, 5UL), (Assert.IsType<ReconciliationStarted>(third).FirstSeq, ((ReconciliationStarted)third).Pending)),
            static fourth => Assert.Equal((5UL, 5UL, 0UL), (Assert.IsType<ReconciliationCompleted>(fourth).LastSeq, ((ReconciliationCompleted)fourth).Reconciled, ((ReconciliationCompleted)fourth).Failed)));
        Assert.Equal([1UL, 2, 3, 4], rig.Outbox.Announcements.Select(static open => open.Id));
        for (ulong id = 1; id <= 4; id++) rig.Outbox.Announced(id);
        rig.Outbox.Flush();
        Assert.Empty(rig.Restart().Outbox.Announcements);
    }

    private static ulong DownSince(RouterRig rig)
    {
        // The next probe is the first that fails.
        int before = rig.Effects.Count(static effect => effect is RouterEffect.Probe);
        while (rig.Effects.Count(static effect => effect is RouterEffect.Probe) == before) rig.Run(1);
        return rig.NowMs;
    }
}

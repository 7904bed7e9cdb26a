using Dsdn.Chain.Log.Availability;
using Dsdn.Log.Routing;

namespace Dsdn.Log.Tests.Routing;

/// <summary>What went wrong with others who post to a data availability layer (da 5.2, 6), one test an incident.</summary>
public sealed class IncidentTests
{
    [Fact]
    public void TheChainKeepsBuildingWhileDaIsDeadAndTheBacklogIsPostedInPiecesThatFit()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        rig.Decide(200, 60_000);
        rig.Run(400_000);
        Assert.Equal(200UL, rig.Router.Metrics.PendingCount);
        Assert.All(Enumerable.Range(1, 200), seq => Assert.Equal(DaTier.Quorum, rig.Canonical((ulong)seq)));
        rig.IsDown = false;
        rig.Run(300_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        Assert.All(rig.Submits, submit => Assert.InRange(submit.Seqs.Count, 1, (int)(rig.Options.SubmitBytesMax / 60_000)));
        Assert.Equal(Enumerable.Range(1, 200).Select(static seq => (ulong)seq), rig.Submits.SelectMany(static submit => submit.Seqs));
    }

    [Fact]
    public void ProductionSlowsAndPausesAtTheLimitsAndGoesOnWhenThereIsRoom()
    {
        RouterRig rig = new RouterRig(RouterOptions.Default with { PendingCountMax = 20, FlushAgeMs = 0 }) { IsDown = true }.Start();
        rig.Decide(9);
        Assert.Equal(PressureLevel.None, rig.Pressure);
        rig.Decide();
        Assert.Equal(PressureLevel.Slow, rig.Pressure);
        rig.Decide(10);
        Assert.Equal(PressureLevel.Pause, rig.Pressure);
        rig.IsDown = false;
        rig.Run(120_000);
        Assert.Equal(PressureLevel.None, rig.Pressure);
    }

    [Theory]
    [InlineData(1_000_000UL, 4UL * 1_024 * 1_024 * 1_024, 3_600_000UL)]
    [InlineData(1_000_000UL, 50_000UL, 1_000_000_000UL)]
    public void BytesAndAgeAreLimitsToo(ulong countMax, ulong bytesMax, ulong ageMsMax)
    {
        RouterRig rig = new RouterRig(RouterOptions.Default with { PendingCountMax = countMax, PendingBytesMax = bytesMax, PendingAgeMsMax = ageMsMax }) { IsDown = true }.Start();
        rig.Decide(50, 1_000);
        rig.Run(3_600_100);
        Assert.Equal(PressureLevel.Pause, rig.Pressure);
    }

    [Fact]
    public void ThePendingLimitDoesNotDeadlockARestart()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        rig.Decide(100);
        rig.Run(400_000);
        rig.Restart(RouterOptions.Default with { PendingCountMax = 10 });
        Assert.Equal(PressureLevel.Pause, rig.Pressure);
        rig.IsDown = false;
        rig.Run(300_000);
        Assert.Equal(0UL, rig.Router.Metrics.PendingCount);
        Assert.Equal(PressureLevel.None, rig.Pressure);
    }

    [Fact]
    public void TheProcessStartsWhileDaIsDown()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        rig.Decide(3);
        rig.Run(10_000);
        rig.Restart();
        rig.Decide(3);
        rig.Run(10_000);
        Assert.Equal(PressureLevel.None, rig.Pressure);
        Assert.Equal(6UL, rig.Router.Metrics.PendingCount);
    }

    [Theory]
    [InlineData(SubmitRefusal.NotSent)]
    [InlineData(SubmitRefusal.Sequence)]
    [InlineData(SubmitRefusal.MempoolFull)]
    [InlineData(SubmitRefusal.OutOfFunds)]
    [InlineData(SubmitRefusal.NoAccess)]
    [InlineData(SubmitRefusal.Invalid)]
    [InlineData(SubmitRefusal.Other)]
    public void OneFailedSubmitDoesNotStopPostingForEver(SubmitRefusal why)
    {
        RouterRig rig = new RouterRig().Start();
        int failures = 0;
        rig.OnSubmit = _ => ++failures == 1 ? new SubmitOutcome.Refused(why) : new SubmitOutcome.Included(0);
        rig.Decide();
        rig.Run(100_000);
        Assert.Equal(DaTier.Celestia, rig.Canonical(1));
    }

    [Fact]
    public void TheShellThatNeverAnswersDoesNotStopPostingForEver()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(1_000);
        rig.Decide();
        RouterEffect.Submit lost = rig.Submits.Single();
        rig.Restart(); // the old process's answers come to nobody
        rig.Run(700_000);
        Assert.Equal(DaTier.Celestia, rig.Canonical(1));
        rig.Feed(new RouterInput.SubmitDone(lost.Id + 1_000, new SubmitOutcome.Included(3), rig.NowMs)); // and a late one does no harm
        Assert.Equal(0UL, rig.Router.Metrics.PendingCount);
    }

    [Fact]
    public void WaitsBetweenRetriesHaveAnEnd()
    {
        RouterRig rig = new RouterRig { OnSubmit = static _ => new SubmitOutcome.Refused(SubmitRefusal.MempoolFull) }.Start();
        List<ulong> at = [];
        rig.OnSubmit = _ =>
        {
            at.Add(rig.NowMs);
            return new SubmitOutcome.Refused(SubmitRefusal.MempoolFull);
        };
        rig.Decide();
        rig.Run(3 * 3_600_000);
        Assert.True(at.Count > 150);
        Assert.All(at.Zip(at.Skip(1), static (a, b) => b - a), static wait => Assert.InRange(wait, 1_000UL, 61_000UL));
        rig.OnSubmit = static _ => new SubmitOutcome.Included(0);
        rig.Run(200_000);
        Assert.Equal((RouterMode.Healthy, DaTier.Quorum), (rig.Mode, rig.Canonical(1)));
    }

    [Fact]
    public void ATransactionThatTimesOutAndLandsIsNotPaidForTwice()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(1_000);
        rig.OnSubmit = _ => null;
        rig.Decide(2);
        rig.Run(1_000);
        Assert.Equal([1UL], rig.Submits.Single().Seqs);
        ulong landsAt = rig.Head + 30; // long after the timeout of a minute
        rig.Run(150_000);
        Assert.Single(rig.Submits);
        rig.Chain[1] = landsAt;
        rig.OnSubmit = static _ => new SubmitOutcome.Included(0);
        rig.Run(100_000);
        Assert.Equal(landsAt, rig.Pointers(1).Single(static pointer => pointer.Tier == DaTier.Celestia).CelestiaHeight);
        Assert.Equal([1UL, 2], rig.Submits.SelectMany(static submit => submit.Seqs));
    }

    [Fact]
    public void ATransactionThatNeverArrivedIsPostedAgainOnceItCannotLandAnyMore()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(1_000);
        int attempts = 0;
        List<ulong> heads = [];
        rig.OnSubmit = _ =>
        {
            heads.Add(rig.Head);
            return ++attempts == 1 ? null : new SubmitOutcome.Included(0);
        };
        rig.Decide();
        rig.Run(3_600_000);
        Assert.Equal(2, heads.Count);
        Assert.True(heads[1] >= heads[0] + rig.Options.MempoolTtlBlocks);
        Assert.All(rig.LookUps.SkipLast(1), lookUp => Assert.True(lookUp.FromHeight > heads[0]));
        Assert.NotNull(rig.Canonical(1));
    }

    [Fact]
    public void AFailedLookUpIsNotTakenForAbsence()
    {
        RouterRig rig = new RouterRig { OnSubmit = static _ => null }.Start();
        rig.Run(1_000);
        rig.Decide();
        rig.Run(61_000);
        rig.AnswersLookUps = false;
        rig.Run(3_600_000);
        Assert.Single(rig.Submits);
        Assert.Equal(RouterMode.Emergency, rig.Mode); // headers come, but nothing can be confirmed
    }

    [Fact]
    public void AClaimOfInclusionIsBelievedOnlyWhenTheBlobIsProvenToBeThere()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(1_000);
        rig.OnSubmit = _ => new SubmitOutcome.Included(rig.Head);
        rig.Decide();
        rig.Run(20_000);
        Assert.Empty(rig.Pointers(1));
        Assert.Contains(rig.Effects, static effect => effect is RouterEffect.Alert { Code: "DSDN-E-DA-CLAIM" });
        rig.OnSubmit = static _ => new SubmitOutcome.Included(0);
        rig.Run(3_600_000);
        Assert.NotNull(rig.Canonical(1));
        Assert.Equal(2, rig.Submits.Count());
    }

    [Fact]
    public void ACrashBetweenDecisionAndSubmitLosesNothing()
    {
        RouterRig rig = new RouterRig(RouterOptions.Default).Start();
        rig.Run(1_000);
        rig.Decide(3);
        Assert.Empty(rig.Submits);
        rig.Restart().Run(100_000);
        Assert.Equal<ulong>([1, 2, 3], [.. rig.Chain.Keys.Order()]);
    }

    [Fact]
    public void ACrashBehindASubmitLooksBeforeItPostsAgain()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(1_000);
        rig.Decide();
        Assert.Single(rig.Submits);
        rig.Chain.Clear();
        rig.Chain[1] = rig.Head + 2;
        rig.Restart().Run(100_000);
        Assert.Single(rig.Submits);
        Assert.Equal(DaTier.Celestia, rig.Canonical(1));
    }

    [Fact]
    public void NewBatchesAreTakenWhileTheBacklogIsReconciledAndHealthReturnsWithTheLastOfTheOutage()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        rig.Decide(60, 60_000);
        rig.Run(400_000);
        rig.IsDown = false;
        while (rig.Mode != RouterMode.Recovering) rig.Run(1_000);
        int recovering = 0;
        while (rig.Mode == RouterMode.Recovering && recovering++ < 1_000)
        {
            rig.Decide(); // there is always a newest batch that is pending
            Assert.Equal(PressureLevel.None, rig.Pressure);
            rig.Run(1_000);
        }
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        Assert.InRange(rig.Router.Metrics.PendingCount, 1UL, 100UL);
    }

    [Fact]
    public void OneLandedBlobDeletesNoOther()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(10_000);
        rig.IsDown = true;
        rig.Decide(10);
        rig.Run(400_000);
        rig.Chain[4] = rig.Head + 1; // somebody else posted it
        rig.IsDown = false;
        rig.Run(200_000);
        Assert.Equal(Enumerable.Range(1, 10).Where(static seq => seq != 4).Select(static seq => (ulong)seq), rig.Submits.SelectMany(static submit => submit.Seqs));
        Assert.All(Enumerable.Range(1, 10), seq => Assert.Contains(rig.Pointers((ulong)seq), static pointer => pointer.Tier == DaTier.Celestia));
        Assert.Empty(rig.Outbox.Pending);
    }

    [Fact]
    public void TooBigMakesSmallerTransactionsAndNoOutage()
    {
        RouterRig rig = new RouterRig(RouterOptions.Default with { FlushAgeMs = 5_000 }) { OnSubmit = static submit => submit.Seqs.Count > 3 ? new SubmitOutcome.Refused(SubmitRefusal.TooBig) : new SubmitOutcome.Included(0) }.Start();
        rig.Decide(40);
        rig.Run(200_000);
        Assert.Empty(rig.Changes);
        Assert.Equal(Enumerable.Range(1, 40).Select(static seq => (ulong)seq), rig.Chain.OrderBy(static at => at.Value).ThenBy(static at => at.Key).Select(static at => at.Key));
    }

    [Fact]
    public void ABatchThatIsTooBigEvenAloneIsSetAsideAndTheOthersGoOn()
    {
        RouterRig rig = new RouterRig { OnSubmit = static submit => submit.Seqs.Contains(2UL) ? new SubmitOutcome.Refused(SubmitRefusal.TooBig) : new SubmitOutcome.Included(0) }.Start();
        rig.Decide(4);
        rig.Run(120_000);
        Assert.Equal<ulong>([1, 3, 4], [.. rig.Chain.Keys.Order()]);
        Assert.Equal((1UL, 1UL), (rig.Router.Metrics.PendingCount, rig.Router.Metrics.Unpostable));
        Assert.Empty(rig.Changes);
        rig.OnSubmit = static _ => new SubmitOutcome.Included(0);
        rig.Restart().Run(60_000);
        Assert.Equal(0UL, rig.Router.Metrics.PendingCount);
    }

    [Fact]
    public void AWrongNamespaceAlertsAndOpensNoBreaker()
    {
        RouterRig rig = new RouterRig { OnSubmit = static _ => new SubmitOutcome.Refused(SubmitRefusal.Invalid) }.Start();
        rig.Decide();
        rig.Run(3_600_000);
        Assert.Empty(rig.Changes);
        Assert.InRange(rig.Effects.Count(static effect => effect is RouterEffect.Alert { Code: "DSDN-E-DA-INVALID" }), 50, 61);
    }

    [Fact]
    public void AStickySequenceMismatchAlertsAndIsNotHammered()
    {
        RouterRig rig = new RouterRig { OnSubmit = static _ => new SubmitOutcome.Refused(SubmitRefusal.Sequence) }.Start();
        rig.Decide();
        rig.Run(600_000);
        Assert.InRange(rig.Submits.Count(), 3, 14);
        Assert.Single(rig.Effects.OfType<RouterEffect.Alert>(), static alert => alert.Code == "DSDN-E-DA-SEQUENCE");
        Assert.Equal(RouterMode.Degraded, rig.Mode);
    }

    [Fact]
    public void TheFallbackPathWorksToItsEndAndNotOnlyInTheConfiguration()
    {
        RouterRig rig = new RouterRig { IsDown = true, IsQuorumUp = false, EmergencyFault = "the disk is full" }.Start();
        rig.Decide(3);
        rig.Run(301_000);
        Assert.Equal((RouterMode.Emergency, PressureLevel.Pause), (rig.Mode, rig.Pressure)); // no tier takes a batch
        rig.EmergencyFault = null;
        rig.Run(70_000);
        Assert.Equal(PressureLevel.None, rig.Pressure);
        Assert.All(Enumerable.Range(1, 3), seq => Assert.Equal(DaTier.Emergency, rig.Canonical((ulong)seq)));
        rig.IsQuorumUp = true;
        rig.IsDown = false;
        rig.Run(200_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        Assert.All(Enumerable.Range(1, 3), seq => Assert.Equal([DaTier.Celestia, DaTier.Quorum, DaTier.Emergency], rig.Pointers((ulong)seq).Select(static pointer => pointer.Tier).Order()));
    }

    [Fact]
    public void AfterAnUnavailableFallbackThePosterIsNotOutOfStep()
    {
        RouterRig rig = new RouterRig { IsDown = true, IsQuorumUp = false }.Start();
        for (int i = 0; i < 30; i++)
        {
            rig.Decide();
            rig.Run(60_000);
            rig.IsQuorumUp = i % 3 == 0;
            if (i % 7 == 6) rig.Restart();
        }
        rig.IsDown = false;
        rig.IsQuorumUp = true;
        rig.Run(300_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        Assert.Equal(Enumerable.Range(1, 30).Select(static seq => (ulong)seq), rig.Submits.SelectMany(static submit => submit.Seqs));
    }

    [Fact]
    public void CheapBatchesWaitUntilThereAreEnoughBytesOrTheOldestIsOldEnough()
    {
        RouterRig rig = new RouterRig(RouterOptions.Default).Start();
        rig.Run(1_000);
        rig.Decide(10, 1_000);
        rig.Run(299_000);
        Assert.Empty(rig.Submits);
        rig.Run(2_000);
        Assert.Equal(10, rig.Submits.Single().Seqs.Count);
        rig.Run(60_000);
        rig.Decide(2, 40_000);
        rig.Run(2_000);
        Assert.Equal(2, rig.Submits.Last().Seqs.Count);
    }

    [Fact]
    public void ReconciliationKeepsBelowItsRate()
    {
        RouterRig rig = new RouterRig(RouterOptions.Default with { ReconcileBytesPerSecondMax = 10_000, FlushAgeMs = 0, ReconcileBatchesMax = 5 }) { IsDown = true }.Start();
        rig.Decide(100, 60_000);
        rig.Run(400_000);
        rig.IsDown = false;
        while (rig.Mode != RouterMode.Recovering) rig.Run(1_000);
        ulong begun = rig.NowMs;
        int before = rig.Submits.Count();
        rig.Run(300_000);
        int posted = rig.Submits.Skip(before).Sum(static submit => submit.Seqs.Count);
        Assert.InRange(posted * 60_000, 2_000_000, (int)((rig.NowMs - begun) * 10) + (5 * 60_000));
    }

    [Fact]
    public void ACertificateThatComesAfterCelestiaIsASupplement()
    {
        RouterRig rig = new RouterRig { IsQuorumUp = false }.Start();
        rig.Decide();
        rig.Run(30_000);
        Assert.Equal(DaTier.Celestia, rig.Canonical(1));
        rig.IsQuorumUp = true;
        rig.Run(2_000);
        Assert.Equal([DaTier.Celestia, DaTier.Quorum], rig.Pointers(1).Select(static pointer => pointer.Tier));
    }

    [Fact]
    public void BatchesDecidedBeforeTheFirstHeadAreNotLookedForFromTheFirstHeightOfCelestia()
    {
        RouterRig rig = new RouterRig { IsDown = true }.Start();
        rig.Decide(3);
        rig.Run(400_000);
        rig.Restart().Run(1_000);
        rig.IsDown = false;
        rig.Run(200_000);
        Assert.Equal<ulong>([1, 2, 3], [.. rig.Chain.Keys.Order()]);
        Assert.All(rig.LookUps, static lookUp => Assert.True(lookUp.FromHeight > 500));
    }

    [Fact]
    public void ALongOutageIsLookedOverOnceAndNotOnceATransaction()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(10_000);
        rig.IsDown = true;
        rig.Decide(500, 60_000);
        rig.Run(3_600_000);
        rig.IsDown = false;
        rig.Run(1_000_000);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
        Assert.Equal(500, rig.Chain.Count);
        Assert.InRange(rig.LookUps.Count(static lookUp => lookUp.FromHeight < lookUp.ToHeight), 1, 5);
    }

    [Fact]
    public void ALookUpThatIsTooLongIsAskedForInSmallerPieces()
    {
        RouterRig rig = new RouterRig().Start();
        rig.Run(10_000);
        rig.IsDown = true;
        rig.Decide(3);
        rig.Run(7_200_000);
        rig.IsDown = false;
        rig.LookUpHeightsAnswered = 40;
        rig.Run(3_600_000);
        Assert.Equal(3, rig.Chain.Count);
        Assert.Equal(RouterMode.Healthy, rig.Mode);
    }

    [Fact]
    public void TheSameInputsGiveTheSameEffects()
    {
        string[] First() => [.. Play().Effects.Select(static effect => effect is RouterEffect.Submit submit ? $"submit {submit.Id} {string.Join(',', submit.Seqs)}" : effect is RouterEffect.LookUp lookUp ? $"look {lookUp.Id} {string.Join(',', lookUp.Blobs)}" : effect.ToString())];
        Assert.Equal(First(), First());

        static RouterRig Play()
        {
            RouterRig rig = new RouterRig().Start();
            rig.Decide(5);
            rig.Run(50_000);
            rig.IsDown = true;
            rig.Decide(5);
            rig.Run(500_000);
            rig.IsDown = false;
            rig.Run(200_000);
            return rig;
        }
    }
}

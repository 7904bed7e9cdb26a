using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>Proposer-based time (precision 500 ms, message delay 4 s) and when heights begin.</summary>
public sealed class TimeTests
{
    private static readonly Hash256 A = TestNet.Value("a"), Nil = Hash256.Zero;

    [Theory]
    [InlineData(10_500, true)]
    [InlineData(10_501, false)] // ahead of our clock by more than the precision
    [InlineData(5_500, true)]
    [InlineData(5_499, false)] // older than precision and delay
    public void AFirstProposalIsPrevotedOnlyIfItsTimeIsNearTheClock(ulong timeMs, bool isTimely)
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.ProposeValid(rig.Net.Proposal(0, A, timeMs: timeMs));
        Assert.Equal(isTimely ? A : Nil, rig.OwnVotes.Single().ValueId);
    }

    [Fact]
    public void TimeIsMeasuredWhenTheProposalArrivesNotWhenItsValueWasExecuted()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Propose(rig.Net.Proposal(0, A));
        rig.NowMs = 60_000;
        rig.Check(rig.Net.Proposal(0, A));
        Assert.Equal(A, rig.OwnVotes.Single().ValueId);
    }

    /// <summary>Bounds that are too narrow would mean nil prevotes for ever.</summary>
    [Fact]
    public void TheDelayGrowsByRound()
    {
        var synchrony = new SynchronyOptions(500, 4_000);
        Assert.True(synchrony.IsTimely(10_000, 14_500, 0));
        Assert.False(synchrony.IsTimely(10_000, 14_501, 0));
        Assert.True(synchrony.IsTimely(10_000, 14_900, 1));
        Assert.False(synchrony.IsTimely(10_000, 14_901, 1));
        Assert.True(synchrony.IsTimely(10_000, 70_000, 30));
        Assert.True(new SynchronyOptions(0, 1).IsTimely(10_000, 10_008, 7)); // a delay of 1 ms grows too
        Assert.False(synchrony.IsTimely(0, ulong.MaxValue, uint.MaxValue));
    }

    [Fact]
    public void AnUntimelyValueThatOthersAcceptedIsPrecommittedAndDecided()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.ProposeValid(rig.Net.Proposal(0, A, timeMs: 60_000));
        Assert.Equal(Nil, rig.OwnVotes.Single().ValueId);
        rig.Prevotes(0, A, 0, 1, 2);
        Assert.Equal((VoteKind.Precommit, A), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId));
        Assert.Single(rig.Precommits(0, A, 0, 1).OfType<CoreEffect.Decide>());
    }

    [Fact]
    public void AReproposalKeepsItsOldTime()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Prevotes(0, A, 0, 1, 2);
        rig.NowMs = 600_000;
        rig.Precommits(1, Nil, 0, 1);
        rig.ProposeValid(rig.Net.Proposal(1, A, polRound: 0, timeMs: 9_000));
        Assert.Equal(A, rig.OwnVotes.Last().ValueId);
    }

    [Fact]
    public void WithoutWorkAndWithoutIdleHeightsNoTimerRuns()
    {
        CoreOptions options = CoreOptions.Default with { IdleIntervalMs = 0 };
        CoreRig rig = new(new TestNet(1, 1, 1, 1), 3, options);
        Assert.Empty(rig.Feed(rig.Net.Start(3, work: false)));
        List<CoreEffect> effects = rig.Feed(new CoreInput.WorkArrived(11_000));
        Assert.Contains(effects, effect => effect is CoreEffect.SetTimer { Timer.Kind: CoreTimerKind.Propose });
        Assert.Empty(rig.Feed(new CoreInput.WorkArrived(11_001)));
    }

    [Fact]
    public void WorkStartsAHeightOneIntervalAfterTheLastValue()
    {
        CoreRig rig = new(new TestNet(1, 1, 1, 1), 3, CoreOptions.Default with { IdleIntervalMs = 60_000 });
        Assert.Equal(64_000UL, Assert.IsType<CoreEffect.SetTimer>(Assert.Single(rig.Feed(rig.Net.Start(3, work: false, nowMs: 4_100, lastTimeMs: 4_000)))).AtMs);
        Assert.Equal(5_000UL, Assert.IsType<CoreEffect.SetTimer>(Assert.Single(rig.Feed(new CoreInput.WorkArrived(4_200)))).AtMs);
        rig.NowMs = 4_999;
        Assert.IsType<CoreEffect.SetTimer>(Assert.Single(rig.Timeout(CoreTimerKind.Start, 0))); // a shell's timer may be early
        rig.NowMs = 5_000;
        rig.Timeout(CoreTimerKind.Start, 0);
        Assert.Equal((0U, CoreStep.Propose), rig.Place);
    }

    [Fact]
    public void ManualHeightsBeginOnRequestAndRequestsOutlastAHeight()
    {
        CoreRig rig = new(new TestNet(10), 0, CoreOptions.Default with { Manual = true });
        Assert.Empty(rig.Feed(rig.Net.Start(0)));
        rig.Feed(new CoreInput.ValueRequested(10_000));
        rig.Feed(new CoreInput.ValueRequested(10_000));
        rig.Built(0, A);
        Assert.Single(rig.Effects.OfType<CoreEffect.Decide>());
        rig.Feed(rig.Net.Start(0, height: 2));
        rig.Built(0, A, height: 2);
        Assert.Equal(2, rig.Effects.OfType<CoreEffect.Decide>().Count());
        rig.Feed(rig.Net.Start(0, height: 3));
        Assert.Equal(2, rig.Effects.OfType<CoreEffect.Build>().Count());
    }

    [Fact]
    public void AProposalOrAThirdOfTheVotesBeginsAHeightThatWaits()
    {
        CoreOptions manual = CoreOptions.Default with { Manual = true };
        CoreRig byProposal = CoreRig.Started(new TestNet(1, 1, 1, 1), 3, manual);
        byProposal.Propose(byProposal.Net.Proposal(0, A));
        Assert.Equal((0U, CoreStep.Propose), byProposal.Place);

        CoreRig byVotes = CoreRig.Started(new TestNet(1, 1, 1, 1), 3, manual);
        byVotes.Prevotes(0, A, 0);
        Assert.Empty(byVotes.Effects.OfType<CoreEffect.RoundEntered>());
        byVotes.Prevotes(0, A, 1);
        Assert.Equal((0U, CoreStep.Propose), byVotes.Place);
    }

    [Fact]
    public void TimeoutsGrowByRound()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Precommits(2, Nil, 0, 1);
        Assert.Equal(12_000UL, rig.Effects.OfType<CoreEffect.SetTimer>().Last().AtMs); // 1 s and twice 0.5 s
        rig.Precommits(2, A, 2);
        Assert.Equal(11_000UL, rig.Effects.OfType<CoreEffect.SetTimer>().Last().AtMs); // 0.5 s and twice 0.25 s
    }

    [Fact]
    public void ARoundThatCannotDecideAnyMoreIsNotWaitedFor()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Precommits(0, Nil, 0, 1);
        rig.Precommits(0, A, 2);
        Assert.Equal(10_500UL, rig.Effects.OfType<CoreEffect.SetTimer>().Last().AtMs); // the fourth could be for A
        rig.Timeout(CoreTimerKind.Propose, 0);
        rig.Prevotes(0, Nil, 0, 1); // this validator's own precommit makes three for nil
        Assert.Equal(new CoreEffect.SetTimer(new CoreTimer(CoreTimerKind.Precommit, 1, 0), 10_000), rig.Effects.OfType<CoreEffect.SetTimer>().Last());
        rig.Timeout(CoreTimerKind.Precommit, 0);
        Assert.Equal((1U, CoreStep.Propose), rig.Place);
    }
}

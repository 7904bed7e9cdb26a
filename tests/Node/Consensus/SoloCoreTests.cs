using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Solo;

namespace Dsdn.Node.Tests.Consensus;

public sealed class SoloCoreTests
{
    private static readonly Address Proposer = Address.FromNumber(7);
    private static readonly Hash256 BlockHash = Hash256.Parse("0x" + new string('a', 64));
    private static readonly BlockPolicy EverySecond = new(1_000, 1_000, Manual: false);

    [Fact]
    public void ABlockIsBuiltSignedAndCommittedInThatOrder()
    {
        var core = new SoloCore(Proposer, EverySecond);
        (SoloState state, IReadOnlyList<SoloEffect> effects) = core.Step(null, Start(nowMs: 5_000, decidedMs: 1_000));
        var build = Assert.IsType<SoloEffect.Build>(Assert.Single(effects));
        Assert.Equal(5_000UL, build.Request.TimeMs);
        Assert.Equal(Proposer, build.Request.Proposer);

        (state, effects) = core.Step(state, new SoloInput.BlockBuilt(BlockHash, 5_000, Alone));
        var sign = Assert.IsType<SoloEffect.SignPrecommit>(Assert.Single(effects));
        Assert.Equal((1UL, 0U, BlockHash), (sign.Height, sign.Round, sign.BlockHash));

        (state, effects) = core.Step(state, new SoloInput.PrecommitSigned(new byte[64]));
        var commit = Assert.IsType<SoloEffect.Commit>(Assert.Single(effects));
        Assert.Equal((1UL, 0U, BlockHash), (commit.Certificate.Height, commit.Certificate.Round, commit.Certificate.BlockHash));
        Assert.Equal(new byte[] { 1 }, commit.Certificate.Signers.ToArray());

        (state, effects) = core.Step(state, new SoloInput.BlockCommitted(TransactionsWait: false, 5_100));
        Assert.Equal(6_000UL, Assert.IsType<SoloEffect.SetTimer>(Assert.Single(effects)).AtMs);
        (_, effects) = core.Step(state, new SoloInput.TimerFired(6_000));
        Assert.Same(commit.Certificate, Assert.IsType<SoloEffect.Build>(Assert.Single(effects)).Request.LastCommit);
    }

    [Fact]
    public void WithoutIntervalABlockFollowsATransactionAtOnceAndNoneIsEmpty()
    {
        var core = new SoloCore(Proposer, new BlockPolicy(0, 0, Manual: false));
        (SoloState state, IReadOnlyList<SoloEffect> effects) = core.Step(null, Start(nowMs: 5_000, decidedMs: 1_000));
        Assert.Empty(effects);
        (state, effects) = core.Step(state, new SoloInput.TimerFired(900_000));
        Assert.Empty(effects);
        (_, effects) = core.Step(state, new SoloInput.TransactionsArrived(5_001));
        Assert.IsType<SoloEffect.Build>(Assert.Single(effects));
    }

    [Fact]
    public void TransactionsThatArriveDuringABlockWaitForTheInterval()
    {
        var core = new SoloCore(Proposer, EverySecond);
        (SoloState state, _) = core.Step(null, Start(nowMs: 5_000, decidedMs: 1_000));
        (state, IReadOnlyList<SoloEffect> effects) = core.Step(state, new SoloInput.TransactionsArrived(5_001));
        Assert.Empty(effects);
        (state, _) = core.Step(state, new SoloInput.BlockBuilt(BlockHash, 5_000, Alone));
        (state, _) = core.Step(state, new SoloInput.PrecommitSigned(new byte[64]));
        (_, effects) = core.Step(state, new SoloInput.BlockCommitted(TransactionsWait: true, 5_050));
        Assert.Equal(6_000UL, Assert.IsType<SoloEffect.SetTimer>(Assert.Single(effects)).AtMs);
    }

    [Fact]
    public void ManualBlocksAreMadeOneARequestEvenIfAskedForDuringABlock()
    {
        var core = new SoloCore(Proposer, new BlockPolicy(0, 0, Manual: true));
        (SoloState state, IReadOnlyList<SoloEffect> effects) = core.Step(null, Start(nowMs: 5_000, decidedMs: 1_000) with { TransactionsWait = true });
        Assert.Empty(effects);
        (state, effects) = core.Step(state, new SoloInput.BlockRequested(5_000));
        Assert.IsType<SoloEffect.Build>(Assert.Single(effects));
        (state, effects) = core.Step(state, new SoloInput.BlockRequested(5_000));
        Assert.Empty(effects);
        (state, _) = core.Step(state, new SoloInput.BlockBuilt(BlockHash, 5_000, Alone));
        (state, _) = core.Step(state, new SoloInput.PrecommitSigned(new byte[64]));
        (state, effects) = core.Step(state, new SoloInput.BlockCommitted(TransactionsWait: false, 5_000));
        Assert.IsType<SoloEffect.Build>(Assert.Single(effects));
        Assert.Equal(0U, state.RequestedBlocks);
    }

    [Fact]
    public void AfterALostBlockTheNextRoundIsSignedNotTheSameOne()
    {
        var core = new SoloCore(Proposer, EverySecond);
        (SoloState state, _) = core.Step(null, Start(nowMs: 5_000, decidedMs: 1_000) with { Round = 1 });
        (_, IReadOnlyList<SoloEffect> effects) = core.Step(state, new SoloInput.BlockBuilt(BlockHash, 5_000, Alone));
        Assert.Equal(1U, Assert.IsType<SoloEffect.SignPrecommit>(Assert.Single(effects)).Round);
    }

    [Fact]
    public void AnInputThatBelongsToAnotherPhaseIsOurOwnBugAndHalts()
    {
        var core = new SoloCore(Proposer, EverySecond);
        Assert.Throws<InvalidOperationException>(() => core.Step(null, new SoloInput.TimerFired(1)));
        (SoloState state, _) = core.Step(null, Start(nowMs: 1_500, decidedMs: 1_000));
        Assert.Throws<InvalidOperationException>(() => core.Step(state, new SoloInput.BlockBuilt(BlockHash, 1, Alone)));
    }

    [Fact]
    public void WithMostOfThePowerOthersAreCountedButNotNeeded()
    {
        var core = new SoloCore(Proposer, EverySecond);
        (SoloState state, _) = core.Step(null, Start(nowMs: 5_000, decidedMs: 1_000));
        (state, IReadOnlyList<SoloEffect> effects) = core.Step(state, new SoloInput.BlockBuilt(BlockHash, 5_000, Set((9, 30), (7, 61))));
        Assert.IsType<SoloEffect.SignPrecommit>(Assert.Single(effects));
        (_, effects) = core.Step(state, new SoloInput.PrecommitSigned(new byte[64]));
        Assert.Equal(new byte[] { 0b10 }, Assert.IsType<SoloEffect.Commit>(Assert.Single(effects)).Certificate.Signers.ToArray());
    }

    [Fact]
    public void WithExactlyTwoThirdsOfThePowerItHaltsBeforeItSigns()
    {
        var core = new SoloCore(Proposer, EverySecond);
        (SoloState state, _) = core.Step(null, Start(nowMs: 5_000, decidedMs: 1_000));
        (_, IReadOnlyList<SoloEffect> effects) = core.Step(state, new SoloInput.BlockBuilt(BlockHash, 5_000, Set((7, 60), (9, 30))));
        Assert.Contains("60 of 90", Assert.IsType<SoloEffect.Halt>(Assert.Single(effects)).Reason, StringComparison.Ordinal);
    }

    private static readonly ValidatorSet Alone = Set((7, 50_000));

    private static ValidatorSet Set(params (ushort Operator, ulong Power)[] members) =>
        new([.. members.Select(member => new Validator(Address.FromNumber(member.Operator), new byte[32], member.Power, Address.FromNumber(member.Operator)))]);

    private static SoloInput.Started Start(ulong nowMs, ulong decidedMs) => new(0, decidedMs, null, 0, TransactionsWait: false, nowMs);
}

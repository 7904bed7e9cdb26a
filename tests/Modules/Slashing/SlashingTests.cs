using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Staking.Published;
using Dsdn.Modules.Tests.Staking;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Slashing;

public sealed class SlashingTests
{
    private static readonly Address Alice = User(5);
    private static readonly Offence Offender = new(ChainId, default, User(0), Key("validator 0").Seed);

    [Fact]
    public void ADoubleSignerIsJailedForGoodAndLosesATenth()
    {
        TestChain chain = new(validators: 4);
        chain.NextBlock();
        Amount treasury = Treasury(chain);
        EvidenceItem item = Offender.TwoVotes(1);
        chain.NextBlock(evidence: item);
        Assert.Equal(0UL, UnbondingTests.PowerOf(chain, User(0)));
        Assert.Equal(3, chain.Validators.Validators.Count);
        Assert.Equal(treasury + Amount.Nusa(10_000), Treasury(chain));
        AbiValue[] punishment = chain.Slashing(Alice, "punishment", User(0)).Values[0].Items.ToArray();
        Assert.Equal((User(0), 3UL, 1UL, 1UL), (punishment[0].Address, punishment[1].UInt64, punishment[2].UInt64, punishment[3].UInt64));
        Assert.Equal(1_000UL, punishment[5].UInt64);
        Assert.Equal((Uint256)Amount.Nusa(10_000).BaseUnits, punishment[6].Word);
        Assert.Equal("DSDN-E-STAKING-JAILED-FOR-GOOD", chain.Staking(User(0), "unjail").Error?.Code);
        chain.NextBlock(100_000_000);
        Assert.True(chain.Staking(User(0), "bond", Amount.Nusa(50_000)).Succeeded);
        Assert.Equal("DSDN-E-STAKING-JAILED-FOR-GOOD", chain.Staking(User(0), "unjail").Error?.Code);
        for (int epoch = 0; epoch < 3; epoch++) chain.NextEpoch();
        Assert.Equal(0UL, UnbondingTests.PowerOf(chain, User(0)));
    }

    [Fact]
    public void ItIsRefusedASecondTimeWhateverItSignedUpToTheBlockThatPunished()
    {
        TestChain chain = new(validators: 4);
        chain.NextBlock();
        chain.NextBlock(evidence: Offender.TwoVotes(1));
        ulong punishedAt = chain.Context.Height;
        chain.NextBlock();
        for (ulong height = 1; height <= punishedAt; height++) Assert.Equal("PUNISHED", Find(chain, User(0), height).Refusal);
        Assert.Equal("UNKNOWN", Find(chain, User(0), punishedAt + 1).Refusal); // it votes no more
        Assert.Null(Find(chain, User(1), 1).Refusal);
    }

    [Fact]
    public void SlashingReachesStakeThatUnbondsOrMovedSinceButNotOlder()
    {
        TestChain chain = UnbondingTests.Delegated(3_000, validators: 2);
        Assert.True(chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(100)).Succeeded); // epoch 0, before the offence
        chain.NextEpoch();
        ulong offence = chain.Context.Height;
        Assert.True(chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(200)).Succeeded);
        Assert.True(chain.Staking(Alice, "redelegate", default, User(0), User(1), Amount.Nusa(1_000)).Succeeded);
        chain.NextEpoch();
        Amount treasury = Treasury(chain);
        chain.NextBlock(evidence: Offender.TwoProposals(offence));
        Assert.Equal(treasury + Amount.Nusa(10_000 + 170 + 20), Treasury(chain)); // self-bond, 1,700 still there, 200 unbonding
        Assert.True(chain.Staking(User(9), "settle", default, Alice, User(1)).Succeeded);
        Assert.Equal(Amount.Nusa(900), new Amount(chain.Staking(Alice, "delegation", default, Alice, User(1)).Values[0].Word.ToUInt128()));
        chain.NextBlock(60_000);
        Amount before = chain.Balance(Alice);
        Assert.True(chain.Staking(Alice, "withdraw").Succeeded);
        Assert.Equal(before + Amount.Nusa(100 + 180), chain.Balance(Alice));
        chain.NextBlock();
    }

    [Fact]
    public void TheLastValidatorIsSlashedAndVotesOn()
    {
        TestChain chain = new(new() { EpochBlocks = 5, UnbondingMs = 60_000, LivenessWindowBlocks = 20 });
        chain.NextBlock();
        chain.NextBlock(evidence: Offender.TwoVotes(1));
        Assert.Single(chain.Validators.Validators);
        Assert.False(chain.Slashing(Alice, "punishment", User(0)).Values[0].Items.ToArray()[7].Bool);
        chain.NextBlock();
        chain.NextBlock();
        Assert.Null(Find(chain, User(0), chain.Context.Height - 1).Refusal); // a new offence
        chain.NextBlock(evidence: Offender.TwoVotes(chain.Context.Height - 1));
        Assert.Equal(2UL, chain.Slashing(Alice, "punishment", User(0)).Values[0].Items.ToArray()[8].UInt64);
        for (int epoch = 0; epoch < 3; epoch++) chain.NextEpoch();
        Assert.Single(chain.Validators.Validators);
    }

    [Fact]
    public void WhereAllAreConvictedAtOnceOneVotesOn()
    {
        TestChain chain = new(validators: 3);
        chain.NextBlock();
        EvidenceItem[] all = [.. Enumerable.Range(0, 3).Select(i => Offender with { Operator = User(i), Seed = Key($"validator {i}").Seed })
            .OrderBy(offender => offender.Operator).Select(offender => offender.TwoVotes(1))];
        chain.NextBlock(evidence: all);
        Assert.Single(chain.Validators.Validators);
        Assert.Equal(all[^1].Accused, chain.Validators.Validators[0].Operator);
        Assert.Equal(3, chain.Slashing(Alice, "punishments", Address.Zero, 10UL).Values[0].Items.ToArray().Length);
        chain.NextBlock();
    }

    [Fact]
    public void AValidatorThatSitsInAnOrdinaryJailIsJailedForGood()
    {
        TestChain chain = new(validators: 4);
        chain.NextBlock();
        chain.AsModule(9, context => Assert.True(StakeControl.Jail(context, User(0), context.Block.TimeMs + 5_000, Dsdn.Chain.Execution.Kernel.MoveReason.Of("test"))));
        chain.NextBlock(evidence: Offender.TwoVotes(1));
        chain.NextBlock(10_000);
        Assert.Equal("DSDN-E-STAKING-JAILED-FOR-GOOD", chain.Staking(User(0), "unjail").Error?.Code);
    }

    [Fact]
    public void AnOldKeyStaysAccusedForTheHeightsOnWhichItVoted()
    {
        TestChain chain = new(validators: 2);
        chain.NextEpoch();
        (Hash256 key, byte[] proof) = Consensus(User(0), "rotated");
        Assert.True(chain.Staking(User(0), "rotateKey", default, key, proof).Succeeded);
        ulong last = chain.Context.Height;
        chain.NextEpoch();
        ulong first = chain.Context.Height;
        chain.NextBlock();
        Assert.True(Find(chain, User(0), last).ConsensusKey.Span.SequenceEqual(Key("validator 0").Key.Span));
        Assert.True(Find(chain, User(0), first - 1).ConsensusKey.Span.SequenceEqual(Key("validator 0").Key.Span));
        Assert.True(Find(chain, User(0), first).ConsensusKey.Span.SequenceEqual(key.Span));
    }

    [Fact]
    public void EvidenceExpiresOnlyWhenItIsTooOldInBlocksAndInTime()
    {
        TestChain chain = new(new() { EpochBlocks = 10, UnbondingMs = 60_000, LivenessWindowBlocks = 20 }, validators: 2);
        chain.NextEpoch(); // height 10 ended the epoch of height 5
        ulong endMs = chain.Context.TimeMs - 1_000, blocks = 302_400;
        Assert.Null(At(5 + blocks, endMs + 60_001).Refusal); // old in time only
        Assert.Null(At(5 + blocks + 1, endMs + 60_000).Refusal); // old in blocks only
        Assert.Equal("EXPIRED", At(5 + blocks + 1, endMs + 60_001).Refusal);
        Assert.Null(chain.Kernel.FindAccused(chain.Pending, User(0), 11, 11 + blocks + 1, endMs + 10_000_000).Refusal); // its epoch still runs
        Accused At(ulong height, ulong timeMs) => chain.Kernel.FindAccused(chain.Pending, User(0), 5, height, timeMs);
    }

    [Fact]
    public void NobodyElseCanBeAccused()
    {
        TestChain chain = new(validators: 2);
        Assert.True(BondingTests.Create(chain, User(10), Amount.Nusa(50_000)).Succeeded);
        chain.NextBlock();
        Assert.Equal("UNKNOWN", Find(chain, User(10), 1).Refusal); // waits for the next epoch
        Assert.Equal("UNKNOWN", Find(chain, User(19), 1).Refusal);
        chain.NextEpoch();
        chain.NextBlock();
        Assert.Equal("UNKNOWN", Find(chain, User(10), 1).Refusal);
        Assert.Null(Find(chain, User(10), chain.Context.Height - 1).Refusal);
    }

    /// <summary>A set that had stood for long was deleted as soon as two others had followed it, however recently it voted.</summary>
    [Fact]
    public void ASetIsKeptUntilItsSuccessorIsOldNotUntilItIsOldItself()
    {
        TestChain chain = new(new() { EpochBlocks = 5, UnbondingMs = 60_000, LivenessWindowBlocks = 20 }, validators: 3);
        while (chain.Context.TimeMs < GenesisMs + 1_000_000) chain.NextEpoch(60_000); // the first set stands
        ulong voted = chain.Context.Height - 1;
        for (int change = 1; change <= 3; change++)
        {
            Assert.True(chain.Staking(User(1), "bond", Amount.Nusa((ulong)change)).Succeeded);
            chain.NextEpoch(1_000);
        }
        Assert.Null(Find(chain, User(0), voted).Refusal);
        for (int change = 0; change < 10; change++)
        {
            Assert.True(chain.Staking(User(1), "bond", Amount.Nusa(1)).Succeeded);
            chain.NextEpoch(60_000);
        }
        Assert.Equal("UNKNOWN", Find(chain, User(0), voted).Refusal); // twice the unbonding time later it is gone
    }

    [Fact]
    public void QueriesAnswerForTheInnocentToo()
    {
        TestChain chain = new(validators: 2);
        Assert.False(chain.Slashing(Alice, "isPunished", User(0)).Values[0].Bool);
        Assert.Equal("DSDN-E-SLASHING-NEVER-PUNISHED", chain.Slashing(Alice, "punishment", User(0)).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-PAGE", chain.Slashing(Alice, "punishments", Address.Zero, 101UL).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-PAGE", chain.Slashing(Alice, "punishments", Address.Zero, 0UL).Error?.Code);
        Assert.Equal(1_000UL, chain.Slashing(Alice, "params").Values[0].UInt64);
        chain.NextBlock();
        chain.NextBlock(evidence: Offender.TwoVotes(1));
        Assert.True(chain.Slashing(Alice, "isPunished", User(0)).Values[0].Bool);
        chain.NextBlock(evidence: (Offender with { Operator = User(1) }).Forgetting(1));
        AbiValue[] firstPage = chain.Slashing(Alice, "punishments", Address.Zero, 1UL).Values;
        Assert.Single(firstPage[0].Items.ToArray());
        Assert.Equal(new[] { User(0), User(1) }.Max(), firstPage[1].Address);
    }

    private static Accused Find(TestChain chain, Address validator, ulong height) =>
        chain.Kernel.FindAccused(chain.Pending, validator, height, chain.Context.Height, chain.Context.TimeMs);

    private static Amount Treasury(TestChain chain) => new(chain.Economics(Alice, "treasury").Values[0].Word.ToUInt128());
}

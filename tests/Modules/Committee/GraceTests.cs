using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Staking.Published;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Committee.Attesters;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Committee;

/// <summary>Signatures that were on their way while an epoch ended or the set changed. The test chain's grace is six blocks, its epoch ten.</summary>
public sealed class GraceTests
{
    private static readonly MoveReason Reason = MoveReason.Of("test");

    [Fact]
    public void SignaturesOfTheEpochThatEndedCountForAFewBlocks()
    {
        TestChain chain = new(validators: 4);
        LogAnchor late = Anchor(chain, 1), tooLate = Anchor(chain, 2);
        AttestedAnchor signed = Sign(chain, late);
        AttestedAnchor signedToo = Sign(chain, tooLate);
        chain.NextEpoch(); // block 11: the epoch ended with block 10
        for (int i = 0; i < 5; i++) chain.NextBlock();
        Assert.Equal(1UL, chain.Staking(User(1), "epoch").Values[0].UInt64);
        Assert.Equal(16UL, chain.Context.Height); // block 10 is six before it
        CallResult taken = Send(chain, signed);
        Assert.True(taken.Succeeded, taken.Error?.ToString());
        Assert.Equal(0UL, chain.Committee(User(1), "lastAnchor").Values[0].Items[2].UInt64);
        chain.NextBlock();
        Assert.Equal("DSDN-E-COMMITTEE-SIGNATURE", Send(chain, signedToo).Error?.Code);
        Assert.True(Take(chain, 2).Succeeded);
        Assert.Equal(1UL, chain.Committee(User(1), "lastAnchor").Values[0].Items[2].UInt64);
    }

    [Fact]
    public void SignaturesOfTheSetBeforeAJailCountForAFewBlocks()
    {
        TestChain chain = new(validators: 5);
        ValidatorSet before = chain.Validators;
        AttestedAnchor signed = Sign(before, Anchor(chain, 1), 0, 1, 2, 3);
        AttestedAnchor second = Sign(before, Anchor(chain, 2), 0, 1, 2, 3);
        chain.AsModule(9, context => Assert.True(StakeControl.Jail(context, before.Validators[4].Operator, context.Block.TimeMs + 100_000, Reason)));
        chain.NextBlock();
        Assert.Equal(4, chain.Validators.Validators.Count);
        Assert.True(Send(chain, signed).Succeeded);
        Assert.Equal(500_000UL, chain.Committee(User(1), "lastAnchor").Values[0].Items[11].UInt64);
        for (int i = 0; i < 6; i++) chain.NextBlock();
        Assert.Equal("DSDN-E-COMMITTEE-SIGNATURE", Send(chain, second).Error?.Code);
        Assert.True(Take(chain, 2).Succeeded);
    }

    [Fact]
    public void JailInTheLastBlockOfAnEpochMakesTwoPairsAndBothCount()
    {
        foreach (int which in new[] { 0, 1, 2 })
        {
            TestChain chain = new(validators: 5);
            for (int i = 0; i < 7; i++) chain.NextBlock(); // block 8
            ValidatorSet[] sets = new ValidatorSet[3];
            LogAnchor[] anchors = new LogAnchor[3];
            (sets[0], anchors[0]) = (chain.Validators, Anchor(chain, 1));
            chain.AsModule(9, context => Assert.True(StakeControl.Jail(context, sets[0].Validators[4].Operator, context.Block.TimeMs + 100_000, Reason)));
            (sets[1], anchors[1]) = (chain.Validators, Anchor(chain, 1));
            chain.NextEpoch(); // block 11
            (sets[2], anchors[2]) = (chain.Validators, Anchor(chain, 1));
            Assert.Equal((5, 4, 0UL, 1UL), (sets[0].Validators.Count, sets[1].Validators.Count, anchors[1].Epoch, anchors[2].Epoch));
            CallResult taken = Send(chain, Sign(sets[which], anchors[which]));
            Assert.True(taken.Succeeded, $"{which}: {taken.Error}");
            Assert.Equal(anchors[which].ValidatorSetHash, chain.Committee(User(1), "lastAnchor").Values[0].Items[3].Hash);
        }
    }

    [Fact]
    public void SetThatNeverWasInThatEpochDoesNotCount()
    {
        TestChain chain = new(validators: 5);
        ValidatorSet before = chain.Validators;
        chain.AsModule(9, context => Assert.True(StakeControl.Jail(context, before.Validators[4].Operator, context.Block.TimeMs + 100_000, Reason)));
        chain.NextEpoch();
        LogAnchor mixed = Anchor(chain, 1) with { ValidatorSetHash = BlockHashes.Validators(before) }; // the new epoch, the old set
        Assert.Equal("DSDN-E-COMMITTEE-SIGNERS", Send(chain, Sign(before, mixed)).Error?.Code);
    }

    [Fact]
    public void FailureCostsHardlyMoreThanSuccessHoweverManyPairsAreTried()
    {
        TestChain chain = new(validators: 150) { ComparesFailures = false };
        for (int i = 0; i < 7; i++) chain.NextBlock();
        for (int i = 0; i < 3; i++)
        {
            ValidatorSet set = chain.Validators;
            chain.AsModule(9, context => Assert.True(StakeControl.Jail(context, set.Validators[^1].Operator, context.Block.TimeMs + 100_000, Reason)));
            chain.NextBlock();
        }
        AttestedAnchor signed = Sign(chain, Anchor(chain, 1));
        ReadOnlyMemory<byte>[] lastIsNone = [.. signed.Signatures.SkipLast(1), new byte[64]];
        CallResult refused = Send(chain, signed with { Signatures = lastIsNone }); // the chain of the tests checks the declared gas
        Assert.Equal("DSDN-E-COMMITTEE-SIGNATURE", refused.Error?.Code);
        Assert.True(refused.GasUsed > 20_000 * 148);
        Assert.True(Send(chain, signed).Succeeded);
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Staking.Published;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Staking;

public sealed class ValidatorSetTests
{
    private static readonly Address Alice = User(5);

    [Fact]
    public void SetIsSortedByPowerThenOperator()
    {
        TestChain chain = new(validators: 5);
        Assert.True(chain.Staking(User(3), "bond", Amount.Nusa(10)).Succeeded);
        chain.NextEpoch();
        IReadOnlyList<Validator> set = chain.Validators.Validators;
        Assert.Equal(User(3), set[0].Operator);
        for (int i = 2; i < set.Count; i++) Assert.True(set[i - 1].Operator.CompareTo(set[i].Operator) < 0);
    }

    [Fact]
    public void OnlyTheStrongestVoteAndNoEpochChangesMoreThanAThird()
    {
        TestChain chain = new(new() { EpochBlocks = 5, UnbondingMs = 60_000, ValidatorsMax = 3 }, validators: 3);
        for (int i = 10; i < 13; i++) Assert.True(BondingTests.Create(chain, User(i), Amount.Nusa(200_000)).Succeeded);
        for (int epoch = 0; epoch < 20; epoch++)
        {
            SortedDictionary<Address, ulong> before = Powers(chain);
            chain.NextEpoch();
            SortedDictionary<Address, ulong> after = Powers(chain);
            ulong total = before.Values.Aggregate(0UL, (sum, power) => sum + power);
            ulong joined = after.Aggregate(0UL, (sum, pair) => sum + pair.Value - Math.Min(pair.Value, before.GetValueOrDefault(pair.Key)));
            Assert.True(joined <= total / 3);
            Assert.True(after.Count <= 3);
        }
        Assert.Equal(new[] { User(10), User(11), User(12) }.Order(), Powers(chain).Keys);
        static SortedDictionary<Address, ulong> Powers(TestChain chain) =>
            new(chain.Validators.Validators.ToDictionary(validator => validator.Operator, validator => validator.Power));
    }

    [Fact]
    public void RotatedKeyVotesFromTheNextEpochAndTheOldOneStaysWithItsOperator()
    {
        TestChain chain = new(validators: 2);
        Hash256 oldKey = Key("validator 0").Key;
        (Hash256 key, byte[] proof) = Consensus(User(0), "rotated");
        Assert.Equal("DSDN-E-STAKING-ROTATION", chain.Staking(User(0), "rotateKey", default, key, proof).Error?.Code); // registered in this epoch
        chain.NextEpoch();
        Assert.Equal("DSDN-E-STAKING-PROOF", chain.Staking(User(0), "rotateKey", default, key, new byte[64]).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-KEY-IN-USE", chain.Staking(User(0), "rotateKey", default, oldKey, proof).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(Alice, "rotateKey", default, key, proof).Error?.Code);
        Assert.True(chain.Staking(User(0), "rotateKey", default, key, proof).Succeeded);
        ulong rotatedAt = chain.Context.Height;
        Assert.Contains(chain.Validators.Validators, validator => validator.ConsensusKey.Span.SequenceEqual(oldKey.Span));
        chain.NextEpoch();
        Assert.Contains(chain.Validators.Validators, validator => validator.ConsensusKey.Span.SequenceEqual(key.Span));
        AbiValue[] owner = chain.Staking(Alice, "operatorOfKey", default, oldKey).Values;
        Assert.Equal(User(0), owner[0].Address);
        Assert.Equal(rotatedAt, owner[2].UInt64);
        Assert.Equal("DSDN-E-STAKING-KEY-IN-USE", chain.Staking(User(0), "rotateKey", default, oldKey, Consensus(User(0), "validator 0").Proof).Error?.Code);
    }

    [Fact]
    public void ValidatorThatMissesMoreThanHalfOfTheWindowIsJailedFromTheNextBlock()
    {
        TestChain chain = new(validators: 4);
        int absent = chain.Validators.Validators.ToList().FindIndex(validator => validator.Operator == User(2));
        for (int miss = 1; miss <= 10; miss++) chain.NextBlock(lastCommit: Commit(chain, absent));
        Assert.True(UnbondingTests.PowerOf(chain, User(2)) > 0); // 10 of 20 missed: still half
        chain.NextBlock(lastCommit: Commit(chain, absent));
        Assert.Equal(0UL, UnbondingTests.PowerOf(chain, User(2)));
        Assert.Equal(3, chain.Validators.Validators.Count);
        Assert.Equal("DSDN-E-STAKING-JAIL", chain.Staking(User(2), "unjail").Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOT-JAILED", chain.Staking(User(1), "unjail").Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(Alice, "unjail").Error?.Code);
        chain.NextBlock(10_000);
        Assert.True(chain.Staking(User(2), "unjail").Succeeded);
        chain.NextEpoch();
        Assert.True(UnbondingTests.PowerOf(chain, User(2)) > 0);
    }

    [Fact]
    public void MissesOutsideTheWindowAreForgotten()
    {
        TestChain chain = new(new() { EpochBlocks = 1_000, UnbondingMs = 60_000, LivenessWindowBlocks = 20, JailMs = 10_000 }, validators: 4);
        int absent = chain.Validators.Validators.ToList().FindIndex(validator => validator.Operator == User(2));
        for (int round = 0; round < 100; round++) chain.NextBlock(lastCommit: Commit(chain, round % 2 == 0 ? absent : -1));
        Assert.True(UnbondingTests.PowerOf(chain, User(2)) > 0);
    }

    /// <summary>The key is the VRF's too: what it signs must not have 32 bytes, nor 99 (docs/decisions/0020).</summary>
    [Fact]
    public void NothingThatAConsensusKeySignsHasTheLengthOfWhatItsVrfHashes()
    {
        Assert.Equal(92, ProofOfPossession.ConsensusMessage(ChainId, Alice, default).Length);
        Assert.Equal(160, SignBytes.Precommit(ChainId, default, 1, 0, default).Length);
        Assert.Equal(160, SignBytes.Prevote(ChainId, default, 1, 0, -1, default).Length);
        Assert.Equal(160, SignBytes.Proposal(ChainId, default, 1, 0, -1, 1, default, default).Length);
    }

    [Fact]
    public void LastValidatorIsNotJailed()
    {
        TestChain chain = new();
        for (int miss = 0; miss < 30; miss++) chain.NextBlock(lastCommit: Commit(chain, 0));
        Assert.Single(chain.Validators.Validators);
    }

    [Fact]
    public void SlashTakesBondedAndUnbondingStakeOfTheEpochButNoOlder()
    {
        TestChain chain = UnbondingTests.Delegated(1_000, validators: 2);
        Assert.True(chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(100)).Succeeded); // epoch 0
        chain.NextEpoch();
        Assert.True(chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(200)).Succeeded); // epoch 1
        Amount taken = default;
        chain.AsModule(9, context => taken = StakeControl.Slash(context, User(0), infractionEpoch: 1, fractionBps: 1_000));
        Assert.Equal(Amount.Nusa(10_000 + 70 + 20), taken);
        Assert.Equal(Amount.Nusa(630), new Amount(chain.Staking(Alice, "delegation", default, Alice, User(0)).Values[0].Word.ToUInt128()));
        chain.NextBlock(60_000);
        Amount before = chain.Balance(Alice);
        Assert.True(chain.Staking(Alice, "withdraw").Succeeded);
        Assert.Equal(before + Amount.Nusa(100 + 180), chain.Balance(Alice));
        chain.NextBlock();
    }

    [Fact]
    public void SlashFollowsRedelegatedStake()
    {
        TestChain chain = UnbondingTests.Delegated(1_000, validators: 2);
        Assert.True(chain.Staking(Alice, "redelegate", default, User(0), User(1), Amount.Nusa(1_000)).Succeeded);
        chain.NextBlock();
        chain.AsModule(9, context => StakeControl.Slash(context, User(0), infractionEpoch: 0, fractionBps: 500));
        Assert.True(chain.Staking(User(9), "settle", default, Alice, User(1)).Succeeded);
        Assert.Equal(Amount.Nusa(950), new Amount(chain.Staking(Alice, "delegation", default, Alice, User(1)).Values[0].Word.ToUInt128()));
        Assert.True(chain.Staking(User(9), "settle", default, Alice, User(1)).Succeeded); // once only
        Assert.Equal(Amount.Nusa(950), new Amount(chain.Staking(Alice, "delegation", default, Alice, User(1)).Values[0].Word.ToUInt128()));
        Assert.Equal("DSDN-E-STAKING-DELEGATION", chain.Staking(User(9), "settle", default, User(8), User(1)).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(User(9), "settle", default, Alice, User(9)).Error?.Code);
        chain.NextBlock();
    }

    [Fact]
    public void SlashAfterTheLiabilityMaturedTakesNothingFromTheNewValidatorsStake()
    {
        TestChain chain = UnbondingTests.Delegated(1_000, validators: 2);
        Assert.True(chain.Staking(Alice, "redelegate", default, User(0), User(1), Amount.Nusa(1_000)).Succeeded);
        chain.NextBlock(60_000);
        chain.AsModule(9, context => StakeControl.Slash(context, User(0), infractionEpoch: 0, fractionBps: 500));
        Assert.True(chain.Staking(Alice, "unbond", default, User(1), Amount.Nusa(1_000)).Succeeded);
        chain.NextBlock();
    }

    [Fact]
    public void WholeStakeSlashedLeavesAValidatorThatTakesNoMore()
    {
        TestChain chain = UnbondingTests.Delegated(1_000, validators: 2);
        chain.AsModule(9, context => StakeControl.Slash(context, User(0), 0, 10_000));
        Assert.Equal("DSDN-E-STAKING-DRAINED", chain.Staking(Alice, "delegate", Amount.Nusa(1), User(0)).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-DELEGATION", chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(1)).Error?.Code);
        Assert.True(chain.Staking(Alice, "delegate", Amount.Nusa(9), User(1)).Succeeded);
        Assert.Equal("DSDN-E-STAKING-DRAINED", chain.Staking(Alice, "redelegate", default, User(1), User(0), Amount.Nusa(1)).Error?.Code);
        chain.NextEpoch();
        chain.NextEpoch();
    }

    [Fact]
    public void JailedBelowTheMinimumMustBondBeforeUnjail()
    {
        TestChain chain = new(validators: 2);
        chain.AsModule(9, context => Assert.True(StakeControl.Jail(context, User(0), context.Block.TimeMs, Dsdn.Chain.Execution.Kernel.MoveReason.Of("test"))));
        chain.AsModule(9, context => Assert.False(StakeControl.Jail(context, User(0), context.Block.TimeMs, Dsdn.Chain.Execution.Kernel.MoveReason.Of("test"))));
        Assert.True(chain.Staking(User(0), "unbond", default, User(0), Amount.Nusa(60_000)).Succeeded);
        Assert.Equal("DSDN-E-STAKING-SELF-BOND", chain.Staking(User(0), "unjail").Error?.Code);
        Assert.True(chain.Staking(User(0), "bond", Amount.Nusa(10_000)).Succeeded);
        Assert.True(chain.Staking(User(0), "unjail").Succeeded);
        chain.NextEpoch();
    }

    /// <summary>A certificate of the block now being made, signed by all but one.</summary>
    private static Certificate Commit(TestChain chain, int absent)
    {
        byte[] signers = [0xff];
        if (absent >= 0) signers[0] &= (byte)~(1 << absent);
        return new Certificate(chain.Context.Height, 0, default, signers, []);
    }
}

using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Staking;

public sealed class UnbondingTests
{
    private static readonly Address Alice = User(5);

    [Fact]
    public void UnbondedStakeIsPaidAfterTheUnbondingTimeAndNotBefore()
    {
        TestChain chain = Delegated(10);
        CallResult unbond = chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(4));
        Assert.True(unbond.Succeeded, unbond.Error?.ToString());
        ulong due = unbond.Values[0].UInt64;
        Assert.Equal(chain.Context.TimeMs + 60_000, due);
        chain.NextBlock(59_999);
        Assert.Equal("DSDN-E-STAKING-NOTHING-TO-WITHDRAW", chain.Staking(Alice, "withdraw").Error?.Code);
        chain.NextBlock(1);
        Amount before = chain.Balance(Alice);
        Assert.Equal((Uint256)Amount.Nusa(4).BaseUnits, chain.Staking(Alice, "withdraw").Values[0].Word);
        Assert.Equal(before + Amount.Nusa(4), chain.Balance(Alice));
        Assert.Equal("DSDN-E-STAKING-NOTHING-TO-WITHDRAW", chain.Staking(Alice, "withdraw").Error?.Code); // replayed
        chain.NextBlock();
    }

    [Fact]
    public void TwoUnbondingsInOneBlockAreOneEntry()
    {
        TestChain chain = Delegated(10);
        Assert.True(chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(2)).Succeeded);
        Assert.True(chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(3)).Succeeded);
        AbiValue page = chain.Staking(Alice, "unbondings", default, Alice, 10UL).Values[0];
        Assert.Equal((Uint256)Amount.Nusa(5).BaseUnits, Assert.Single(page.Items).Items[1].Word);
    }

    [Fact]
    public void MoreThanTheDelegationIsRefused()
    {
        TestChain chain = Delegated(10);
        Assert.Equal("DSDN-E-STAKING-DELEGATION", chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(10) + new Amount(1)).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-DELEGATION", chain.Staking(User(7), "unbond", default, User(0), Amount.Nusa(1)).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(Alice, "unbond", default, User(9), Amount.Nusa(1)).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-AMOUNT", chain.Staking(Alice, "unbond", default, User(0), Amount.Zero).Error?.Code);
    }

    [Fact]
    public void DustMayNotRemain()
    {
        TestChain chain = Delegated(10);
        Assert.Equal("DSDN-E-STAKING-AMOUNT", chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(9) + new Amount(1)).Error?.Code);
        Assert.True(chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(9)).Succeeded);
        Assert.True(chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(1)).Succeeded);
    }

    [Fact]
    public void OperatorBelowTheMinimumLosesItsPowerByAThirdAnEpoch()
    {
        TestChain chain = new(validators: 2);
        Assert.True(chain.Staking(User(1), "unbond", default, User(1), Amount.Nusa(50_001)).Succeeded);
        Assert.Equal(0UL, chain.Staking(User(1), "validator", default, User(1)).Values[0].Items[6].UInt64);
        chain.NextEpoch();
        Assert.Equal(100_000UL - 66_666, PowerOf(chain, User(1)));
        chain.NextEpoch();
        Assert.Equal(0UL, PowerOf(chain, User(1)));
    }

    [Fact]
    public void LastValidatorStaysWhenItUnbondsEverything()
    {
        TestChain chain = new();
        Assert.True(chain.Staking(User(0), "unbond", default, User(0), Amount.Nusa(100_000)).Succeeded);
        for (int epoch = 0; epoch < 60; epoch++) chain.NextEpoch();
        Assert.Single(chain.Validators.Validators);
    }

    [Fact]
    public void RedelegatedStakeMovesAtOnceButNotTwice()
    {
        TestChain chain = Delegated(10, validators: 3);
        CallResult moved = chain.Staking(Alice, "redelegate", default, User(0), User(1), Amount.Nusa(4));
        Assert.True(moved.Succeeded, moved.Error?.ToString());
        Assert.Equal((Uint256)Amount.Nusa(4).BaseUnits, chain.Staking(Alice, "delegation", default, Alice, User(1)).Values[0].Word);
        Assert.Equal("DSDN-E-STAKING-REDELEGATION", chain.Staking(Alice, "redelegate", default, User(1), User(2), Amount.Nusa(1)).Error?.Code);
        Assert.True(chain.Staking(Alice, "redelegate", default, User(0), User(1), Amount.Nusa(1)).Succeeded); // same source joins
        Assert.True(chain.Staking(Alice, "delegate", Amount.Nusa(5), User(2)).Succeeded);
        Assert.Equal("DSDN-E-STAKING-REDELEGATION", chain.Staking(Alice, "redelegate", default, User(2), User(1), Amount.Nusa(1)).Error?.Code); // another source
        chain.NextEpoch(1);
        Assert.Equal("DSDN-E-STAKING-REDELEGATION", chain.Staking(Alice, "redelegate", default, User(0), User(1), Amount.Nusa(1)).Error?.Code); // another epoch
        chain.NextBlock(60_000);
        Assert.True(chain.Staking(Alice, "redelegate", default, User(1), User(2), Amount.Nusa(1)).Succeeded);
        chain.NextBlock();
    }

    [Fact]
    public void RedelegatedStakeDoesNotUnbondAwayFromItsLiability()
    {
        TestChain chain = Delegated(10, validators: 2);
        Assert.True(chain.Staking(Alice, "delegate", Amount.Nusa(5), User(1)).Succeeded);
        Assert.True(chain.Staking(Alice, "redelegate", default, User(0), User(1), Amount.Nusa(10)).Succeeded);
        Assert.True(chain.Staking(Alice, "unbond", default, User(1), Amount.Nusa(5)).Succeeded); // never moved
        Assert.Equal("DSDN-E-STAKING-REDELEGATION", chain.Staking(Alice, "unbond", default, User(1), Amount.Nusa(1)).Error?.Code);
        chain.NextBlock(60_000);
        Assert.True(chain.Staking(Alice, "unbond", default, User(1), Amount.Nusa(10)).Succeeded);
        chain.NextBlock();
    }

    [Fact]
    public void RedelegationIsCheckedBeforeAnythingMoves()
    {
        TestChain chain = Delegated(10, validators: 2);
        Assert.Equal("DSDN-E-STAKING-SAME-VALIDATOR", chain.Staking(Alice, "redelegate", default, User(0), User(0), Amount.Nusa(4)).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(Alice, "redelegate", default, User(0), User(9), Amount.Nusa(4)).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(Alice, "redelegate", default, User(9), User(0), Amount.Nusa(4)).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-DELEGATION", chain.Staking(Alice, "redelegate", default, User(0), User(1), Amount.Nusa(11)).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-AMOUNT", chain.Staking(Alice, "redelegate", default, User(0), User(1), new Amount(1)).Error?.Code);
    }

    internal static TestChain Delegated(ulong nusa, int validators = 1)
    {
        TestChain chain = new(validators: validators);
        Assert.True(chain.Staking(Alice, "delegate", Amount.Nusa(nusa), User(0)).Succeeded);
        return chain;
    }

    internal static ulong PowerOf(TestChain chain, Address validatorOperator) =>
        chain.Validators.Validators.FirstOrDefault(validator => validator.Operator == validatorOperator)?.Power ?? 0;
}

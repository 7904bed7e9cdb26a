using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Staking;

public sealed class BondingTests
{
    private static readonly Address Alice = User(5);
    private static readonly Address Bob = User(6);

    [Fact]
    public void CreatedValidatorVotesFromTheNextEpoch()
    {
        TestChain chain = new();
        CallResult created = Create(chain, Alice, Amount.Nusa(50_000));
        Assert.True(created.Succeeded, created.Error?.ToString());
        Assert.DoesNotContain(chain.Validators.Validators, validator => validator.Operator == Alice);
        chain.NextEpoch();
        Assert.Contains(chain.Validators.Validators, validator => validator.Operator == Alice && validator.Power == 33_333); // a third of 100,000 may join
        chain.NextEpoch();
        Assert.Contains(chain.Validators.Validators, validator => validator.Operator == Alice && validator.Power == 50_000);
        AbiValue described = chain.Staking(Bob, "validator", default, Alice).Values[0];
        Assert.Equal(2_000UL, described.Items[3].UInt64);
        Assert.Equal((Uint256)Amount.Nusa(50_000).BaseUnits, described.Items[4].Word);
        chain.Check();
    }

    [Fact]
    public void SelfBondOneUnitBelowTheMinimumIsRefused() =>
        Refused(chain => Create(chain, Alice, Amount.Nusa(50_000) - new Amount(1)), "DSDN-E-STAKING-SELF-BOND");

    [Fact]
    public void CommissionAboveTheCapIsRefused() => Refused(chain => Create(chain, Alice, Amount.Nusa(50_000), commission: 10_001), "DSDN-E-STAKING-COMMISSION");

    [Fact]
    public void SecondValidatorOfOneOperatorIsRefused() => Refused(
        chain =>
        {
            Assert.True(Create(chain, Alice, Amount.Nusa(50_000)).Succeeded);
            return Create(chain, Alice, Amount.Nusa(50_000), key: "another");
        },
        "DSDN-E-STAKING-ALREADY-VALIDATOR");

    [Fact]
    public void KeyOfAnotherValidatorIsRefused() => Refused(chain => Create(chain, Alice, Amount.Nusa(50_000), key: "validator 0"), "DSDN-E-STAKING-KEY-IN-USE");

    [Fact]
    public void ProofMadeForAnotherOperatorIsRefused() => Refused(
        chain =>
        {
            (Hash256 key, byte[] proof) = Consensus(Bob, "stolen");
            return chain.Staking(Alice, "createValidator", Amount.Nusa(50_000), key, proof, 2_000UL, Address.Zero);
        },
        "DSDN-E-STAKING-PROOF");

    [Fact]
    public void ProofMadeForAnotherChainIsRefused() => Refused(
        chain =>
        {
            (Hash256 key, byte[] proof) = Consensus(Alice, "replayed", chainId: 17845);
            return chain.Staking(Alice, "createValidator", Amount.Nusa(50_000), key, proof, 2_000UL, Address.Zero);
        },
        "DSDN-E-STAKING-PROOF");

    [Fact]
    public void ProofOfWrongLengthIsRefused() =>
        Refused(chain => chain.Staking(Alice, "createValidator", Amount.Nusa(50_000), Key("x").Key, new byte[63], 2_000UL, Address.Zero), "DSDN-E-STAKING-PROOF");

    [Theory]
    [InlineData("0x0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void KeyOfSmallOrderIsRefused(string key) =>
        Refused(chain => chain.Staking(Alice, "createValidator", Amount.Nusa(50_000), Hash256.Parse(key), new byte[64], 2_000UL, Address.Zero), "DSDN-E-STAKING-KEY");

    [Fact]
    public void ModuleAsPayoutIsRefused() => Refused(
        chain =>
        {
            (Hash256 key, byte[] proof) = Consensus(Alice, "alice");
            return chain.Staking(Alice, "createValidator", Amount.Nusa(50_000), key, proof, 2_000UL, EconomicsAddress);
        },
        "DSDN-E-STAKING-PAYOUT");

    [Fact]
    public void BondAddsToTheOwnValidatorAndDelegateToAnothers()
    {
        TestChain chain = new();
        Assert.True(Create(chain, Alice, Amount.Nusa(50_000)).Succeeded);
        Assert.True(chain.Staking(Alice, "bond", Amount.Nusa(5)).Succeeded);
        Assert.True(chain.Staking(Bob, "delegate", Amount.Nusa(1), Alice).Succeeded);
        AbiValue described = chain.Staking(Bob, "validator", default, Alice).Values[0];
        Assert.Equal((Uint256)Amount.Nusa(50_006).BaseUnits, described.Items[4].Word);
        Assert.Equal((Uint256)Amount.Nusa(50_005).BaseUnits, described.Items[5].Word);
        Assert.Equal((Uint256)Amount.Nusa(1).BaseUnits, chain.Staking(Bob, "delegation", default, Bob, Alice).Values[0].Word);
        chain.NextBlock();
    }

    [Fact]
    public void BondByOneWhoIsNoValidatorIsRefused() => Refused(chain => chain.Staking(Alice, "bond", Amount.Nusa(5)), "DSDN-E-STAKING-NOT-A-VALIDATOR");

    [Fact]
    public void DelegationBelowOneNusaIsRefused() =>
        Refused(chain => chain.Staking(Alice, "delegate", Amount.Nusa(1) - new Amount(1), User(0)), "DSDN-E-STAKING-AMOUNT");

    [Fact]
    public void DelegationToNobodyIsRefused() => Refused(chain => chain.Staking(Alice, "delegate", Amount.Nusa(1), Bob), "DSDN-E-STAKING-NOT-A-VALIDATOR");

    [Fact]
    public void CommissionMovesOneStepADay()
    {
        TestChain chain = new();
        Assert.Equal("DSDN-E-STAKING-COMMISSION-STEP", chain.Staking(User(0), "editValidator", default, 2_100UL, Address.Zero).Error?.Code); // not a day old
        chain.NextBlock(24UL * 60 * 60 * 1000);
        Assert.Equal("DSDN-E-STAKING-COMMISSION-STEP", chain.Staking(User(0), "editValidator", default, 2_101UL, Address.Zero).Error?.Code);
        Assert.True(chain.Staking(User(0), "editValidator", default, 2_100UL, Bob).Succeeded);
        Assert.Equal("DSDN-E-STAKING-COMMISSION-STEP", chain.Staking(User(0), "editValidator", default, 2_000UL, Address.Zero).Error?.Code);
        Assert.True(chain.Staking(User(0), "editValidator", default, 2_100UL, Alice).Succeeded); // same commission, other payout
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(Bob, "editValidator", default, 2_000UL, Address.Zero).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-PAYOUT", chain.Staking(User(0), "editValidator", default, 2_100UL, StakingAddress).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-COMMISSION", chain.Staking(User(0), "editValidator", default, 10_001UL, Address.Zero).Error?.Code);
        chain.NextEpoch();
        Assert.Equal(Alice, chain.Validators.Validators[0].Payout);
    }

    internal static CallResult Create(TestChain chain, Address validatorOperator, Amount selfBond, ulong commission = 2_000, string? key = null)
    {
        (Hash256 consensusKey, byte[] proof) = Consensus(validatorOperator, key ?? $"key of {validatorOperator}");
        return chain.Staking(validatorOperator, "createValidator", selfBond, consensusKey, proof, commission, Address.Zero);
    }

    /// <summary>The call gives the code, and the state is as before it.</summary>
    internal static void Refused(Func<TestChain, CallResult> act, string code)
    {
        TestChain chain = new();
        CallResult result = act(chain);
        Assert.False(result.Succeeded);
        Assert.Equal(code, result.Error?.Code);
        chain.NextBlock();
    }
}

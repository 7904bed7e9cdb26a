using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Staking;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Staking;

public sealed class RewardTests
{
    private static readonly Address Alice = User(5);
    private static readonly Address Payer = User(9);

    [Fact]
    public void FeesOfAnEpochAreSharedByPowerAfterCommission()
    {
        TestChain chain = new(validators: 2, rewardPool: new Amount(1));
        Assert.True(chain.Staking(Alice, "delegate", Amount.Nusa(100_000), User(0)).Succeeded);
        chain.NextEpoch(); // 66,666 of it join the power
        chain.NextEpoch();
        chain.PayFee(Payer, Amount.Nusa(300));
        chain.NextEpoch();
        // Powers 200,000 and 100,000: 200 for validator 0, of which 40 commission and 80 each for the two halves of its stake.
        Amount alices = Reward(chain, Alice, User(0));
        Near(Amount.Nusa(80), alices);
        Near(Amount.Nusa(80), Reward(chain, User(0), User(0)));
        Near(Amount.Nusa(80), Reward(chain, User(1), User(1)));
        Amount before = chain.Balance(Alice);
        Assert.True(chain.Staking(Alice, "claimRewards", default, User(0)).Succeeded);
        Assert.Equal(before + alices, chain.Balance(Alice));
        Assert.Equal("DSDN-E-STAKING-NOTHING-TO-CLAIM", chain.Staking(Alice, "claimRewards", default, User(0)).Error?.Code);
        Assert.Equal((Uint256)Amount.Nusa(40).BaseUnits, chain.Staking(User(0), "claimCommission").Values[0].Word);
        Assert.Equal("DSDN-E-STAKING-NOTHING-TO-CLAIM", chain.Staking(User(0), "claimCommission").Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(Alice, "claimCommission").Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(Alice, "claimRewards", default, Alice).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-NOTHING-TO-CLAIM", chain.Staking(User(7), "claimRewards", default, User(0)).Error?.Code);
        chain.NextBlock();
    }

    [Fact]
    public void WhatNobodyCanClaimGoesToTheTreasury()
    {
        TestChain chain = new(validators: 3, rewardPool: new Amount(1));
        chain.PayFee(Payer, new Amount(100)); // 33 each, one left
        Amount before = Treasury(chain);
        chain.NextEpoch();
        Assert.True(Treasury(chain) >= before + new Amount(1));
        Assert.Equal(Uint256.Zero, chain.Staking(Alice, "totals").Values[3].Word); // no fee stays behind
    }

    [Fact]
    public void RewardPoolPaysOnePercentAYearOfTheVotingStake()
    {
        TestChain chain = new(new StakingParams { EpochBlocks = 1, UnbondingMs = 60_000 }, rewardPool: Amount.Nusa(20_000_000));
        Amount paidBefore = PoolPaid(chain);
        chain.NextBlock(EconomicsGenesis.YearMs);
        Amount paidAtFirst = PoolPaid(chain);
        chain.NextBlock(1);
        Amount year = PoolPaid(chain) - paidAtFirst;
        Assert.Equal(Amount.Zero, paidBefore);
        Assert.Equal(Amount.Nusa(1_000), year); // 1 % of 100,000
    }

    [Fact]
    public void RewardPoolNeverPaysMoreThanItHasUnlocked()
    {
        TestChain chain = new(new StakingParams { EpochBlocks = 1, UnbondingMs = 60_000 }, rewardPool: Amount.Nusa(20));
        chain.NextBlock(EconomicsGenesis.YearMs - 1_000);
        chain.NextBlock(1);
        AbiValue[] pool = chain.Economics(Alice, "rewardPool").Values;
        Assert.Equal(Amount.Nusa(1), new Amount(pool[2].Word.ToUInt128())); // one twentieth
    }

    [Fact]
    public void RewardsStayOfOneWhoUnbondsAndArePaidWithTheLastShare()
    {
        TestChain chain = new(rewardPool: new Amount(1));
        Assert.True(chain.Staking(Alice, "delegate", Amount.Nusa(100_000), User(0)).Succeeded);
        chain.NextEpoch();
        chain.PayFee(Payer, Amount.Nusa(100));
        chain.NextEpoch();
        Amount before = chain.Balance(Alice);
        Assert.True(chain.Staking(Alice, "unbond", default, User(0), Amount.Nusa(100_000)).Succeeded);
        Near(before + Amount.Nusa(40), chain.Balance(Alice));
        chain.NextBlock();
    }

    [Fact]
    public void EpochEndDoesNotGrowWithTheNumberOfDelegators()
    {
        int few = EpochEndReads(100);
        int many = EpochEndReads(100_000);
        Assert.Equal(few, many);
    }

    [Fact]
    public void OrdinaryBlockWritesNothing()
    {
        TestChain chain = new(validators: 3);
        chain.PayFee(Payer, Amount.Nusa(1));
        for (int i = 0; i < 5; i++)
        {
            Dsdn.Chain.Execution.HookOutput end = chain.NextBlock();
            Assert.False(end.WroteState);
            Assert.Empty(end.Logs);
        }
    }

    private static int EpochEndReads(int delegators)
    {
        TestChain chain = new(new StakingParams { EpochBlocks = 2, UnbondingMs = 60_000 }, validators: 4) { ComparesFailures = false };
        // Rows straight into the tables, as that many calls would leave them.
        Amount each = Amount.Nusa(1);
        chain.AsModule(9, _ => { });
        Dsdn.Chain.State.StateOverlay overlay = chain.Pending;
        Dsdn.Chain.Execution.Kernel.ModuleContext context = chain.Kernel.GenesisWriter(overlay, chain.Context, 0);
        StakingParams parameters = StakingState.ReadParams(context);
        Address validator = User(0);
        ValidatorRow row = StakingState.Validators.Find(context, new Dsdn.Chain.Execution.Kernel.AddressKey(validator))!;
        for (int i = 0; i < delegators; i++)
        {
            byte[] address = new byte[20];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(address, i + 1);
            (row, _) = StakeLedger.Add(context, validator, row, new Address(address), each);
        }
        StakeLedger.Store(context, parameters, validator, row);
        Amount total = Amount.Nusa((ulong)delegators);
        StakeLedger.AddStaked(context, total, default);
        overlay.TryGetAccount(StakingAddress, out Dsdn.Chain.State.Account account);
        overlay.SetAccount(StakingAddress, account with { Balance = account.Balance + total });
        chain.State.Apply(overlay.Changes());
        Assert.True(chain.State.Records > delegators);
        Dsdn.Chain.State.StateOverlay block = new(chain.State);
        chain.State.Reads = 0;
        chain.Kernel.EndBlock(block, chain.Context with { Height = 2 });
        return chain.State.Reads + (1_000 * block.Changes().Records.Count);
    }

    /// <summary>A share is rounded down, by less than one base unit.</summary>
    private static void Near(Amount expected, Amount actual) => Assert.True(actual == expected || actual + new Amount(1) == expected, $"{expected} expected, {actual}");

    private static Amount Reward(TestChain chain, Address delegator, Address validator) =>
        new(chain.Staking(delegator, "rewards", default, delegator, validator).Values[0].Word.ToUInt128());

    private static Amount Treasury(TestChain chain) => new(chain.Economics(Alice, "treasury").Values[0].Word.ToUInt128());

    private static Amount PoolPaid(TestChain chain) => new(chain.Economics(Alice, "rewardPool").Values[2].Word.ToUInt128());
}

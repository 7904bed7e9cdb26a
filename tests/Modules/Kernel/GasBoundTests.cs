using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Kernel;

/// <summary>The declared gas bound of every method holds at its worst; the chain of the tests checks it on every other call too.</summary>
public sealed class GasBoundTests
{
    private static readonly Address Alice = User(5);

    [Fact]
    public void WithdrawOfAsManyEntriesAsItTakes()
    {
        TestChain chain = new(validators: 8);
        for (int i = 0; i < 8; i++) Assert.True(chain.Staking(Alice, "delegate", Amount.Nusa(10), User(i)).Succeeded);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 8; i++) Assert.True(chain.Staking(Alice, "unbond", default, User(i), Amount.Nusa(3)).Succeeded);
            chain.NextEpoch(10);
        }
        chain.NextBlock(60_000);
        Assert.Equal((Uint256)Amount.Nusa(48).BaseUnits, chain.Staking(Alice, "withdraw").Values[0].Word);
        Assert.Equal((Uint256)Amount.Nusa(24).BaseUnits, chain.Staking(Alice, "withdraw").Values[0].Word);
    }

    [Fact]
    public void FullPages()
    {
        TestChain chain = new();
        for (int i = 0; i < 4; i++)
        {
            for (int n = 0; n < 3; n++) Assert.True(Nodes.NodesTests.Register(chain, User(i), $"n {i} {n}", Amount.Nusa(500)).Succeeded);
        }
        Assert.Equal(12, chain.Nodes(Alice, "nodes", default, Hash256.Zero, 100UL).Values[0].Items.Count);
        Assert.Equal(3, chain.Nodes(Alice, "nodesOf", default, User(0)).Values[0].Items.Count);
        Assert.Single(chain.Staking(Alice, "validators", default, Address.Zero, 100UL).Values[0].Items);
        Assert.Equal("DSDN-E-STAKING-PAGE", chain.Staking(Alice, "validators", default, Address.Zero, 101UL).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-PAGE", chain.Staking(Alice, "unbondings", default, Alice, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-STAKING-PAGE", chain.Staking(Alice, "delegations", default, Alice, Address.Zero, 0UL).Error?.Code);
    }

    [Fact]
    public void ClaimOfAsManyGrantsAsAnAccountHas()
    {
        GenesisGrant[] grants = [.. Enumerable.Range(0, EconomicsGenesis.GrantsPerAccountMax).Select(i => new GenesisGrant(Alice, Amount.Nusa(1), GenesisMs, 1_000 + (ulong)i))];
        TestChain chain = new(grants: grants);
        chain.NextBlock();
        Assert.True(chain.Economics(Alice, "claimVested").Succeeded);
        Assert.Equal(8, chain.Economics(Alice, "grants", default, Alice).Values[0].Items.Count);
    }

    [Fact]
    public void LargestValidatorSet()
    {
        TestChain chain = new(validators: 150);
        Assert.Equal(150, chain.Staking(Alice, "validatorSet").Values[1].Items.Count);
        Assert.Equal(100, chain.Staking(Alice, "validators", default, Address.Zero, 100UL).Values[0].Items.Count);
    }

    [Fact]
    public void EveryQueryAnswers()
    {
        TestChain chain = new();
        foreach ((byte module, string method, AbiValue[] arguments) in new (byte, string, AbiValue[])[]
        {
            (0, "validatorSet", []), (0, "epoch", []), (0, "params", []), (0, "totals", []), (0, "delegations", [Alice, Address.Zero, 10UL]),
            (0, "rewards", [Alice, User(0)]), (0, "delegation", [Alice, User(0)]), (0, "operatorOfKey", [Hash256.Zero]), (1, "feed", []), (1, "totalStake", []),
            (1, "params", []), (8, "params", []), (8, "treasury", []), (10, "feed", []), (10, "params", []), (10, "totalEscrow", []), (10, "quote", [1UL, 10UL, 1UL]),
        })
        {
            CallResult result = chain.Call(module, Alice, method, default, ulong.MaxValue / 4, arguments);
            Assert.True(result.Succeeded, method);
            Assert.NotEmpty(result.Values);
        }
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", chain.Staking(Alice, "validator", default, Alice).Error?.Code);
        Assert.Equal(10UL, chain.Staking(Alice, "epoch").Values[3].UInt64);
    }
}

using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Economics;

public sealed class VestingTests
{
    private static readonly Address Foundation = User(12);

    [Fact]
    public void GrantVestsEvenlyAndIsClaimedByItsBeneficiaryOnly()
    {
        TestChain chain = new(grants: [new GenesisGrant(Foundation, Amount.Nusa(5_000), GenesisMs, 5_000_000), new GenesisGrant(Foundation, Amount.Nusa(10), GenesisMs, 1_000)]);
        chain.NextBlock(999_000); // one fifth of the first, all of the second
        Assert.Equal("DSDN-E-ECONOMICS-NOTHING-VESTED", chain.Economics(User(13), "claimVested").Error?.Code);
        AbiValue[] vested = chain.Economics(User(13), "vested", default, Foundation).Values;
        Assert.Equal((Uint256)Amount.Nusa(1_010).BaseUnits, vested[3].Word);
        Amount before = chain.Balance(Foundation);
        Assert.True(chain.Economics(Foundation, "claimVested").Succeeded);
        Assert.Equal(before + Amount.Nusa(1_010), chain.Balance(Foundation));
        Assert.Equal("DSDN-E-ECONOMICS-NOTHING-VESTED", chain.Economics(Foundation, "claimVested").Error?.Code);
        chain.NextBlock(10_000_000);
        Assert.True(chain.Economics(Foundation, "claimVested").Succeeded);
        Assert.Equal(before + Amount.Nusa(5_010), chain.Balance(Foundation));
        chain.NextBlock();
    }

    [Fact]
    public void PoolUnlocksOverTwentyYears()
    {
        TestChain chain = new(rewardPool: Amount.Nusa(150_000_000));
        chain.NextBlock(EconomicsGenesis.YearMs - 1_000);
        AbiValue[] pool = chain.Economics(User(3), "rewardPool").Values;
        Assert.Equal((Uint256)Amount.Nusa(7_500_000).BaseUnits, pool[1].Word);
    }

    [Fact]
    public void WrongGenesisIsNamedLineByLine()
    {
        ModuleGenesis genesis = new()
        {
            Economics = new EconomicsGenesis { RewardPoolDurationMs = 0, Grants = [new GenesisGrant(Foundation, Amount.Zero, 0, 0)] },
        };
        IReadOnlyList<string> faults = genesis.Faults(ChainId);
        Assert.Contains(faults, fault => fault.StartsWith("staking.validators", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("economics.rewardPoolDurationMs", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("economics.grants", StringComparison.Ordinal));
    }
}

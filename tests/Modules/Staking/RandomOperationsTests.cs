using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Nodes.Published;
using Dsdn.Modules.Staking.Published;
using Dsdn.Modules.Tests.Committee;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Staking;

/// <summary>Thousands of random calls, good and bad, with blocks, epochs, fees, slashes between them. A failing seed replays by its number.</summary>
public sealed class RandomOperationsTests
{
    private const int Steps = 4_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SupplyAndBooksHoldAfterThousandsOfOperations(int seed) => Run(seed, Steps);

    [Fact]
    public void SameSeedEndsInTheSameState() => Assert.Equal(Run(7, 500), Run(7, 500));

    private static string Run(int seed, int steps)
    {
        Random random = new(seed);
        TestChain chain = new(new() { EpochBlocks = 7, UnbondingMs = 20_000, LivenessWindowBlocks = 10, JailMs = 3_000, ValidatorsMax = 5 }, validators: 4) { ComparesFailures = false };
        int accepted = 0, refused = 0;
        for (int step = 0; step < steps; step++)
        {
            CallResult? result = Step(chain, random, step);
            if (result is null) continue;
            if (result.Succeeded) accepted++;
            else refused++;
        }
        chain.NextEpoch();
        Assert.True(accepted > steps / 10, $"accepted {accepted}");
        Assert.True(refused > steps / 10, $"refused {refused}");
        Assert.NotNull(CommitteeReader.LastAnchor(chain.Pending));
        return chain.State.Dump();
    }

    private static CallResult? Step(TestChain chain, Random random, int step)
    {
        Address who = User(random.Next(12));
        Address first = User(random.Next(8));
        Address second = User(random.Next(8));
        Amount value = Money(random);
        switch (random.Next(26))
        {
            case 0: return BondingTests.Create(chain, who, Amount.Nusa(50_000), key: $"key {step}");
            case 1: return chain.Staking(who, "bond", value);
            case 2 or 3 or 4: return chain.Staking(who, "delegate", value, first);
            case 5 or 6: return chain.Staking(who, "unbond", default, first, value);
            case 7: return chain.Staking(who, "redelegate", default, first, second, value);
            case 8: return chain.Staking(who, "withdraw");
            case 9: return chain.Staking(who, "claimRewards", default, first);
            case 10: return chain.Staking(who, "claimCommission");
            case 11: return chain.Staking(who, "unjail");
            case 12: return chain.Staking(User(11), "settle", default, who, first);
            case 13: return Rotate(chain, who, step);
            case 14: return Nodes.NodesTests.Register(chain, who, $"node {step}", Amount.Nusa((ulong)random.Next(400, 700)));
            case 15: return OnNode(chain, random, who);
            case 16:
                chain.PayFee(who, Amount.Gwei((ulong)random.Next(1_000_000)));
                return null;
            case 17 when random.Next(30) == 0:
                ulong epoch = chain.Staking(who, "epoch").Values[0].UInt64;
                chain.AsModule(9, context => StakeControl.Slash(context, first, epoch - Math.Min(epoch, (ulong)random.Next(3)), (ulong)random.Next(1, 2_000)));
                return null;
            case 18 or 19: return Anchor(chain, random);
            case 20 or 21 or 22 or 23: return OnAgreement(chain, random, who);
            default:
                byte[] signers = [(byte)(random.Next(4) == 0 ? random.Next(256) : 255)];
                chain.NextBlock((ulong)random.Next(1, 4_000), new Certificate(chain.Context.Height, 0, default, signers, []));
                return null;
        }
    }

    private static CallResult Rotate(TestChain chain, Address who, int step)
    {
        (Hash256 key, byte[] proof) = Consensus(who, $"rotated {step}");
        return chain.Staking(who, "rotateKey", default, key, proof);
    }

    /// <summary>By some of those who vote, of a sequence about the next, sometimes after the epoch they signed for.</summary>
    private static CallResult Anchor(TestChain chain, Random random)
    {
        ulong last = CommitteeReader.LastAnchor(chain.Pending)?.Seq ?? 0;
        LogAnchor anchor = Attesters.Anchor(chain, last + (ulong)random.Next(4));
        int count = chain.Validators.Validators.Count;
        int[] signers = [.. Enumerable.Range(0, count).Where(_ => random.Next(8) != 0)];
        AttestedAnchor signed = Attesters.Sign(chain, anchor, signers);
        if (random.Next(4) == 0) chain.NextBlock((ulong)random.Next(1, 2_000));
        return Attesters.Send(chain, signed, User(random.Next(12)));
    }

    private static CallResult OnNode(TestChain chain, Random random, Address who)
    {
        IReadOnlyList<AbiValue> nodes = chain.Nodes(who, "nodesOf", default, who).Values[0].Items;
        Hash256 id = nodes.Count == 0 ? Key("none").Key : nodes[random.Next(nodes.Count)].Items[0].Hash;
        switch (random.Next(8))
        {
            case 5 or 6: return Slashing.StorageFineTests.AnyReport(chain, random, who, id);
            case 0: return chain.Nodes(who, "leave", default, id);
            case 1: return chain.Nodes(who, "withdraw", default, id);
            case 2: return chain.Nodes(who, "topUp", Money(random), id);
            case 3: return chain.Nodes(who, "activate", default, id);
            case 4:
                chain.AsModule(9, context => NodeControl.Slash(context, id, (ulong)random.Next(1, 1_000), context.Block.TimeMs + 2_000));
                return chain.Nodes(who, "activate", default, id);
            default: return chain.Nodes(who, "update", default, id, 3UL, id);
        }
    }

    private static CallResult OnAgreement(TestChain chain, Random random, Address who)
    {
        Address other = User(random.Next(12));
        IReadOnlyList<AbiValue> theirs = chain.Agreements(who, "agreementsOf", default, random.Next(3) == 0 ? other : who, 0UL, 100UL).Values[0].Items;
        Hash256 id = theirs.Count == 0 ? Hash256.Zero : theirs[random.Next(theirs.Count)].Items[0].Hash;
        switch (random.Next(9))
        {
            case 0 or 1 or 2:
                AbiValue[] terms = [(ulong)random.NextInt64(0, 5_000_000_000), (ulong)random.Next(5, 60), (ulong)random.Next(3)];
                Amount price = chain.Agreements(who, "quote", default, terms) is { Succeeded: true } quoted ? new Amount(quoted.Values[0].Word.ToUInt128()) : Amount.Nusa(1);
                return chain.Agreements(who, "open", random.Next(3) == 0 ? Money(random) : price, terms);
            case 3 or 4: return chain.Agreements(who, "topUp", random.Next(2) == 0 ? Money(random) : new Amount((UInt128)random.NextInt64(0, 1_000_000_000_000_000)), id);
            case 5 or 6: return chain.Agreements(who, "close", default, id);
            case 7: return chain.Agreements(who, "registerSession", default, other, (ulong)random.Next(5), chain.Context.TimeMs + (ulong)random.Next(10_000));
            default: return random.Next(2) == 0 ? chain.Agreements(who, "revokeSession", default, other) : chain.Agreements(who, "requestDelete", default, id, 1UL, AbiValue.OfList(id));
        }
    }

    /// <summary>Around the limits as often as in the middle.</summary>
    private static Amount Money(Random random) => random.Next(5) switch
    {
        0 => new Amount((UInt128)random.Next(3)),
        1 => Amount.Nusa(1) - new Amount((UInt128)random.Next(2)),
        2 => new Amount((UInt128)random.NextInt64(1, long.MaxValue) * 3),
        _ => Amount.Nusa((ulong)random.Next(1, 3_000)) + new Amount((UInt128)random.Next(1_000_000)),
    };
}

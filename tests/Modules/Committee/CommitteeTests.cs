using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Committee.Published;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;
using LogCommittee = Dsdn.Chain.Log.Committees.Committee;

namespace Dsdn.Modules.Tests.Committee;

public sealed class CommitteeTests
{
    private static readonly LogCommittee First = LogCommittee.OfOne(ChainId, User(0), Key("committee 0").Key, GenesisMs, GenesisHash);

    [Fact]
    public void CommitteeOfOneHasTheGenesisHashForItsSeed()
    {
        TestChain chain = new();
        AbiValue[] shown = chain.Committee(User(3), "committee").Values;
        Assert.Equal((0UL, 1UL, 1UL, First.GroupKey), (shown[0].UInt64, shown[1].UInt64, shown[2].UInt64, shown[3].Hash));
        IReadOnlyList<AbiValue> member = Assert.Single(shown[4].Items).Items;
        Assert.Equal((User(0), First.GroupKey, Hash256.Zero, First.GroupKey), (member[0].Address, member[1].Hash, member[2].Hash, member[3].Hash));
        Assert.Equal((GenesisMs, ulong.MaxValue, GenesisHash, First.Hash), (shown[5].UInt64, shown[6].UInt64, shown[7].Hash, shown[8].Hash));
        chain.NextEpoch();
        Assert.Equal(First.Hash, chain.Committee(User(3), "committee").Values[8].Hash);
        Assert.Equal((4UL, 6UL), (chain.Committee(User(3), "params").Values[0].UInt64, chain.Committee(User(3), "params").Values[1].UInt64));
    }

    [Fact]
    public void ChainWithoutALogHasNothingOfTheModule()
    {
        TestChain chain = new(hasLog: false);
        Assert.False(chain.State.TryGetAccount(CommitteeAddress, out _));
        Assert.Equal("DSDN-E-COMMITTEE-NONE", chain.Committee(User(3), "committee").Error?.Code);
        Assert.Equal("DSDN-E-COMMITTEE-NONE", chain.Committee(User(3), "params").Error?.Code);
        Assert.Equal("DSDN-E-COMMITTEE-NO-ANCHOR", chain.Committee(User(3), "lastAnchor").Error?.Code);
        Assert.Equal("DSDN-E-COMMITTEE-NONE", Attesters.Take(chain, 1).Error?.Code);
        Assert.Equal((0UL, Hash256.Zero), (chain.Committee(User(3), "feed").Values[0].UInt64, chain.Committee(User(3), "feed").Values[1].Hash));
        chain.AsModule(9, context => Assert.Null(CommitteeControl.Find(context)));
        chain.AsModule(9, context => Assert.False(CommitteeControl.Rotate(context, First with { Epoch = 1 })));
        chain.NextBlock();
    }

    [Fact]
    public void NextCommitteeIsARecordOfTheFeed()
    {
        TestChain chain = new();
        Assert.True(Attesters.Take(chain, 1).Succeeded);
        LogCommittee next = Of(4, epoch: 1);
        chain.AsModule(9, context => Assert.True(CommitteeControl.Rotate(context, next)));
        AbiValue[] shown = chain.Committee(User(3), "committee").Values;
        Assert.Equal((1UL, 3UL, 4UL, next.Seed, next.Hash), (shown[0].UInt64, shown[1].UInt64, shown[2].UInt64, shown[7].Hash, shown[8].Hash));
        chain.AsModule(9, context => Assert.Equal(next.Hash, CommitteeControl.Find(context)?.Hash));
        FeedRecord record = chain.Logs.Select(FeedRecord.Find).OfType<FeedRecord>().Last();
        Assert.Equal((2UL, Convert.ToHexString(new CommitteeRotated(next).Encode())), (record.Sequence, Convert.ToHexString(record.Record.Span)));
        chain.NextBlock();
        Assert.True(Attesters.Take(chain, 2).Succeeded);
        chain.NextBlock();
    }

    [Fact]
    public void CommitteeThatDoesNotFollowIsRefused()
    {
        TestChain chain = new();
        LogCommittee good = Of(4, epoch: 1);
        foreach (LogCommittee bad in new[]
        {
            good with { Epoch = 0 }, good with { Epoch = 2 }, good with { ChainId = 1 }, good with { StartMs = GenesisMs - 1 }, good with { Seed = Hash256.Zero },
            good with { Threshold = 2 }, good with { EndMs = good.StartMs }, good with { Members = [] }, good with { Members = [.. good.Members.Take(3), good.Members[0]] },
        })
        {
            chain.AsModule(9, context => Assert.False(CommitteeControl.Rotate(context, bad)));
        }
        Assert.Equal(First.Hash, chain.Committee(User(3), "committee").Values[8].Hash);
        Assert.Equal(0UL, chain.Committee(User(3), "feed").Values[0].UInt64);
        chain.NextBlock();
    }

    [Fact]
    public void GenesisOfTheModuleNamesWhatIsWrong()
    {
        (byte[] seed, Hash256 key) = Key("committee 0");
        CommitteeGenesis good = new(User(0), key, TestChain.Sign(seed, ProofOfPossession.CommitteeMessage(ChainId, User(0), key)));
        Assert.Empty(good.Faults(ChainId));
        Assert.Equal("committee.proofOfPossession: does not verify", Assert.Single(good.Faults(ChainId + 1)));
        Assert.Equal("committee.proofOfPossession: does not verify", Assert.Single((good with { Proof = TestChain.Sign(seed, ProofOfPossession.ConsensusMessage(ChainId, User(0), key)) }).Faults(ChainId)));
        Assert.Equal("committee.key: is not an Ed25519 key of prime order", Assert.Single((good with { Key = Hash256.Zero }).Faults(ChainId)));
        Assert.Contains("committee.validator: must not be the zero address", (good with { Validator = Address.Zero }).Faults(ChainId));
        foreach ((ulong kept, ulong grace, string field) in new[] { (1UL, 60UL, "anchorsKept"), (65_537UL, 60UL, "anchorsKept"), (2UL, 3_601UL, "graceBlocks") })
        {
            CommitteeGenesis bad = good with { Params = new CommitteeParams { AnchorsKept = kept, GraceBlocks = grace } };
            Assert.StartsWith("committee.params." + field, Assert.Single(bad.Faults(ChainId)));
            Assert.Contains(new ModuleGenesis { Committee = bad }.Faults(ChainId), fault => fault.StartsWith("committee.params.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void LargestCommitteeIsShownWithinTheDeclaredGas()
    {
        TestChain chain = new();
        LogCommittee large = Of(LogLimits.CommitteeMembersMax, epoch: 1);
        chain.AsModule(9, context => Assert.True(CommitteeControl.Rotate(context, large)));
        AbiValue[] shown = chain.Committee(User(3), "committee").Values;
        Assert.Equal((255UL, large.Hash), (shown[2].UInt64, shown[8].Hash));
        Assert.Equal(255, shown[4].Items.Count);
    }

    [Fact]
    public void RowsThatAreNoCommitteeStopTheNode()
    {
        byte[] bytes = RecordTableBytes(new CommitteeRow(First));
        MemoryView view = new();
        StateOverlay overlay = new(view);
        bytes[^1] ^= 1; // the seed, which only changes what it says
        overlay.SetRecord(CommitteeState.Committee.FlatKey(default), bytes);
        Assert.NotNull(CommitteeState.Committee.Find(DsdnModules.Kernel().Reader(overlay, CommitteeState.Module), default));
        overlay.SetRecord(CommitteeState.Committee.FlatKey(default), RecordTableBytes(new CommitteeRow(First with { Threshold = 9 })));
        Assert.Throws<StateCorruptException>(() => CommitteeState.Committee.Find(DsdnModules.Kernel().Reader(overlay, CommitteeState.Module), default));
    }

    private static byte[] RecordTableBytes(CommitteeRow row) =>
        Dsdn.Chain.Execution.Kernel.RecordTable<Dsdn.Chain.Execution.Kernel.SingleKey, CommitteeRow>.Encode(row);

    private static LogCommittee Of(int members, ulong epoch) => new(
        ChainId, epoch, LogCommittee.ThresholdOf(members), Key("group").Key,
        [.. Enumerable.Range(0, members).Select(i => new CommitteeMember(User(i), Key($"member {i}").Key, Key($"exchange {i}").Key, Key($"share {i}").Key))],
        GenesisMs + 5_000, LogCommittee.OpenEnd, Key("seed").Key);
}

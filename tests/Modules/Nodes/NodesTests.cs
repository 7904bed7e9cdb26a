using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Nodes.Published;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Nodes;

public sealed class NodesTests
{
    private static readonly Address Alice = User(5);
    private static readonly Address Bob = User(6);
    private static readonly Hash256 Fingerprint = Keccak.Hash([1]);
    private static readonly Hash256 NodeId = Key("node a").Key;

    [Fact]
    public void NodeWithStakeAndProofIsActiveAtOnce()
    {
        TestChain chain = new();
        CallResult registered = Register(chain, Alice, "node a", Amount.Nusa(500));
        Assert.True(registered.Succeeded, registered.Error?.ToString());
        IReadOnlyList<AbiValue> node = chain.Nodes(Bob, "getNode", default, NodeId).Values[0].Items;
        Assert.Equal(Alice, node[1].Address);
        Assert.Equal((ulong)NodeStatus.Active, node[3].UInt64);
        Assert.Equal(7UL, node[6].UInt64);
        Assert.Equal((Uint256)Amount.Nusa(500).BaseUnits, chain.Nodes(Bob, "getStake", default, NodeId).Values[0].Word);
        Assert.Equal(0UL, chain.Nodes(Bob, "getNodeClass", default, NodeId).Values[0].UInt64);
        Assert.Equal(
            chain.Nodes(Bob, "getSlashingStatus", default, NodeId).Output.ReturnData.ToArray(),
            chain.Nodes(Bob, "checkSlashingStatus", default, NodeId).Output.ReturnData.ToArray());
        chain.NextBlock();
    }

    [Fact]
    public void WrongRegistrationsAreRefused()
    {
        TestChain chain = new();
        Assert.Equal("DSDN-E-NODES-STAKE", Register(chain, Alice, "node a", Amount.Nusa(500) - new Amount(1)).Error?.Code);
        Assert.Equal("DSDN-E-NODES-STAKE", Register(chain, Alice, "node a", Amount.Nusa(5_000) - new Amount(1), nodeClass: 1).Error?.Code);
        Assert.Equal("DSDN-E-NODES-CLASS", Register(chain, Alice, "node a", Amount.Nusa(5_000), nodeClass: 2).Error?.Code);
        Assert.Equal("DSDN-E-NODES-FINGERPRINT", Register(chain, Alice, "node a", Amount.Nusa(500), fingerprint: Hash256.Zero).Error?.Code);
        (Hash256 id, byte[] proof) = Node(Bob, "node a");
        Assert.Equal("DSDN-E-NODES-PROOF", chain.Nodes(Alice, "register", Amount.Nusa(500), id, proof, 0UL, 7UL, Fingerprint).Error?.Code);
        Assert.Equal("DSDN-E-NODES-PROOF", chain.Nodes(Alice, "register", Amount.Nusa(500), id, Array.Empty<byte>(), 0UL, 7UL, Fingerprint).Error?.Code);
        Assert.Equal("DSDN-E-NODES-ID", chain.Nodes(Alice, "register", Amount.Nusa(500), Hash256.Zero, proof, 0UL, 7UL, Fingerprint).Error?.Code);
        // A consensus proof is no node proof: the tags differ.
        (Hash256 key, byte[] consensusProof) = Consensus(Alice, "node a");
        Assert.Equal("DSDN-E-NODES-PROOF", chain.Nodes(Alice, "register", Amount.Nusa(500), key, consensusProof, 0UL, 7UL, Fingerprint).Error?.Code);
        Assert.True(Register(chain, Alice, "node a", Amount.Nusa(500)).Succeeded);
        Assert.Equal("DSDN-E-NODES-REGISTERED", Register(chain, Alice, "node a", Amount.Nusa(500)).Error?.Code);
        Assert.True(Register(chain, Alice, "node b", Amount.Nusa(5_000), nodeClass: 1).Succeeded);
        Assert.True(Register(chain, Alice, "node c", Amount.Nusa(500)).Succeeded);
        Assert.Equal("DSDN-E-NODES-TOO-MANY", Register(chain, Alice, "node d", Amount.Nusa(500)).Error?.Code);
        chain.NextBlock();
    }

    [Fact]
    public void LeavingNodeIsPaidAfterTheUnbondingTimeAndItsIdNeverServesAgain()
    {
        TestChain chain = Registered();
        Assert.Equal("DSDN-E-NODES-STATUS", chain.Nodes(Alice, "withdraw", default, NodeId).Error?.Code);
        Assert.Equal("DSDN-E-NODES-NOT-OPERATOR", chain.Nodes(Bob, "leave", default, NodeId).Error?.Code);
        Assert.Equal("DSDN-E-NODES-UNKNOWN", chain.Nodes(Bob, "leave", default, Key("nobody").Key).Error?.Code);
        Assert.True(chain.Nodes(Alice, "leave", default, NodeId).Succeeded);
        Assert.Equal("DSDN-E-NODES-STATUS", chain.Nodes(Alice, "leave", default, NodeId).Error?.Code);
        Assert.Equal("DSDN-E-NODES-STATUS", chain.Nodes(Alice, "topUp", Amount.Nusa(1), NodeId).Error?.Code);
        chain.NextBlock(59_999);
        Assert.Equal("DSDN-E-NODES-EXIT", chain.Nodes(Alice, "withdraw", default, NodeId).Error?.Code);
        chain.NextBlock(1);
        Amount before = chain.Balance(Alice);
        Assert.True(chain.Nodes(Alice, "withdraw", default, NodeId).Succeeded);
        Assert.Equal(before + Amount.Nusa(500), chain.Balance(Alice));
        Assert.Equal("DSDN-E-NODES-UNKNOWN", chain.Nodes(Alice, "withdraw", default, NodeId).Error?.Code);
        Assert.Equal("DSDN-E-NODES-UNKNOWN", chain.Nodes(Alice, "getNode", default, NodeId).Error?.Code);
        Assert.Equal("DSDN-E-NODES-REGISTERED", Register(chain, Alice, "node a", Amount.Nusa(500)).Error?.Code);
        Assert.Empty(chain.Nodes(Alice, "nodesOf", default, Alice).Values[0].Items);
        chain.NextBlock();
    }

    [Fact]
    public void SlashedNodeIsQuarantinedUntilToppedUpAndTheCooldownIsOver()
    {
        TestChain chain = Registered();
        ulong until = chain.Context.TimeMs + 5_000;
        chain.AsModule(9, context => Assert.Equal(Amount.Nusa(25), NodeControl.Slash(context, NodeId, 500, until)));
        AbiValue[] status = chain.Nodes(Bob, "getSlashingStatus", default, NodeId).Values;
        Assert.True(status[0].Bool);
        Assert.Equal(until, status[1].UInt64);
        Assert.Equal((ulong)NodeStatus.Quarantined, status[3].UInt64);
        Assert.Equal("DSDN-E-NODES-COOLDOWN", chain.Nodes(Alice, "activate", default, NodeId).Error?.Code);
        Assert.True(chain.Nodes(Alice, "topUp", Amount.Nusa(5), NodeId).Succeeded);
        chain.NextBlock(5_000);
        Assert.Equal("DSDN-E-NODES-STAKE", chain.Nodes(Alice, "activate", default, NodeId).Error?.Code);
        Assert.Equal("DSDN-E-NODES-NOTHING-ADDED", chain.Nodes(Alice, "topUp", default, NodeId).Error?.Code);
        Assert.True(chain.Nodes(Alice, "topUp", Amount.Nusa(20), NodeId).Succeeded);
        Assert.Equal((ulong)NodeStatus.Active, chain.Nodes(Bob, "getSlashingStatus", default, NodeId).Values[3].UInt64);
        Assert.Equal("DSDN-E-NODES-STATUS", chain.Nodes(Alice, "activate", default, NodeId).Error?.Code);
        chain.NextBlock();
    }

    [Fact]
    public void LeavingNodeIsStillSlashableAndWaitsForItsCooldown()
    {
        TestChain chain = Registered();
        Assert.True(chain.Nodes(Alice, "leave", default, NodeId).Succeeded);
        chain.AsModule(9, context => NodeControl.Slash(context, NodeId, 10_000, context.Block.TimeMs + 100_000));
        chain.NextBlock(60_000);
        Assert.Equal("DSDN-E-NODES-COOLDOWN", chain.Nodes(Alice, "withdraw", default, NodeId).Error?.Code);
        chain.NextBlock(40_000);
        Assert.Equal(Uint256.Zero, chain.Nodes(Alice, "withdraw", default, NodeId).Values[0].Word);
        chain.NextBlock();
    }

    [Fact]
    public void BannedNodeComesBackThroughPending()
    {
        TestChain chain = Registered();
        chain.AsModule(9, context => Assert.True(NodeControl.SetStatus(context, NodeId, NodeStatus.Banned)));
        Assert.Equal("DSDN-E-NODES-STATUS", chain.Nodes(Alice, "leave", default, NodeId).Error?.Code);
        Assert.Equal("DSDN-E-NODES-STATUS", chain.Nodes(Alice, "update", default, NodeId, 1UL, Fingerprint).Error?.Code);
        Assert.Equal((ulong)NodeStatus.Pending, chain.Nodes(Alice, "activate", default, NodeId).Values[0].UInt64);
        Assert.Equal((ulong)NodeStatus.Active, chain.Nodes(Alice, "activate", default, NodeId).Values[0].UInt64);
        chain.NextBlock();
    }

    [Theory]
    [InlineData(NodeStatus.Pending, NodeStatus.Quarantined)]
    [InlineData(NodeStatus.Active, NodeStatus.Pending)]
    [InlineData(NodeStatus.Quarantined, NodeStatus.Pending)]
    [InlineData(NodeStatus.Banned, NodeStatus.Active)]
    [InlineData(NodeStatus.Banned, NodeStatus.Quarantined)]
    [InlineData(NodeStatus.Banned, NodeStatus.Leaving)]
    [InlineData(NodeStatus.Leaving, NodeStatus.Active)]
    [InlineData(NodeStatus.Active, NodeStatus.Active)]
    public void TransitionOutsideTheTableDoesNotExist(NodeStatus from, NodeStatus to) => Assert.False(NodeTransitions.IsAllowed(from, to));

    [Fact]
    public void FeedIsTheHashChainOverTheRecordsInTheLogs()
    {
        TestChain chain = Registered();
        Assert.True(chain.Nodes(Alice, "update", default, NodeId, 9UL, Keccak.Hash([2])).Succeeded);
        Assert.True(chain.Nodes(Alice, "topUp", Amount.Nusa(1), NodeId).Succeeded);
        Hash256 feed = Hash256.Zero;
        ulong sequence = 0;
        AbiEvent extended = DsdnModules.Table.Modules[1].Events.First(one => one.Abi.Name == "FeedExtended").Abi;
        foreach (Dsdn.Chain.Blocks.LogEntry log in chain.Logs)
        {
            if (!extended.TryDecode(log.Topics, log.Data.Span, out AbiValue[] values)) continue;
            feed = Keccak.Hash([.. feed.Span, .. values[2].Bytes.Span]);
            Assert.Equal(++sequence, values[0].UInt64);
            Assert.Equal(feed, values[1].Hash);
        }
        AbiValue[] head = chain.Nodes(Bob, "feed").Values;
        Assert.Equal(3UL, sequence);
        Assert.Equal(sequence, head[0].UInt64);
        Assert.Equal(feed, head[1].Hash);
    }

    [Fact]
    public void RecordsOfTheFeedAreWhatTheLogReads()
    {
        TestChain chain = Registered();
        Assert.True(chain.Nodes(Alice, "topUp", Amount.Nusa(1), NodeId).Succeeded);
        AbiEvent extended = DsdnModules.Table.Modules[1].Events.First(one => one.Abi.Name == "FeedExtended").Abi;
        byte[][] records = [.. chain.Logs.Where(log => extended.TryDecode(log.Topics, log.Data.Span, out _)).Select(log =>
        {
            extended.TryDecode(log.Topics, log.Data.Span, out AbiValue[] values);
            return values[2].Bytes.ToArray();
        })];
        Assert.Equal(2, records.Length);
        Assert.All(records, record => Assert.Equal(NodeId.ToArray(), record[..Hash256.Size]));
        Assert.True(NodeRecord.TryDecode(records[0].AsSpan(Hash256.Size), out NodeRecord? first));
        Assert.True(NodeRecord.TryDecode(records[1].AsSpan(Hash256.Size), out NodeRecord? second));
        Assert.Equal(records[1], new NodeChanged(NodeId, second, EventKind.StakeChanged).Encode());
        Assert.Equal(Alice, first.Operator);
        Assert.True(first.IsActive);
        Assert.Equal(first.Stake + Amount.Nusa(1), second.Stake);
        Assert.Equal(EventKind.StakeChanged, NodeChanged.KindOf(first, second));

        Hash256 feed = FeedChain.Extend(FeedChain.Extend(Hash256.Zero, records[0]), records[1]);
        Assert.Equal(feed, chain.Nodes(Bob, "feed").Values[1].Hash);
        Assert.Equal(FeedChain.FeedSlot(FeedChain.Nodes), RecordKey.Slot(NodesState.Feed.FlatKey(default)));
        Assert.Equal(FeedChain.SequenceSlot(FeedChain.Nodes), RecordKey.Slot(NodesState.FeedSequence.FlatKey(default)));
    }

    [Fact]
    public void PagesCoverEveryNodeOnce()
    {
        TestChain chain = new();
        for (int i = 0; i < 9; i++) Assert.True(Register(chain, User(i), $"paged {i}", Amount.Nusa(500)).Succeeded);
        List<Hash256> seen = [];
        Hash256 next = Hash256.Zero;
        do
        {
            AbiValue[] page = chain.Nodes(Bob, "nodes", default, next, 4UL).Values;
            seen.AddRange(page[0].Items.Select(item => item.Items[0].Hash));
            next = page[1].Hash;
        }
        while (!next.IsZero);
        Assert.Equal(Enumerable.Range(0, 9).Select(i => Key($"paged {i}").Key).Order(), seen);
        Assert.Equal("DSDN-E-NODES-PAGE", chain.Nodes(Bob, "nodes", default, next, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-NODES-PAGE", chain.Nodes(Bob, "nodes", default, next, 101UL).Error?.Code);
        Assert.Equal("DSDN-E-NODES-PAGE", chain.Nodes(Bob, "nodes", default, next, ulong.MaxValue).Error?.Code);
    }

    internal static CallResult Register(TestChain chain, Address nodeOperator, string name, Amount stake, ulong nodeClass = 0, Hash256? fingerprint = null)
    {
        (Hash256 id, byte[] proof) = Node(nodeOperator, name);
        return chain.Nodes(nodeOperator, "register", stake, id, proof, nodeClass, 7UL, fingerprint ?? Fingerprint);
    }

    private static TestChain Registered()
    {
        TestChain chain = new();
        Assert.True(Register(chain, Alice, "node a", Amount.Nusa(500)).Succeeded);
        return chain;
    }
}

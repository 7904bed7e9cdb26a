using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

public sealed class TransactionRelayTests
{
    private static readonly RelayOptions Small = RelayOptions.Default with { ItemsMax = 8, BytesMax = 10_000 };

    [Fact]
    public void ThoseOfOwnUsersGoToEveryPeerOnce()
    {
        TransactionRelay relay = Linked(validators: 4, linked: 3);
        relay.Step(new RelayInput.Pooled([Item(1), Item(2)], 0));
        GossipEffect.Send[] sends = Sends(relay, 20);
        Assert.Equal([Id(1), Id(2), Id(3)], sends.Select(send => send.To).Order());
        Assert.All(sends, send => Assert.Equal([1, 2], Numbers(send)));
        Assert.Single(sends.Select(send => send.Message).Distinct(ReferenceEqualityComparer.Instance)); // encoded once
        Assert.Empty(relay.Step(new RelayInput.Tick(40)));
        relay.Step(new RelayInput.Pooled([Item(1)], 41));
        Assert.Empty(relay.Step(new RelayInput.Tick(60)));
    }

    [Fact]
    public void ThoseOfAValidatorStayWhereEveryValidatorIsLinked()
    {
        TransactionRelay relay = Linked(validators: 4, linked: 3);
        relay.Step(new RelayInput.Pooled([Item(1, from: 2)], 0));
        Assert.Empty(relay.Step(new RelayInput.Tick(20)));
    }

    [Fact]
    public void OneValidatorDownIsNoReasonToRelay()
    {
        TransactionRelay relay = Linked(validators: 4, linked: 2);
        relay.Step(new RelayInput.Pooled([Item(1, from: 2)], 0));
        Assert.Empty(relay.Step(new RelayInput.Tick(20)));
    }

    [Fact]
    public void ThinlyLinkedTheyGoOnToTheSquareRootOfThePeers()
    {
        TransactionRelay relay = Linked(validators: 30, linked: 10);
        relay.Step(new RelayInput.Pooled([Item(1, from: 2)], 0));
        GossipEffect.Send[] sends = Sends(relay, 20);
        Assert.Equal(3, sends.Select(send => send.To).Distinct().Count());
        Assert.DoesNotContain(Id(2), sends.Select(send => send.To));
    }

    /// <summary>A follower may be linked to this node only: without the relay its users' transactions would wait for this node's turn.</summary>
    [Fact]
    public void ThoseOfAFollowerGoToEverybodyElse()
    {
        TransactionRelay relay = Linked(validators: 4, linked: 3);
        relay.Step(new RelayInput.PeerUp(Id(9)));
        relay.Step(new RelayInput.Pooled([Item(1, from: 9), Item(2)], 0));
        GossipEffect.Send[] sends = Sends(relay, 20);
        Assert.Equal([Id(1), Id(2), Id(3), Id(9)], sends.Select(send => send.To).Order());
        Assert.All(sends, send => Assert.Equal(send.To == Id(9) ? [2] : [1, 2], Numbers(send)));
    }

    [Fact]
    public void APeerThatComesLaterGetsWhatIsStillYoung()
    {
        TransactionRelay relay = Linked(validators: 4, linked: 1);
        relay.Step(new RelayInput.Pooled([Item(1)], 0));
        relay.Step(new RelayInput.Tick(20));
        relay.Step(new RelayInput.Pooled([Item(2)], RelayOptions.Default.KeptMs));
        relay.Step(new RelayInput.Tick(RelayOptions.Default.KeptMs));
        relay.Step(new RelayInput.PeerUp(Id(7)));
        GossipEffect.Send send = Assert.Single(Sends(relay, RelayOptions.Default.KeptMs + 20));
        Assert.Equal((Id(7), 2), (send.To, Assert.Single(Numbers(send))));
    }

    [Fact]
    public void WhatDoesNotFitTheLogFallsOutOldestFirst()
    {
        TransactionRelay relay = Linked(validators: 4, linked: 2, Small);
        relay.Step(new RelayInput.Pooled([.. Enumerable.Range(1, 11).Select(i => Item(i))], 0));
        Assert.Equal(3UL, relay.Dropped);
        Assert.All(Sends(relay, 20), send => Assert.Equal(Enumerable.Range(4, 8), Numbers(send)));
        relay.Step(new RelayInput.Pooled([.. Enumerable.Range(20, 3).Select(i => Item(i, length: 4_000))], 0));
        Assert.All(Sends(relay, 40), send => Assert.Equal([21, 22], Numbers(send)));
        Assert.Equal(4UL, relay.Dropped); // 1-3 and 20 were sent to nobody
    }

    [Fact]
    public void ASlowPeersBudgetHoldsBackOnlyThatPeer()
    {
        TransactionRelay relay = Linked(validators: 4, linked: 2, RelayOptions.Default with { BytesRate = new(100_000, 100_000), BatchBytesMax = 50_000 });
        relay.Step(new RelayInput.Pooled([.. Enumerable.Range(1, 20).Select(i => Item(i, length: 10_000))], 0));
        Assert.Equal(100_000, Sends(relay, 1).Where(send => send.To == Id(1)).Sum(Bytes));
        relay.Step(new RelayInput.PeerGone(Id(2)));
        relay.Step(new RelayInput.PeerUp(Id(2)));
        GossipEffect.Send[] sends = Sends(relay, 501);
        Assert.Equal((50_000, 100_000), (sends.Where(send => send.To == Id(1)).Sum(Bytes), sends.Where(send => send.To == Id(2)).Sum(Bytes)));
    }

    [Fact]
    public void NoMessageIsAboveItsLimits()
    {
        TransactionRelay relay = Linked(validators: 4, linked: 1);
        relay.Step(new RelayInput.Pooled([.. Enumerable.Range(1, 9_000).Select(i => Item(i, length: 8))], 0));
        GossipEffect.Send[] sends = Sends(relay, 20);
        Assert.Equal([4096, 4096, 808], sends.Select(send => ((PeerMessage.Transactions)send.Message).Items.Count));
        Assert.All(sends, send => Assert.True(PeerMessageCodec.TryDecode(PeerMessageCodec.Encode(send.Message), PeerLane.Bulk, out _, out _)));
    }

    [Fact]
    public void AFloodOfTransactionsIsNamedAndCutOff()
    {
        TransactionRelay relay = Linked(validators: 4, linked: 2, RelayOptions.Default with { ReceivedItemsRate = new(100, 200) });
        var message = new PeerMessage.Transactions([.. Enumerable.Range(1, 50).Select(i => Item(i).Raw)]);
        GossipEffect[] effects = [.. Enumerable.Range(0, 20).SelectMany(_ => relay.Step(new RelayInput.Received(Id(1), message, 1_000)))];
        Assert.Equal(4, effects.OfType<GossipEffect.PoolTransactions>().Count());
        Assert.Equal((Id(1), Offence.Flooding), Assert.Single(effects.OfType<GossipEffect.Penalize>().Select(penalty => (penalty.Peer, penalty.Offence))));
        Assert.Single(relay.Step(new RelayInput.Received(Id(2), message, 1_000)).OfType<GossipEffect.PoolTransactions>());
        Assert.Single(relay.Step(new RelayInput.Received(Id(1), message, 1_500)).OfType<GossipEffect.PoolTransactions>());
        Assert.Empty(relay.Step(new RelayInput.Received(Id(9), message, 1_500)));
    }

    private static GossipEffect.Send[] Sends(TransactionRelay relay, ulong nowMs) => [.. relay.Step(new RelayInput.Tick(nowMs)).Cast<GossipEffect.Send>()];

    private static TransactionRelay Linked(int validators, int linked, RelayOptions? options = null)
    {
        var relay = new TransactionRelay(AddressOf(0), options ?? RelayOptions.Default);
        relay.Step(new RelayInput.ValidatorsAre(new ValidatorSet([.. Enumerable.Range(0, validators).Select(i => new Validator(AddressOf(i), new byte[32], 1, AddressOf(i)))])));
        for (int i = 1; i <= linked; i++)
        {
            relay.Step(new RelayInput.PeerUp(Id(i)));
            relay.Step(new RelayInput.PeerIs(Id(i), AddressOf(i)));
        }
        return relay;
    }

    /// <summary>Ids in the order of their numbers.</summary>
    private static PeerId Id(int number)
    {
        byte[] key = new byte[Hash256.Size];
        key[31] = (byte)number;
        return new PeerId(new Hash256(key));
    }

    private static PooledItem Item(int number, int? from = null, int length = 100)
    {
        byte[] raw = new byte[length];
        BitConverter.TryWriteBytes(raw, number);
        return new PooledItem(Keccak.Hash(raw), raw, from is { } peer ? Id(peer) : null);
    }

    private static int[] Numbers(GossipEffect.Send send) => [.. ((PeerMessage.Transactions)send.Message).Items.Select(item => BitConverter.ToInt32(item.Span))];

    private static int Bytes(GossipEffect.Send send) => ((PeerMessage.Transactions)send.Message).Items.Sum(item => item.Length);
}

using Dsdn.Consensus.Network;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;

namespace Dsdn.Network.Tests;

/// <summary>Links that go and come back, bans, and what is remembered over a restart.</summary>
public sealed class ReconnectTests
{
    [Fact]
    public async Task BothSidesDialAndOneLinkStays()
    {
        for (int i = 0; i < 5; i++)
        {
            (NodeIdentity lower, NodeIdentity higher) = TestPeer.Ordered();
            PeerEndpoint ofLower = new("127.0.0.1", (ushort)HandshakeTests.FreePort(), lower.Id), ofHigher = new("127.0.0.1", (ushort)HandshakeTests.FreePort(), higher.Id);
            Task<TestPeer> starting = TestPeer.StartAsync(TestPeer.Listening with { ListenPort = ofLower.Port, Persistent = [ofHigher] }, lower);
            await using TestPeer two = await TestPeer.StartAsync(TestPeer.Listening with { ListenPort = ofHigher.Port, Persistent = [ofLower] }, higher);
            await using TestPeer one = await starting;
            await one.IsUp(two);
            await two.IsUp(one);
            byte[] mark = [(byte)i];
            await two.Until(() => one.Network.Send(two.Id, PeerLane.Fast, mark) == SendResult.Queued && !two.Received.IsEmpty);
            PeerSnapshot seenByOne = Assert.Single(one.Network.Snapshot()), seenByTwo = Assert.Single(two.Network.Snapshot());
            Assert.NotEqual(seenByOne.IsOutbound, seenByTwo.IsOutbound);
            AssertAlternating(one.Events);
            AssertAlternating(two.Events);
        }
    }

    [Fact]
    public async Task PeerComesBackAfterARestart()
    {
        NodeIdentity identity = NodeIdentity.Create();
        int port = HandshakeTests.FreePort();
        TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { ListenPort = port }, identity);
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await dialler.IsUp(listener);
        await listener.DisposeAsync();
        await dialler.IsGone(listener);
        await using TestPeer restarted = await TestPeer.StartAsync(TestPeer.Listening with { ListenPort = port }, identity);
        await dialler.IsUp(restarted);
        await restarted.IsUp(dialler);
        AssertAlternating(dialler.Events);
    }

    [Fact]
    public async Task DiallerThatComesBackReplacesItsOwnDeadLink()
    {
        NodeIdentity identity = NodeIdentity.Create();
        await using TestPeer listener = await TestPeer.StartAsync();
        await using TestPeer first = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint), identity);
        await listener.IsUp(first);
        // The first process hangs; its successor dials while the old link still seems alive.
        await using TestPeer second = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint), identity);
        await second.IsUp(listener);
        Assert.Single(listener.Network.Snapshot());
        AssertAlternating(listener.Events);
    }

    [Fact]
    public async Task PeerThatLeavesForGoodIsDialledWithGrowingPauses()
    {
        PeerEndpoint nobody = new("127.0.0.1", (ushort)HandshakeTests.FreePort(), null);
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(nobody) with { RedialMsMin = 50, RedialMsMax = 10_000 });
        await dialler.Until(() => Failures(dialler) >= 3);
        int after = Failures(dialler);
        await Task.Delay(1_000);
        Assert.InRange(Failures(dialler), after, after + 5);

        static int Failures(TestPeer peer) => peer.Logs.Count(line => line.Contains("dial failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BanEndsTheLinkAndHoldsOverARestart()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("dsdn-net-").FullName, "peers.json");
        NodeIdentity identity = NodeIdentity.Create();
        ManualClock clock = new();
        ulong until = (ulong)clock.GetUtcNow().AddMinutes(10).ToUnixTimeMilliseconds();
        TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { AddressFile = file }, identity, clock: clock);
        int port = listener.Network.Port;
        await using TestPeer peer = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint) with { RedialMsMax = 300 });
        await listener.IsUp(peer);
        listener.Network.Ban(peer.Id, until, "forged a vote");
        await listener.IsGone(peer);
        await peer.Until(() => peer.Logs.Any(line => line.Contains("forged a vote", StringComparison.Ordinal)));
        await listener.DisposeAsync();

        await using TestPeer restarted = await TestPeer.StartAsync(TestPeer.Listening with { AddressFile = file, ListenPort = port }, identity, clock: clock);
        PeerBan ban = Assert.Single(restarted.Network.Bans());
        Assert.Equal((peer.Id, until, "forged a vote"), (ban.Peer, ban.UntilMs, ban.Reason));
        await peer.Until(() => peer.Logs.Count(line => line.Contains("banned until", StringComparison.Ordinal)) >= 2);
        Assert.Empty(restarted.Events);
        clock.Advance(TimeSpan.FromMinutes(11));
        await restarted.IsUp(peer);
        Assert.Empty(restarted.Network.Bans());
    }

    [Fact]
    public async Task BannedPeerIsNotDialled()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint) with { RedialMsMax = 100 });
        await listener.IsUp(dialler);
        dialler.Network.Ban(listener.Id, ulong.MaxValue, "liar");
        await listener.IsGone(dialler);
        await Task.Delay(600);
        Assert.Equal($"gone {dialler.Id}", listener.Events[^1]);
        Assert.True(dialler.Network.Unban(listener.Id));
        await listener.IsUp(dialler);
    }

    [Fact]
    public async Task AddressesSpreadFromPeerToPeer()
    {
        await using TestPeer seed = await TestPeer.StartAsync(Exchanging());
        await using TestPeer first = await TestPeer.StartAsync(Exchanging(new PeerEndpoint("127.0.0.1", (ushort)seed.Network.Port, null)));
        await seed.IsUp(first);
        await using TestPeer second = await TestPeer.StartAsync(Exchanging(new PeerEndpoint("127.0.0.1", (ushort)seed.Network.Port, null)));
        // They find each other, whoever dials first.
        await second.IsUp(first);
        await first.IsUp(second);
        Assert.Equal(2, second.Network.Snapshot().Count);
    }

    [Fact]
    public async Task ASeedIsLeftOnceThereAreEnoughOthersAndIsNoPeerLikeThem()
    {
        await using TestPeer seed = await TestPeer.StartAsync(Exchanging() with { OutboundPeersTarget = 0 });
        var address = new PeerEndpoint("127.0.0.1", (ushort)seed.Network.Port, null);
        await using TestPeer first = await TestPeer.StartAsync(Exchanging(address));
        await using TestPeer second = await TestPeer.StartAsync(Exchanging(address));
        await first.IsUp(second);
        await using TestPeer third = await TestPeer.StartAsync(Exchanging(address) with { OutboundPeersTarget = 2 });
        await third.IsUp(first);
        await third.IsUp(second);
        await third.IsGone(seed);
        await Task.Delay(600); // several pauses of a dialler
        Assert.Equal(new[] { first.Id, second.Id }.Order(), third.Network.Snapshot().Select(peer => peer.Id).Order());
        Assert.Contains(seed.Id, first.Network.Snapshot().Select(peer => peer.Id)); // it has too few others
    }

    private static PeerNetworkOptions Exchanging(params PeerEndpoint[] seeds) => TestPeer.Listening with
    {
        Seeds = seeds, OutboundPeersTarget = 4, ExchangesAddresses = true, ExchangeIntervalMs = 200, RedialMsMax = 100,
    };

    private static void AssertAlternating(IReadOnlyList<string> events)
    {
        for (int i = 0; i < events.Count; i++) Assert.StartsWith(i % 2 == 0 ? "up" : "gone", events[i]);
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dsdn.Consensus.Network;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;

namespace Dsdn.Network.Tests;

/// <summary>Peers with a good certificate and bad manners.</summary>
public sealed class HostileTests
{
    [Fact]
    public async Task FrameOfTwoGibibytesEndsTheLinkAndBansThePeer()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        await using HostilePeer hostile = await HostilePeer.LinkAsync(listener);
        long before = GC.GetTotalAllocatedBytes();
        hostile.WriteRaw(PeerLane.Fast, [0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);
        await listener.Until(() => listener.Events.Contains($"gone {hostile.Id}"));
        PeerBan ban = Assert.Single(listener.Network.Bans());
        Assert.Equal(hostile.Id, ban.Peer);
        Assert.Contains("2147483647", ban.Reason, StringComparison.Ordinal);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 64 * 1024 * 1024);
    }

    [Theory]
    [InlineData("compressed", new byte[] { 1, 0, 0, 0, 3, 0x0a, 1, 7 })]
    [InlineData("empty frame", new byte[] { 0, 0, 0, 0, 0 })]
    [InlineData("unknown field", new byte[] { 0, 0, 0, 0, 2, 0x20, 1 })]
    [InlineData("payload longer than its frame", new byte[] { 0, 0, 0, 0, 3, 0x0a, 9, 7 })]
    [InlineData("ping of nothing", new byte[] { 0, 0, 0, 0, 9, 0x11, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task BytesThatAreNoFrameEndTheLinkAndBanThePeer(string what, byte[] bytes)
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        await using HostilePeer hostile = await HostilePeer.LinkAsync(listener);
        hostile.WriteRaw(PeerLane.Bulk, bytes);
        await listener.Until(() => listener.Events.Contains($"gone {hostile.Id}"));
        Assert.Equal(hostile.Id, Assert.Single(listener.Network.Bans()).Peer);
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task MessageOverTheLimitOfItsLaneEndsTheLink()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        await using HostilePeer hostile = await HostilePeer.LinkAsync(listener);
        hostile.Write(PeerLane.Fast, PeerLimits.FastMessageBytesMax);
        await listener.Until(() => listener.Received.Count == 1);
        hostile.Write(PeerLane.Fast, PeerLimits.FastMessageBytesMax + 10);
        await listener.Until(() => listener.Events.Contains($"gone {hostile.Id}"));
        Assert.Single(listener.Received);
    }

    [Fact]
    public async Task FloodOfMessagesEndsTheLinkAndBansThePeer()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { MessagesPerSecondMax = 200 });
        await using HostilePeer hostile = await HostilePeer.LinkAsync(listener);
        for (int i = 0; i < 5_000 && listener.Network.Snapshot().Count > 0; i++) hostile.Write(PeerLane.Fast, 10);
        await listener.Until(() => listener.Events.Contains($"gone {hostile.Id}"));
        Assert.Contains("flooding", Assert.Single(listener.Network.Bans()).Reason, StringComparison.Ordinal);
        Assert.InRange(listener.Received.Count, 1, 2_000);
    }

    [Fact]
    public async Task FloodOfBytesOnTheFastLaneEndsTheLink()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { FastBytesPerSecondMax = 256 * 1024 });
        await using HostilePeer hostile = await HostilePeer.LinkAsync(listener);
        for (int i = 0; i < 100 && listener.Network.Snapshot().Count > 0; i++) hostile.Write(PeerLane.Fast, 60_000);
        await listener.Until(() => listener.Events.Contains($"gone {hostile.Id}"));
        Assert.Contains("flooding", Assert.Single(listener.Network.Bans()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MuchOnTheBulkLaneIsSlowedNotPunished()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { BulkBytesPerSecondMax = 1024 * 1024 });
        await using HostilePeer hostile = await HostilePeer.LinkAsync(listener);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 6; i++) hostile.Write(PeerLane.Bulk, 500_000);
        await listener.Until(() => listener.Received.Count == 6);
        Assert.Empty(listener.Network.Bans());
        Assert.Single(listener.Network.Snapshot());
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds > 500);
    }

    [Fact]
    public async Task PeerThatReadsNothingIsDisconnectedAndNobodyWaitsForIt()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { BulkQueueBytesMax = 16 * 1024 * 1024 });
        await using HostilePeer hostile = await HostilePeer.LinkAsync(listener);
        byte[] megabyte = new byte[1024 * 1024];
        SendResult result = SendResult.Queued;
        for (int i = 0; i < 200 && result == SendResult.Queued; i++) result = listener.Network.Send(hostile.Id, PeerLane.Bulk, megabyte);
        Assert.Equal(SendResult.Overflow, result);
        Assert.Contains($"gone {hostile.Id}", listener.Events);
        Assert.Equal(SendResult.NotConnected, listener.Network.Send(hostile.Id, PeerLane.Bulk, megabyte));
    }

    [Fact]
    public async Task PeerThatTakesNothingForTooLongIsDisconnected()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { SendStallMsMax = 300 });
        await using HostilePeer hostile = await HostilePeer.LinkAsync(listener);
        byte[] megabyte = new byte[1024 * 1024];
        for (int i = 0; i < 40; i++) listener.Network.Send(hostile.Id, PeerLane.Bulk, megabyte);
        await listener.Until(() => listener.Events.Contains($"gone {hostile.Id}"));
        Assert.Contains(listener.Logs, line => line.Contains("Slow", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PeerThatAnswersNoPingIsDisconnected()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { PingIntervalMs = 100, PongTimeoutMs = 300 });
        await using HostilePeer hostile = await HostilePeer.LinkAsync(listener);
        await listener.Until(() => listener.Events.Contains($"gone {hostile.Id}"));
        Assert.Contains(listener.Logs, line => line.Contains("Silent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OneLaneAloneMakesNoLink()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { LinkTimeoutMs = 1_000 });
        await using HostilePeer hostile = new(listener);
        GrpcException refused = await Assert.ThrowsAsync<GrpcException>(() => hostile.Open(PeerLane.Fast).ReadHeadersAsync());
        Assert.Equal(GrpcStatusCode.Aborted, refused.Status.Code);
        Assert.Empty(listener.Events);
    }

    [Fact]
    public async Task SlowHandshakesHoldNobodyUp()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { LinkTimeoutMs = 1_000 });
        List<TcpClient> slow = [];
        for (int i = 0; i < 20; i++)
        {
            TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, listener.Network.Port);
            // The first bytes of a ClientHello, and no more.
            if (i % 2 == 0) await client.GetStream().WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1 });
            slow.Add(client);
        }
        await using (TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint)))
        {
            await dialler.IsUp(listener);
            foreach (TcpClient client in slow)
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
                try
                {
                    Assert.Equal(0, await client.GetStream().ReadAsync(new byte[100], limit.Token));
                }
                catch (IOException)
                {
                    // Reset: closed as well.
                }
                client.Dispose();
            }
            Assert.Single(listener.Network.Snapshot());
        }
    }

    [Fact]
    public async Task ConnectionsOfOneAddressAreCounted()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { ConnectionsPerIpMax = 3 });
        await using TestPeer first = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await first.IsUp(listener);
        await using TestPeer second = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await second.Until(() => second.Logs.Any(line => line.Contains("dial failed", StringComparison.Ordinal)));
        Assert.Empty(second.Events);
        await first.DisposeAsync();
        await second.IsUp(listener);
    }

    [Fact]
    public async Task PeersAboveTheNumberAreRefusedExceptPersistentOnes()
    {
        using NodeIdentity friend = NodeIdentity.Create();
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with
        {
            InboundPeersMax = 1, Persistent = [new("127.0.0.1", 1, friend.Id)],
        });
        await using TestPeer first = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await first.IsUp(listener);
        await using TestPeer second = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await second.Until(() => second.Logs.Any(line => line.Contains("peers are connected", StringComparison.Ordinal)));
        await using TestPeer third = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint), friend);
        await third.IsUp(listener);
        Assert.Equal(2, listener.Network.Snapshot().Count);
    }
}

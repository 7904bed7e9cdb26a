using Dsdn.Consensus.Network;
using Dsdn.Consensus.Peers;

namespace Dsdn.Network.Tests;

public sealed class LinkTests(ITestOutputHelper output)
{
    [Fact]
    public async Task MessagesGoBothWaysOnBothLanes()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await dialler.IsUp(listener);
        await listener.IsUp(dialler);
        byte[] large = new byte[PeerLimits.BulkMessageBytesMax];
        Random.Shared.NextBytes(large);
        Assert.Equal(SendResult.Queued, dialler.Network.Send(listener.Id, PeerLane.Fast, new byte[] { 1, 2, 3 }));
        Assert.Equal(SendResult.Queued, listener.Network.Send(dialler.Id, PeerLane.Fast, new byte[] { 4, 5 }));
        Assert.Equal(SendResult.Queued, dialler.Network.Send(listener.Id, PeerLane.Bulk, large));
        Assert.Equal(SendResult.Queued, listener.Network.Send(dialler.Id, PeerLane.Bulk, large));
        await listener.Until(() => listener.Received.Count == 2);
        await dialler.Until(() => dialler.Received.Count == 2);
        Assert.Contains(listener.Received, message => message.From == dialler.Id && message.Bytes.AsSpan().SequenceEqual(large));
        Assert.Contains(listener.Received, message => message.Bytes.AsSpan().SequenceEqual((byte[])[1, 2, 3]));
        Assert.Contains(dialler.Received, message => message.From == listener.Id && message.Bytes.AsSpan().SequenceEqual(large));
        Assert.Contains(dialler.Received, message => message.Bytes.AsSpan().SequenceEqual((byte[])[4, 5]));
        PeerSnapshot link = Assert.Single(dialler.Network.Snapshot());
        Assert.True(link.IsOutbound);
        Assert.Equal(large.Length + 3, link.BytesOut);
    }

    [Fact]
    public async Task SmallMessagesAreDeliveredAtOnce()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        listener.OnMessage = (peer, message) =>
        {
            listener.Network.Send(peer, PeerLane.Fast, message);
            return ValueTask.CompletedTask;
        };
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        TaskCompletionSource back = new(TaskCreationOptions.RunContinuationsAsynchronously);
        dialler.OnMessage = (_, _) =>
        {
            back.TrySetResult();
            return ValueTask.CompletedTask;
        };
        await dialler.IsUp(listener);
        await listener.IsUp(dialler);
        List<double> micros = [];
        for (int i = 0; i < 2_000; i++)
        {
            back = new(TaskCreationOptions.RunContinuationsAsynchronously);
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            dialler.Network.Send(listener.Id, PeerLane.Fast, new byte[200]);
            await back.Task.WaitAsync(TimeSpan.FromSeconds(10));
            micros.Add(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        micros.Sort();
        output.WriteLine($"there and back, 200 bytes: p50 {micros[1000]:F0} us, p99 {micros[1980]:F0} us");
    }

    [Fact]
    public async Task FiveMebibytesOnBulkDoNotDelayTheFastLane()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await dialler.IsUp(listener);
        await listener.IsUp(dialler);
        byte[] large = new byte[PeerLimits.BulkMessageBytesMax];
        for (int i = 0; i < 10; i++)
        {
            dialler.Network.Send(listener.Id, PeerLane.Bulk, large);
            listener.Network.Send(dialler.Id, PeerLane.Bulk, large);
        }
        dialler.Network.Send(listener.Id, PeerLane.Fast, new byte[] { 1 });
        listener.Network.Send(dialler.Id, PeerLane.Fast, new byte[] { 2 });
        await listener.Until(() => listener.Received.Count == 11);
        await dialler.Until(() => dialler.Received.Count == 11);
        // Sent behind 50 MiB, it comes in front of most of them.
        Assert.InRange(listener.Received.ToList().FindIndex(message => message.Bytes.Length == 1), 0, 5);
        Assert.InRange(dialler.Received.ToList().FindIndex(message => message.Bytes.Length == 1), 0, 5);
    }

    [Fact]
    public async Task MessagesOfALaneKeepTheirOrder()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await dialler.IsUp(listener);
        for (int i = 0; i < 3_000; i++) Assert.Equal(SendResult.Queued, dialler.Network.Send(listener.Id, PeerLane.Fast, BitConverter.GetBytes(i)));
        await listener.Until(() => listener.Received.Count == 3_000);
        Assert.Equal(Enumerable.Range(0, 3_000), listener.Received.Select(message => BitConverter.ToInt32(message.Bytes)));
    }

    [Fact]
    public async Task MessageThatDoesNotFitItsLaneIsNotSent()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await dialler.IsUp(listener);
        Assert.Equal(SendResult.TooLarge, dialler.Network.Send(listener.Id, PeerLane.Fast, new byte[PeerLimits.FastMessageBytesMax + 1]));
        Assert.Equal(SendResult.TooLarge, dialler.Network.Send(listener.Id, PeerLane.Bulk, new byte[PeerLimits.BulkMessageBytesMax + 1]));
        Assert.Equal(SendResult.TooLarge, dialler.Network.Send(listener.Id, PeerLane.Fast, default));
        Assert.Equal(SendResult.NotConnected, listener.Network.Send(listener.Id, PeerLane.Fast, new byte[1]));
        Assert.Single(dialler.Network.Snapshot());
    }

    [Fact]
    public async Task SnapshotShowsTheRoundTrip()
    {
        await using TestPeer listener = await TestPeer.StartAsync(TestPeer.Listening with { PingIntervalMs = 100 });
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await listener.IsUp(dialler);
        await listener.Until(() => listener.Network.Snapshot() is [{ RoundTripUs: > 0 }]);
    }

    [Fact]
    public async Task ObserverThatIsBusySlowsThePeerOnly()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.OnMessage = async (_, message) =>
        {
            if (message.Length == 2) await release.Task;
        };
        await using TestPeer busy = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint)), other = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint));
        await busy.IsUp(listener);
        await other.IsUp(listener);
        busy.Network.Send(listener.Id, PeerLane.Bulk, new byte[2]);
        busy.Network.Send(listener.Id, PeerLane.Bulk, new byte[3]);
        other.Network.Send(listener.Id, PeerLane.Bulk, new byte[1]);
        await listener.Until(() => listener.Received.Count == 1);
        Assert.Equal(other.Id, Assert.Single(listener.Received).From);
        release.SetResult();
        await listener.Until(() => listener.Received.Count == 3);
    }
}

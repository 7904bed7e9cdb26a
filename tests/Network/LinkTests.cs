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
}

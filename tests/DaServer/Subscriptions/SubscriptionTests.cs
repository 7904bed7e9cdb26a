using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Subscriptions;

namespace Dsdn.DaServer.Tests.Subscriptions;

/// <summary>Channels over the WebSocket.</summary>
public sealed class SubscriptionTests
{
    [Fact]
    public async Task BlobsComeWithEveryHeaderWithOrWithoutBlobs()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        using ClientWebSocket socket = await running.ConnectAsync();
        await RunningServer.SendAsync(socket, CelestiaCalls.SubscribeBlobs(RpcId.Of(7), RunningServer.Name("mine")));
        SubscriptionFrame opened = await RunningServer.FrameAsync(socket);
        Assert.Equal((RpcId.Of(7), 1ul), (opened.Reply!.Id!.Value, opened.Reply.Result.GetUInt64()));
        await running.Server.ProduceBlockAsync();
        ulong height = await running.PublishAsync(RunningServer.Blob("mine", 100), RunningServer.Blob("theirs", 100));
        SubscriptionFrame empty = await RunningServer.FrameAsync(socket), full = await RunningServer.FrameAsync(socket);
        Assert.Equal((1ul, JsonValueKind.Null, 2ul), (empty.Channel, empty.Value.GetProperty("Blobs").ValueKind, empty.Value.GetProperty("Height").GetUInt64()));
        Assert.Equal((height, 1), (full.Value.GetProperty("Height").GetUInt64(), full.Value.GetProperty("Blobs").GetArrayLength()));
        Assert.Equal("dsdn-da", full.Value.GetProperty("Header").GetProperty("chain_id").GetString());
        Assert.True(BlobEvent.TryRead(full.Value, out BlobEvent? item).IsValid);
        Assert.Equal(1, item!.BlobCount);
    }

    [Fact]
    public async Task ChannelsAreNumberedAndCancelledByTheirRequest()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        using ClientWebSocket socket = await running.ConnectAsync();
        await RunningServer.SendAsync(socket, RunningServer.Body("header.Subscribe", id: "\"first\""));
        Assert.Equal(1ul, (await RunningServer.FrameAsync(socket)).Reply!.Result.GetUInt64());
        await RunningServer.SendAsync(socket, RunningServer.Body("header.Subscribe", id: "5"));
        Assert.Equal(2ul, (await RunningServer.FrameAsync(socket)).Reply!.Result.GetUInt64());
        await RunningServer.SendAsync(socket, SubscriptionFrame.EncodeCancel(new RpcId("\"first\"")));
        SubscriptionFrame closed = await RunningServer.FrameAsync(socket);
        Assert.Equal((SubscriptionFrameKind.Close, 1ul), (closed.Kind, closed.Channel));
        await running.Server.ProduceBlockAsync();
        SubscriptionFrame value = await RunningServer.FrameAsync(socket);
        Assert.Equal(2ul, value.Channel);
        Assert.True(HeaderJson.TryRead(value.Value, out ExtendedHeader? header).IsValid);
        Assert.True(HeaderVerifier.CheckAlone(header!, "dsdn-da").IsValid);
        await RunningServer.SendAsync(socket, RunningServer.Body("node.Ready", id: "9"));
        Assert.Equal(RpcId.Of(9), (await RunningServer.FrameAsync(socket)).Reply!.Id);
    }

    [Fact]
    public async Task CallsAreAnsweredWhileOneWaits()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        using ClientWebSocket socket = await running.ConnectAsync(running.Server.WriteToken);
        await RunningServer.SendAsync(socket, RunningServer.SubmitBody(null, RunningServer.Blob("slow", 10)));
        await running.WaitForMempoolAsync(1);
        await RunningServer.SendAsync(socket, RunningServer.Body("node.Ready", id: "2"));
        Assert.Equal(RpcId.Of(2), (await RunningServer.FrameAsync(socket)).Reply!.Id);
        await running.Server.ProduceBlockAsync();
        Assert.Equal(2ul, (await RunningServer.FrameAsync(socket)).Reply!.Result.GetUInt64());
    }

    [Fact]
    public async Task TokenOfTheHandshakeHoldsForTheConnection()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        using ClientWebSocket open = await running.ConnectAsync("");
        await RunningServer.SendAsync(open, RunningServer.Body("header.Subscribe"));
        Assert.Equal(CallFault.Forbidden, (await RunningServer.FrameAsync(open)).Reply!.Error!.Value.Fault);
        await Assert.ThrowsAsync<WebSocketException>(() => running.ConnectAsync("garbage"));
    }

    [Fact]
    public async Task MalformedFramesAreAnsweredAndTheConnectionLives()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        using ClientWebSocket socket = await running.ConnectAsync();
        foreach (string frame in (string[])["{", "[]", "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"node.Ready\",\"params\":[]}]", "1"])
        {
            await RunningServer.SendAsync(socket, Encoding.UTF8.GetBytes(frame));
            Assert.NotNull((await RunningServer.FrameAsync(socket)).Reply!.Error);
        }
        await RunningServer.SendAsync(socket, RunningServer.Body("node.Ready"));
        Assert.True((await RunningServer.FrameAsync(socket)).Reply!.Result.GetBoolean());
    }

    [Fact]
    public async Task SlowReaderFindsWhatWaitedAndThenTheEndOfTheChannel()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        ServedItems items = new();
        Subscription subscription = new(RpcId.Of(1), 1, "header.Subscribe", _ => json => json.WriteNumberValue(items.Next()));
        for (int i = 0; i < Subscription.ItemsQueuedMax + 1; i++)
        {
            await running.Server.ProduceBlockAsync();
            subscription.Offer(running.Server.Node.Ledger.Find(running.Server.Height)!);
        }
        int frames = 0;
        await foreach (byte[] _ in subscription.FramesAsync(CancellationToken.None)) frames++;
        Assert.Equal(Subscription.ItemsQueuedMax, frames);
    }

    [Fact]
    public async Task SubscriptionsOfAConnectionAreLimitedAndGoneWithIt()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        using (ClientWebSocket socket = await running.ConnectAsync())
        {
            for (int i = 0; i < Http.WebSocketSession.SubscriptionsMax; i++)
            {
                await RunningServer.SendAsync(socket, RunningServer.Body("header.Subscribe", id: $"{i}"));
                Assert.Null((await RunningServer.FrameAsync(socket)).Reply!.Error);
            }
            await RunningServer.SendAsync(socket, RunningServer.Body("header.Subscribe", id: "1000"));
            Assert.Contains("too many subscriptions", (await RunningServer.FrameAsync(socket)).Reply!.Error!.Value.Message, StringComparison.Ordinal);
            Assert.Equal(Http.WebSocketSession.SubscriptionsMax, running.Server.Node.Subscriptions.Count);
        }
        await RunningServer.UntilAsync(() => running.Server.Node.Subscriptions.Count == 0 && running.Server.Node.Metrics.Connections == 0);
    }

    private sealed class ServedItems
    {
        private int _count;

        public int Next() => ++_count;
    }
}

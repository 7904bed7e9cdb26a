using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>WebSocket: subscriptions, their order and their bounds.</summary>
public sealed class SubscriptionTests
{
    private static readonly Hash256 Topic = new(Enumerable.Repeat((byte)5, 32).ToArray());

    [Fact]
    public async Task Heads_and_logs_arrive_once_each_and_in_order()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        await using SocketClient socket = await SocketClient.Connect(node.WebSocketUrl);
        string heads = await Subscribe(socket, """["newHeads"]""");
        string logs = await Subscribe(socket, $$"""["logs",{"address":"{{TestKernel.Module}}","topics":["{{Topic}}"]}]""");
        for (ulong i = 0; i < 3; i++)
        {
            node.Pool(RpcTestNode.Sign(0, i, TestKernel.Module, 0, TestKernel.EmitData(
                new LogEntry(TestKernel.Module, [Topic], new byte[] { (byte)i }), new LogEntry(RpcTestNode.Accounts[0], [Topic], default)), 200_000));
            node.Step();
        }
        var told = new List<JsonNode>();
        while (told.Count < 6 && await socket.Receive() is { } frame) told.Add(frame);
        Assert.Equal(["0x1", "0x2", "0x3"], told.Where(t => Id(t) == heads).Select(t => (string)t["params"]!["result"]!["number"]!));
        Assert.Equal(["0x00", "0x01", "0x02"], told.Where(t => Id(t) == logs).Select(t => (string)t["params"]!["result"]!["data"]!));
    }

    [Fact]
    public async Task After_unsubscribing_nothing_more_comes()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        await using SocketClient socket = await SocketClient.Connect(node.WebSocketUrl);
        string heads = await Subscribe(socket, """["newHeads"]""");
        await socket.Send($$"""{"jsonrpc":"2.0","id":2,"method":"eth_unsubscribe","params":["{{heads}}"]}""");
        Assert.True((bool)(await socket.Receive())!["result"]!);
        node.Step();
        await socket.Send($$"""{"jsonrpc":"2.0","id":3,"method":"eth_unsubscribe","params":["{{heads}}"]}""");
        JsonNode reply = (await socket.Receive())!;
        Assert.Equal("subscription not found", (string?)reply["error"]!["message"]);
    }

    [Fact]
    public async Task Subscriptions_end_with_their_connection_and_belong_to_it()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { SubscriptionsPerConnectionMax = 2 });
        await using SocketClient first = await SocketClient.Connect(node.WebSocketUrl);
        await using SocketClient second = await SocketClient.Connect(node.WebSocketUrl);
        string id = await Subscribe(first, """["newHeads"]""");
        await Subscribe(first, """["newHeads"]""");
        await first.Send("""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}""");
        Assert.Equal(-32005, (int)(await first.Receive())!["error"]!["code"]!);
        await second.Send($$"""{"jsonrpc":"2.0","id":1,"method":"eth_unsubscribe","params":["{{id}}"]}""");
        Assert.Equal(-32000, (int)(await second.Receive())!["error"]!["code"]!);
        await first.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        node.Step(); // nobody is told, nothing fails
        Assert.Empty(node.Faults);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_closed_with_a_code_while_others_are_served()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { NotificationsQueuedMax = 16, NotificationBytesQueuedMax = 4 * 1024 * 1024 });
        await using SocketClient slow = await SocketClient.Connect(node.WebSocketUrl);
        await using SocketClient quick = await SocketClient.Connect(node.WebSocketUrl);
        for (int i = 0; i < 100; i++) await Subscribe(slow, """["logs",{}]""");
        string heads = await Subscribe(quick, """["newHeads"]""");
        byte[] emit = TestKernel.EmitData([.. Enumerable.Range(0, 30).Select(_ => new LogEntry(TestKernel.Module, [Topic], new byte[2_000]))]);
        for (ulong i = 0; i < 4; i++)
        {
            node.Pool(RpcTestNode.Sign(0, i, TestKernel.Module, 0, emit, 5_000_000));
            node.Step();
            Assert.Equal(heads, Id((await quick.Receive())!));
        }
        while (await slow.Receive() is not null)
        {
        }
        Assert.Equal((WebSocketCloseStatus)1013, slow.Socket.CloseStatus);
        node.Step();
        Assert.Equal(heads, Id((await quick.Receive())!));
    }

    [Fact]
    public async Task A_call_that_waits_does_not_hold_up_the_connection()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        await using SocketClient socket = await SocketClient.Connect(node.WebSocketUrl);
        string raw = Hex.Encode(RpcTestNode.Sign(0, 0, RpcTestNode.Accounts[0], 1).Raw.Span);
        await socket.Send($$"""{"jsonrpc":"2.0","id":"waits","method":"eth_sendRawTransactionSync","params":["{{raw}}"]}""");
        await socket.Send("""{"jsonrpc":"2.0","id":"quick","method":"eth_chainId"}""");
        Assert.Equal("quick", (string?)(await socket.Receive())!["id"]);
        node.Step();
        JsonNode receipt = (await socket.Receive())!;
        Assert.Equal(("waits", "0x1"), ((string?)receipt["id"], (string?)receipt["result"]!["blockNumber"]));
    }

    [Fact]
    public async Task Frames_may_be_cut_anywhere_and_too_large_ones_close_the_connection()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { BodyBytesMax = 50_000 });
        await using SocketClient socket = await SocketClient.Connect(node.WebSocketUrl);
        byte[] call = """{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}"""u8.ToArray();
        for (int i = 0; i < call.Length; i++) await socket.Socket.SendAsync(call.AsMemory(i, 1), WebSocketMessageType.Text, i == call.Length - 1, default);
        Assert.Equal("0x45b7", (string?)(await socket.Receive())!["result"]);
        await socket.Send(new string(' ', 60_000));
        Assert.Null(await socket.Receive());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.Socket.CloseStatus);
    }

    private static async Task<string> Subscribe(SocketClient socket, string args)
    {
        await socket.Send($$"""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":{{args}}}""");
        return (string)(await socket.Receive())!["result"]!;
    }

    private static string? Id(JsonNode notification) => (string?)notification["params"]?["subscription"];
}

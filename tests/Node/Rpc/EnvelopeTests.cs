using System.Text;
using System.Text.Json.Nodes;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>The JSON-RPC envelope: ids, batches, notifications, limits.</summary>
public sealed class EnvelopeTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("\"a\\u0000\\\"b\"", "\"a\\u0000\\\"b\"")]
    [InlineData("null", "null")]
    [InlineData("1.5", null)]
    [InlineData("18446744073709551616", null)]
    [InlineData("true", null)]
    [InlineData("[1]", null)]
    [InlineData("{\"a\":[1]}", null)]
    public async Task An_id_is_echoed_as_it_was_written_or_refused(string id, string? echoed)
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        string body = (await client.Send("POST", $$"""{"jsonrpc":"2.0","id":{{id}},"method":"eth_chainId"}""", "application/json")).Body;
        if (echoed is null) Assert.Equal("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"invalid request"}}""", body);
        else Assert.Equal($$"""{"jsonrpc":"2.0","id":{{echoed}},"result":"0x45b7"}""", body);
    }

    [Fact]
    public async Task A_batch_answers_in_order_and_skips_notifications()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        JsonNode reply = await client.Post("""
            [{"jsonrpc":"2.0","method":"eth_chainId"},{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},7,{"jsonrpc":"2.0","method":"nothing"},
             {"jsonrpc":"2.0","id":"x","method":"nope_nope"},{"jsonrpc":"2.0","method":"eth_chainId"}]
            """);
        Assert.Equal(3, reply.AsArray().Count);
        Assert.Equal("0x45b7", (string?)reply[0]!["result"]);
        Assert.Equal(-32600, (int)reply[1]!["error"]!["code"]!);
        Assert.Equal(("x", -32601), ((string?)reply[2]!["id"], (int)reply[2]!["error"]!["code"]!));
    }

    [Fact]
    public async Task Notifications_alone_get_no_body()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        foreach (string body in (string[])["""{"jsonrpc":"2.0","method":"eth_chainId"}""", """[{"jsonrpc":"2.0","method":"eth_chainId"},{"jsonrpc":"2.0","method":"x_y"}]"""])
        {
            var answer = await client.Send("POST", body, "application/json");
            Assert.Equal((204, ""), (answer.Status, answer.Body));
        }
    }

    [Fact]
    public async Task A_batch_above_the_limit_is_one_error_with_the_first_id()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { BatchCallsMax = 3 });
        using var client = new RpcClient(node.Url);
        string call = """{"jsonrpc":"2.0","id":5,"method":"eth_chainId"}""";
        Assert.Equal(3, (await client.Post($"[{call},{call},{call}]")).AsArray().Count);
        JsonNode reply = await client.Post($"[{call},{call},{call},{call}]");
        Assert.Equal((5, -32600, "batch too large"), ((int)reply[0]!["id"]!, (int)reply[0]!["error"]!["code"]!, (string)reply[0]!["error"]!["message"]!));
    }

    [Fact]
    public async Task A_reply_above_the_limit_becomes_an_error_and_the_rest_of_the_batch_stays()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { ResponseBytesMax = 8_000 });
        using var client = new RpcClient(node.Url);
        string data = "0x06" + new string('0', 10_000);
        JsonNode reply = await client.Post($$"""
            [{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},
             {"jsonrpc":"2.0","id":2,"method":"eth_call","params":[{"to":"{{TestKernel.Module}}","data":"{{data}}"}]},
             {"jsonrpc":"2.0","id":3,"method":"eth_chainId"}]
            """);
        Assert.Equal("0x45b7", (string?)reply[0]!["result"]);
        Assert.Equal((-32003, "response too large"), ((int)reply[1]!["error"]!["code"]!, (string)reply[1]!["error"]!["message"]!));
        Assert.Equal("0x45b7", (string?)reply[2]!["result"]);
        Assert.Empty(node.Faults);
    }

    [Fact]
    public async Task Raw_transactions_of_one_batch_reach_the_pool_in_order_and_answer_in_place()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        var transactions = Enumerable.Range(0, 20).Select(i => RpcTestNode.Sign(0, (ulong)i, RpcTestNode.Accounts[0], 1)).ToArray();
        var body = new JsonArray();
        for (int i = 0; i < transactions.Length; i++)
        {
            string raw = Chain.Primitives.Hex.Encode(transactions[i].Raw.Span);
            if (i == 7) body.Add(Call("bad", "0x12zz"));
            if (i == 12) body.Add(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = "between", ["method"] = "eth_chainId" });
            body.Add(Call(i, raw));
        }
        JsonArray reply = (await client.Post(body.ToJsonString())).AsArray();
        Assert.Equal(22, reply.Count);
        Assert.Equal(body.Select(c => c!["id"]!.ToJsonString()), reply.Select(r => r!["id"]!.ToJsonString()));
        Assert.Equal(transactions.Select(t => t.Hash.ToString()), reply.Where(r => r!["id"]!.GetValueKind() == System.Text.Json.JsonValueKind.Number).Select(r => (string?)r!["result"]));
        Assert.Equal(-32602, (int)reply[7]!["error"]!["code"]!);
        Assert.Equal(20, node.View.Pool.PendingCount);
    }

    [Fact]
    public async Task Method_names_may_be_escaped_and_duplicate_members_count_last()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        Assert.Equal("0x45b7", (string?)(await client.Post("""{"jsonrpc":"2.0","id":1,"method":"eth\u005fchainId"}"""))["result"]);
        Assert.Equal("0x0", (string?)(await client.Post("""{"jsonrpc":"2.0","id":1,"method":"eth_chainId","method":"eth_blockNumber"}"""))["result"]);
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"")]
    [InlineData("{} {}")]
    [InlineData("{'id':1}")]
    [InlineData("[1,2")]
    [InlineData("nul")]
    [InlineData("\u0001")]
    public async Task What_is_no_json_is_a_parse_error(string body)
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        Assert.Equal(-32700, (int)(await client.Post(body))["error"]!["code"]!);
    }

    [Fact]
    public async Task Deep_nesting_and_bad_utf8_are_parse_errors()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        Assert.Equal(-32700, (int)(await client.Post(new string('[', 100_000)))["error"]!["code"]!);
        Assert.Equal(-32700, (int)(await client.Post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_call\",\"params\":" + new string('[', 100_000) + new string(']', 100_000) + "}"))["error"]!["code"]!);
        byte[] bad = Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\"id\":\"?\",\"method\":\"eth_chainId\"}");
        bad[Array.IndexOf(bad, (byte)'?')] = 0xff;
        Assert.Equal(-32700, (int)JsonNode.Parse((await client.Send("POST", bad, "application/json")).Body)!["error"]!["code"]!);
        Assert.Equal("0x45b7", (string?)await client.Result("eth_chainId"));
        Assert.Empty(node.Faults);
    }

    private static JsonObject Call(JsonNode id, string raw) =>
        new() { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = "eth_sendRawTransaction", ["params"] = new JsonArray(raw) };
}

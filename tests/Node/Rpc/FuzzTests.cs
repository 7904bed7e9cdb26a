using System.Text;
using System.Text.Json.Nodes;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>Whatever comes in, what goes out is JSON-RPC, never our own fault, and the server lives on.</summary>
public sealed class FuzzTests
{
    private const int CallsPerMethod = 60;
    private const int MutatedBodies = 1_500;

    private static readonly string?[] Values =
    [
        "null", "true", "0", "-1", "1e400", "1.5", "\"\"", "\"0x\"", "\"0x0\"", "\"0x1\"", "\"0x00\"", "\"0xff\"", "\"0xzz\"", "\"latest\"", "\"pending\"", "\"earliest\"",
        "\"finalized\"", "\"0x7fffffffffffffff\"", "\"0xffffffffffffffff\"", "\"0x" + new string('f', 64) + "\"", "\"0x" + new string('0', 64) + "\"",
        "\"0x" + new string('f', 65) + "\"", "\"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266\"", "\"0x0000000000000000000000000000000000000801\"", "[]", "[[]]", "[null]",
        "[\"0x0\"]", "[\"0x" + new string('0', 64) + "\"]", "[50,25]", "[1e308]", "{}", "{\"blockHash\":\"0x0\"}", "{\"blockNumber\":\"0x0\"}", "{\"fromBlock\":\"0x0\",\"toBlock\":\"latest\"}",
        "{\"address\":[\"0x0000000000000000000000000000000000000801\"],\"topics\":[[null],null]}", "{\"to\":\"0x0000000000000000000000000000000000000801\",\"data\":\"0x0301\"}",
        "{\"to\":\"0x0000000000000000000000000000000000000801\",\"input\":\"0x05\",\"gas\":\"0xffffffffffffffff\"}", "{\"from\":null,\"accessList\":[{}],\"gas\":\"0x0\"}",
        "{\"value\":\"0x" + new string('f', 64) + "\",\"gasPrice\":\"0x" + new string('f', 64) + "\"}", "{\"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266\":[\"0x0\"]}",
        "\"newHeads\"", "\"logs\"", "\"\\ud800\"", "\"\\u0000\"", "{\"a\":{\"b\":{\"c\":[1,[2,[3]]]}}}", "\"0x02f86d\"", "\"0xc0\"",
    ];

    private static readonly string[] Methods =
    [
        "eth_chainId", "net_version", "net_listening", "net_peerCount", "web3_clientVersion", "web3_sha3", "rpc_modules", "eth_syncing", "eth_coinbase", "eth_accounts",
        "eth_sendTransaction", "eth_sign", "eth_blockNumber", "eth_getBalance", "eth_getTransactionCount", "eth_getCode", "eth_getStorageAt", "eth_getStorageValues", "eth_getProof",
        "eth_call", "eth_estimateGas", "eth_createAccessList", "eth_fillTransaction", "eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_blobBaseFee", "eth_feeHistory",
        "eth_sendRawTransaction", "eth_getBlockByNumber", "eth_getBlockByHash", "eth_getBlockReceipts", "eth_getBlockTransactionCountByNumber",
        "eth_getBlockTransactionCountByHash", "eth_getUncleCountByBlockNumber", "eth_getUncleCountByBlockHash", "eth_getUncleByBlockNumberAndIndex", "eth_getUncleByBlockHashAndIndex",
        "eth_getTransactionByHash", "eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByBlockHashAndIndex", "eth_getTransactionReceipt", "eth_getRawTransactionByHash",
        "eth_getRawTransactionByBlockNumberAndIndex", "eth_getRawTransactionByBlockHashAndIndex", "eth_getLogs", "eth_newFilter", "eth_newBlockFilter",
        "eth_newPendingTransactionFilter", "eth_getFilterChanges", "eth_getFilterLogs", "eth_uninstallFilter", "eth_subscribe", "eth_unsubscribe", "txpool_status", "txpool_content",
        "txpool_contentFrom", "txpool_inspect", "debug_getRawHeader", "debug_getRawBlock", "debug_getRawReceipts", "debug_getRawTransaction", "dsdn_modules", "dsdn_getRecord",
        "dsdn_finality", "dsdn_consensusHeader", "dsdn_getLightBlock", "dsdn_nodeInfo", "dsdn_votes", "dsdn_submitEvidence", "dsdn_logStatus", "dsdn_getBatch",
    ];

    [Fact]
    public async Task Every_method_with_every_kind_of_argument_answers_json_rpc()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        await using SocketClient socket = await SocketClient.Connect(node.WebSocketUrl);
        node.Pool(RpcTestNode.Sign(0, 0, TestKernel.Module, 0, [TestKernel.Store, 1], 200_000));
        node.Step();
        node.Pool(RpcTestNode.Sign(0, 1, RpcTestNode.Accounts[0], 1));
        var random = new Random(11);
        foreach (string method in Methods)
        {
            var batch = new StringBuilder("[");
            for (int i = 0; i < CallsPerMethod; i++)
            {
                if (i > 0) batch.Append(',');
                string args = string.Join(',', Enumerable.Range(0, random.Next(0, 5)).Select(_ => Values[random.Next(Values.Length)]));
                batch.Append($$"""{"jsonrpc":"2.0","id":{{i}},"method":"{{method}}","params":[{{args}}]}""");
            }
            string body = batch.Append(']').ToString();
            await socket.Send(body);
            Check(method, body, await socket.Receive(20_000));
            Check(method, body, JsonNode.Parse((await client.Send("POST", body, "application/json")).Body));
        }
        Assert.True(node.Faults.Count == 0, string.Join('\n', node.Faults.Select(f => $"{f.Method}: {f.Exception}")));
        Assert.Equal("0x1", (string?)await client.Result("eth_blockNumber"));
    }

    [Fact]
    public async Task Bodies_with_bytes_changed_answer_json_rpc_or_nothing()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        byte[] seed = Encoding.UTF8.GetBytes("""
            [{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":["0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","latest"]},
             {"jsonrpc":"2.0","id":"a","method":"eth_call","params":[{"to":"0x0000000000000000000000000000000000000801","data":"0x06","accessList":[]},{"blockNumber":"0x0"}]},
             {"jsonrpc":"2.0","method":"eth_getLogs","params":[{"topics":[["0x0000000000000000000000000000000000000000000000000000000000000000"]]}]}]
            """);
        var random = new Random(12);
        for (int i = 0; i < MutatedBodies; i++)
        {
            byte[] body = [.. seed];
            for (int j = random.Next(1, 6); j > 0; j--) body[random.Next(body.Length)] = (byte)(random.Next(4) == 0 ? random.Next(256) : "{}[]\",:0x \\nul"[random.Next(14)]);
            if (random.Next(4) == 0) body = body[..random.Next(body.Length)];
            var answer = await client.Send("POST", body, "application/json");
            Assert.True(answer.Status is 200 or 204, $"status {answer.Status} for {Encoding.Latin1.GetString(body)}");
            if (answer.Body.Length == 0) continue;
            JsonNode reply = JsonNode.Parse(answer.Body)!;
            foreach (JsonNode? one in reply is JsonArray many ? many : new JsonArray(reply.DeepClone())) CheckOne("mutated", one);
        }
        Assert.True(node.Faults.Count == 0, string.Join('\n', node.Faults.Select(f => $"{f.Method}: {f.Exception}")));
    }

    [Fact]
    public async Task Huge_bodies_and_batches_are_refused_or_answered()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        Assert.Equal(413, (await client.Send("POST", new byte[10 * 1024 * 1024], "application/json")).Status);
        string call = """{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}""";
        Assert.Equal(1_000, (await client.Post($"[{string.Join(',', Enumerable.Repeat(call, 1_000))}]")).AsArray().Count);
        Assert.Single((await client.Post($"[{string.Join(',', Enumerable.Repeat(call, 1_001))}]")).AsArray());
        Assert.Single((await client.Post($"[{string.Join(',', Enumerable.Repeat("1", 100_000))}]")).AsArray());
        Assert.Equal(-32602, (int)(await client.Post("""{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":[""" + string.Join(',', Enumerable.Repeat("1", 100_000)) + "]}"))["error"]!["code"]!);
        Assert.Empty(node.Faults);
    }

    private static void Check(string method, string body, JsonNode? reply)
    {
        JsonArray replies = Assert.IsType<JsonArray>(reply);
        Assert.True(replies.Count == CallsPerMethod, $"{method}: {replies.Count} replies for {body}");
        foreach (JsonNode? one in replies) CheckOne(method, one);
    }

    private static void CheckOne(string method, JsonNode? reply)
    {
        Assert.Equal("2.0", (string?)reply?["jsonrpc"]);
        Assert.True(reply!.AsObject().ContainsKey("result") != reply.AsObject().ContainsKey("error"), reply.ToJsonString());
        if (reply["error"] is not { } error) return;
        Assert.NotEqual(-32603, (int)error["code"]!);
        Assert.False(string.IsNullOrEmpty((string?)error["message"]), method);
    }
}

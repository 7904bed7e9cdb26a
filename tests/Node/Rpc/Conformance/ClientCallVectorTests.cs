using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Genesis;

namespace Dsdn.Node.Tests.Rpc.Conformance;

/// <summary>
/// The requests of cast, ethers, viem, web3 and hardhat in their typical flows, in the recorded order on one chain. Each must
/// be answered by a result that its schema accepts; ids of filters and subscriptions are replaced by ours in order.
/// </summary>
public sealed class ClientCallVectorTests
{
    [Theory]
    [InlineData("cast")]
    [InlineData("ethers")]
    [InlineData("viem")]
    [InlineData("web3")]
    [InlineData("hardhat")]
    public async Task Every_request_of_the_client_is_answered(string client)
    {
        JsonArray flows = RpcVectors.Json("client-calls.json")["flows"]!.AsArray();
        await using RpcTestNode node = await RpcTestNode.StartConformance();
        await using var replay = new ClientReplay(node);
        // the recording ran all clients against one chain: their nonces follow each other
        foreach (JsonNode? flow in flows) await replay.Run(flow!.AsObject(), judged: (string?)flow["client"] == client);
        Assert.True(replay.Judged > 5, $"only {replay.Judged} calls of {client}");
        Assert.True(replay.Faults.Count == 0, string.Join('\n', replay.Faults));
        Assert.Empty(node.Faults);
    }
}

/// <summary>Sends recorded requests again and keeps what was wrong with the replies.</summary>
internal sealed class ClientReplay(RpcTestNode node) : IAsyncDisposable
{
    private static readonly string[] Creators = ["eth_newFilter", "eth_newBlockFilter", "eth_newPendingTransactionFilter", "eth_subscribe"];
    private static readonly string[] Users = ["eth_getFilterChanges", "eth_getFilterLogs", "eth_uninstallFilter", "eth_unsubscribe"];

    private readonly RpcClient _http = new(node.Url);
    private readonly MethodSchemas _schemas = new();
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _unused = new();
    private int _nextId;

    public List<string> Faults { get; } = [];

    public int Judged { get; private set; }

    public async Task Run(JsonObject flow, bool judged)
    {
        SocketClient? socket = null;
        string name = $"{flow["client"]}/{flow["flow"]}";
        _unused.Clear();
        foreach (JsonNode? step in flow["requests"]!.AsArray())
        {
            if (step!["calls"] is not JsonArray calls) continue;
            bool isSocket = (string?)step["via"] == "ws";
            if (isSocket) socket ??= await SocketClient.Connect(node.WebSocketUrl);
            JsonObject[] requests = [.. calls.Select(call => Request(call!.AsObject()))];
            foreach (JsonObject request in requests) FillNonceGap(request);
            string body = step["batch"] is null ? requests[0].ToJsonString() : new JsonArray([.. requests]).ToJsonString();
            Task<JsonNode?> asking = isSocket ? Ask(socket!, body) : Post(body);
            if (requests.Any(r => (string?)r["method"] == "eth_sendRawTransactionSync")) await StepUntil(asking);
            JsonNode? reply = await asking;
            for (int i = 0; i < requests.Length; i++) Judge(name, calls[i]!.AsObject(), requests[i], step["batch"] is null ? reply : reply?[i], judged);
            if (requests.Any(r => (string?)r["method"] == "eth_sendRawTransaction")) node.Step();
        }
        if (socket is not null) await socket.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Task.CompletedTask;
    }

    private async Task<JsonNode?> Post(string body) => await _http.Post(body);

    /// <summary>The caller waits for a receipt, so blocks must come while it waits.</summary>
    private async Task StepUntil(Task done)
    {
        for (int i = 0; i < 100 && await Task.WhenAny(done, Task.Delay(50)) != done; i++) node.Step();
    }

    /// <summary>The recording left out some transactions of the first account; transfers of ours take their nonces.</summary>
    private void FillNonceGap(JsonObject request)
    {
        if (!((string)request["method"]!).StartsWith("eth_sendRawTransaction", StringComparison.Ordinal)) return;
        byte[] raw = Hex.Decode((string)request["params"]![0]!);
        Assert.True(TransactionCodec.TryDecode(raw, out Transaction? transaction, out _));
        Assert.Null(SenderRecovery.Recover(transaction!, RpcTestNode.ChainId));
        if (transaction!.Sender != RpcTestNode.Accounts[0]) return;
        for (ulong nonce = node.View.Pool.PendingNonce(transaction.Sender); nonce < transaction.Nonce; nonce++)
        {
            node.Pool(new TransactionDraft
            {
                Type = TransactionType.Legacy, ChainId = RpcTestNode.ChainId, Nonce = nonce, MaxFeePerGas = Amount.Gwei(3).BaseUnits,
                GasLimit = 21_000, To = transaction.Sender,
            }.Sign(DevnetKeys.PrivateKey(0))!);
            node.Step();
        }
    }

    private static async Task<JsonNode?> Ask(SocketClient socket, string body)
    {
        await socket.Send(body);
        JsonNode? frame;
        do frame = await socket.Receive();
        while (frame is JsonObject envelope && (string?)envelope["method"] == "eth_subscription");
        return frame;
    }

    private JsonObject Request(JsonObject call)
    {
        string method = (string)call["method"]!;
        JsonNode? args = call["params"]?.DeepClone();
        if (Users.Contains(method) && args is JsonArray { Count: > 0 } list && (string?)list[0] is { } recorded)
        {
            if (!_ids.ContainsKey(recorded) && _unused.TryDequeue(out string? ours)) _ids[recorded] = ours;
            if (_ids.TryGetValue(recorded, out string? known)) list[0] = known;
        }
        JsonNode id = (string?)call["idType"] == "string" ? JsonValue.Create($"id-{++_nextId}") : JsonValue.Create(++_nextId);
        var request = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method };
        if (args is not null) request["params"] = args;
        return request;
    }

    /// <summary>
    /// Two things differ from the recording by design: a module at 0x800 refuses a method it does not have (anvil held
    /// nothing there), and the zero address owns nothing (on anvil it had earned the tips).
    /// </summary>
    private static bool IsDueHere(JsonObject request, JsonNode error)
    {
        if (request["params"]?[0] is not JsonObject call) return false;
        if ((string?)call["to"] == "0x0000000000000000000000000000000000000800") return (int)error["code"]! == 3;
        return (string?)call["from"] == "0x0000000000000000000000000000000000000000"
            && ((string)error["message"]!).StartsWith("insufficient funds", StringComparison.Ordinal);
    }

    private void Judge(string flow, JsonObject call, JsonObject request, JsonNode? reply, bool judged)
    {
        string method = (string)call["method"]!;
        if (Creators.Contains(method) && (string?)reply?["result"] is { } id) _unused.Enqueue(id);
        if (!judged) return;
        Judged++;
        if (!JsonNode.DeepEquals(request["id"], reply?["id"])) Faults.Add($"{flow} {method}: id {reply?["id"]}");
        if (reply?["error"] is { } error)
        {
            if (IsDueHere(request, error)) return;
            Faults.Add($"{flow} {method}: {error.ToJsonString()} for {ReplyComparison.Show(request)}");
            return;
        }
        if (method == "eth_getTransactionReceipt" && reply?["result"] is null) Faults.Add($"{flow}: no receipt for {request["params"]}");
        if (_schemas.Check(method, reply?["result"]) is { } invalid) Faults.Add($"{flow} {method}: {invalid}");
    }
}

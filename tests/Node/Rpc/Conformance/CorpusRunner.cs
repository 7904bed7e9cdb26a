using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Node.Tests.Rpc.Conformance;

/// <summary>Replays one recorded session on a fresh chain and collects every difference.</summary>
internal sealed partial class CorpusRunner(IReadOnlyList<JsonObject> lines, string session) : IAsyncDisposable
{
    private const string TipOrder = "blocks are filled by effective tip, then arrival (chain-decisions 2); anvil looks at the fee cap. The two highest are the same";

    /// <summary>What this chain decides otherwise, and why; each must still answer something sane (checked where noted).</summary>
    private static readonly Dictionary<string, string> Differs = new(StringComparer.Ordinal)
    {
        ["transfers/policy-create-empty"] = "no EVM: contract creation is refused",
        ["transfers/policy-create-receipt"] = "follows policy-create-empty",
        ["transfers/send-zero-tip"] = "a node-local minimum in geth; this pool takes a zero tip, as anvil does",
        ["empty/code-native-module"] = "a module answers its code marker, which the case itself allows",
        ["pool/after-mine-block"] = TipOrder,
        ["pool/after-mine-block-full"] = TipOrder,
        ["pool/after-mine-receipts"] = TipOrder,
        ["pool/after-mine-index-2"] = TipOrder,
        ["pool/after-mine-index-3"] = TipOrder,
    };

    private readonly Dictionary<string, JsonNode?> _variables = new(StringComparer.Ordinal);
    private readonly MethodSchemas _schemas = new();
    private readonly List<string> _faults = [];
    private readonly bool _isAutomatic = !lines.Any(l => (string?)l["kind"] == "session" && (string?)l["session"] == session
        && l["anvilArgs"]!.AsArray().Any(a => (string?)a == "--no-mining"));

    private RpcTestNode _node = null!;
    private RpcClient _client = null!;
    private SocketClient? _socket;

    public int Compared { get; private set; }

    public async Task<IReadOnlyList<string>> Run()
    {
        await Open();
        foreach (JsonObject line in lines.Where(l => (string?)l["kind"] == "case" && (string?)l["session"] == session).OrderBy(l => (int)l["seq"]!))
        {
            try
            {
                await RunCase(line);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                _faults.Add($"{line["name"]}: {exception.GetType().Name} {exception.Message}");
            }
        }
        CollectFaults();
        return _faults;
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket is not null) await _socket.DisposeAsync();
        _client.Dispose();
        await _node.DisposeAsync();
    }

    private async Task RunCase(JsonObject line)
    {
        string name = (string)line["name"]!;
        if (session == "log-filters" && Emission().Match(name) is { Success: true } emission)
        {
            if (emission.Groups[1].Value.Length == 0) Emit(line, int.Parse(emission.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture));
            return;
        }
        switch ((string)line["transport"]!)
        {
            case "http":
                await RunHttp(line, name);
                break;
            case "http-raw":
                await RunRaw(line, name);
                break;
            case "ws":
                await RunSocket(line, name);
                break;
            case "ws-raw":
                await RunFrame(line, name);
                break;
        }
    }

    private async Task RunHttp(JsonObject line, string name)
    {
        if ((string?)line["control"] == "mine")
        {
            _node.Step();
            return;
        }
        JsonObject request = Substitute(line["request"]!).AsObject();
        JsonNode reply = await _client.Post(request.ToJsonString());
        MineAfter(request, reply);
        Judge(line, name, request, reply);
        if (session == "reject" && (string?)request["method"] == "eth_sendRawTransaction" && reply["result"] is not null) await Restart();
    }

    /// <summary>Every case of the session "reject" stands alone; the recorder emptied the pool after one that was accepted.</summary>
    private async Task Restart()
    {
        CollectFaults();
        _client.Dispose();
        await _node.DisposeAsync();
        await Open();
    }

    /// <summary>Only the logs of "log-filters" need a module that emits whatever it is told.</summary>
    private async Task Open()
    {
        _node = session == "log-filters" ? await RpcTestNode.Start() : await RpcTestNode.StartConformance();
        _client = new RpcClient(_node.Url);
    }

    private void CollectFaults()
    {
        foreach ((string method, Exception exception) in _node.Faults) _faults.Add($"{method} failed inside: {exception}");
    }

    /// <summary>Sessions recorded with a block per transaction get one here too.</summary>
    private void MineAfter(JsonObject request, JsonNode reply)
    {
        if (_isAutomatic && (string?)request["method"] == "eth_sendRawTransaction" && reply["result"] is not null) _node.Step();
    }

    private void Judge(JsonObject line, string name, JsonObject request, JsonNode reply)
    {
        string method = (string?)request["method"] ?? "";
        if (reply["error"] is null && _schemas.Check(method, reply["result"]) is { } invalid) Fault(name, "schema: " + invalid);
        if (line["capture"] is JsonObject captures)
        {
            foreach ((string variable, JsonNode? pointer) in captures) _variables[variable] = At(reply, (string)pointer!);
        }
        if (reply["error"] is { } error && (int)error["code"]! == -32603) Fault(name, "-32603 " + error.ToJsonString());
        if (Differs.ContainsKey(name)) return;
        Compared++;
        foreach (string fault in Differences(line, reply)) Fault(name, fault);
    }

    private IEnumerable<string> Differences(JsonObject line, JsonNode reply)
    {
        JsonObject compare = line["compare"]!.AsObject();
        JsonObject? geth = line["geth"]?.AsObject();
        if (geth?["code"] is not null && geth["accepts"] is null) return ReplyComparison.Error(reply, geth);
        if (geth?["accepts"] is not null) return reply["error"] is null ? [] : ReplyComparison.Error(reply, geth);
        if (line["derived"]?["result"] is { } derived)
            return JsonNode.DeepEquals(derived, reply["result"]) ? [] : [$"{ReplyComparison.Show(reply)}, computed {ReplyComparison.Show(derived)}"];
        if (line["gethMatchedIndexes"] is JsonArray matched) return MatchedLogs(matched, reply);
        switch ((string)compare["mode"]!)
        {
            case "error":
                // what anvil lacks is not missing here: its reply was judged by the schema
                return line["anvilSpecific"] is not null && reply["error"] is null ? [] : ReplyComparison.Error(reply, geth);
            case "shape":
                var shaped = new JsonObject { ["shape"] = new JsonArray([.. Children(line["reply"]!["result"]).Select(p => (JsonNode)p)]), ["relations"] = compare["relations"]?.DeepClone() };
                return reply["result"] is null && line["reply"]!["result"] is not null && line["anvilSpecific"] is null
                    ? [$"no result: {ReplyComparison.Show(reply)}"]
                    : line["anvilSpecific"] is not null ? [] : ReplyComparison.Leaves(Envelope(line), reply, shaped, Variable);
            case "exact":
                return JsonNode.DeepEquals(line["reply"], reply) ? [] : [$"{ReplyComparison.Show(reply)}, recorded {ReplyComparison.Show(line["reply"])}"];
            default:
                return ReplyComparison.Leaves(Envelope(line), reply, compare, Variable);
        }
    }

    /// <summary>Only result (and notifications) of the recorded reply: ids and versions are not compared.</summary>
    private static JsonObject Envelope(JsonObject line)
    {
        var envelope = new JsonObject { ["result"] = line["reply"]!["result"]?.DeepClone() };
        if (line["notifications"] is { } notifications) envelope["notifications"] = notifications.DeepClone();
        return envelope;
    }

    private static IEnumerable<string> Children(JsonNode? result) => result switch
    {
        JsonObject members => members.Select(m => "/result/" + m.Key),
        _ => ["/result"],
    };

    private IEnumerable<string> MatchedLogs(JsonArray matched, JsonNode reply)
    {
        if (reply["result"] is not JsonArray logs) return [$"no logs: {ReplyComparison.Show(reply)}"];
        JsonArray all = _variables["all-logs"]!.AsArray();
        int[] found = [.. logs.Select(log => Enumerable.Range(0, all.Count).First(i => JsonNode.DeepEquals(all[i], log)))];
        int[] expected = [.. matched.Select(i => (int)i!)];
        return found.SequenceEqual(expected) ? [] : [$"logs {string.Join(',', found)}, expected {string.Join(',', expected)}"];
    }

    private async Task RunRaw(JsonObject line, string name)
    {
        string? body = (string?)line["body"];
        (string, string)[] headers = line["headers"] is JsonObject given
            ? [.. given.Where(h => h.Key != "content-type").Select(h => (h.Key, (string)h.Value!))]
            : [];
        string? type = line["headers"] is JsonObject named ? (string?)named["content-type"] : "application/json";
        var answer = await _client.Send((string)line["httpMethod"]!, body, type, headers);
        JsonNode? reply = answer.Body.StartsWith('{') || answer.Body.StartsWith('[') ? JsonNode.Parse(answer.Body) : null;
        JsonObject? geth = line["geth"]?.AsObject();
        Compared++;
        switch ((string)line["compare"]!["mode"]!)
        {
            case "exact":
                if (!JsonNode.DeepEquals(line["reply"], reply)) Fault(name, $"{answer.Body}, recorded {line["reply"]?.ToJsonString()}");
                break;
            case "error":
                foreach (JsonNode? one in reply is JsonArray many ? many : new JsonArray(reply?.DeepClone()))
                {
                    foreach (string fault in ReplyComparison.Error(one, geth)) Fault(name, fault);
                }
                break;
            case "batch":
                CompareBatch(line, name, reply);
                break;
        }
    }

    private void CompareBatch(JsonObject line, string name, JsonNode? reply)
    {
        JsonArray recorded = line["reply"]!.AsArray();
        if (reply is not JsonArray replies || replies.Count != recorded.Count)
        {
            Fault(name, $"batch of {recorded.Count} answered {ReplyComparison.Show(reply)}");
            return;
        }
        foreach (JsonNode? expected in recorded)
        {
            JsonNode? got = replies.FirstOrDefault(r => JsonNode.DeepEquals(r!["id"], expected!["id"]));
            if (expected!["error"] is not null ? got?["error"] is null : !JsonNode.DeepEquals(expected, got))
                Fault(name, $"{ReplyComparison.Show(got)}, recorded {ReplyComparison.Show(expected)}");
        }
    }

    private async Task RunSocket(JsonObject line, string name)
    {
        _socket ??= await SocketClient.Connect(_node.WebSocketUrl);
        JsonObject request = Substitute(line["request"]!).AsObject();
        await _socket.Send(request.ToJsonString());
        var notifications = new List<JsonNode>();
        JsonNode? reply = await ReceiveReply(notifications);
        if (reply is null)
        {
            Fault(name, "no reply");
            return;
        }
        MineAfter(request, reply);
        if (line["notifications"] is JsonArray expected)
        {
            while (notifications.Count < expected.Count && await _socket.Receive() is { } more) notifications.Add(more);
            reply["notifications"] = new JsonArray([.. Sorted(line, notifications).Select(n => n.DeepClone())]);
        }
        Judge(line, name, request, reply);
    }

    private async Task<JsonNode?> ReceiveReply(List<JsonNode> notifications)
    {
        while (await _socket!.Receive() is { } frame)
        {
            if (frame is JsonObject envelope && (string?)envelope["method"] == "eth_subscription") notifications.Add(frame);
            else return frame;
        }
        return null;
    }

    /// <summary>In the order of the recording, which lists them by subscription.</summary>
    private IEnumerable<JsonNode> Sorted(JsonObject line, List<JsonNode> notifications)
    {
        var order = (line["compare"]!["relations"]?.AsArray() ?? [])
            .Where(r => ((string)r!["ptr"]!).EndsWith("/params/subscription", StringComparison.Ordinal))
            .Select(r => (string?)Variable((string)r!["equals"]!))
            .ToList();
        return notifications.OrderBy(n => order.IndexOf((string?)n["params"]!["subscription"]) is >= 0 and var place ? place : int.MaxValue);
    }

    private async Task RunFrame(JsonObject line, string name)
    {
        await using SocketClient socket = await SocketClient.Connect(_node.WebSocketUrl);
        await socket.Send((string)line["frame"]!);
        JsonArray recorded = line["replies"]!.AsArray();
        Compared++;
        if (recorded.Count == 0)
        {
            await socket.Send("""{"jsonrpc":"2.0","id":"after","method":"eth_chainId"}""");
            JsonNode? next = await socket.Receive();
            if ((string?)next?["id"] != "after") Fault(name, $"a frame without reply was answered: {ReplyComparison.Show(next)}");
            return;
        }
        JsonNode? reply = await socket.Receive();
        if (line["geth"] is JsonObject geth) foreach (string fault in ReplyComparison.Error(reply, geth)) Fault(name, fault);
        else if (!JsonNode.DeepEquals(recorded[0], reply)) Fault(name, $"{ReplyComparison.Show(reply)}, recorded {ReplyComparison.Show(recorded[0])}");
    }

    /// <summary>The logs that init code made on anvil, made by a native module in the same blocks and order.</summary>
    private void Emit(JsonObject line, int number)
    {
        JsonObject receipt = lines.Single(l => (string?)l["name"] == $"log-filters/emit-receipt-{number}")["reply"]!["result"]!.AsObject();
        ulong block = Convert.ToUInt64((string)receipt["blockNumber"]!, 16);
        LogEntry[] logs = [.. receipt["logs"]!.AsArray().Select(l => new LogEntry(
            Address.Parse((string)l!["address"]!),
            [.. l["topics"]!.AsArray().Select(t => Hash256.Parse((string)t!))],
            Hex.Decode((string)l["data"]!)))];
        Transaction emitted = _node.Pool(RpcTestNode.Sign(number, 0, TestKernel.Module, 0, TestKernel.EmitData(logs), 500_000, tipGwei: (ulong)(9 - number)));
        _variables[$"e{number}"] = emitted.Hash.ToString();
        bool isLastOfBlock = !lines.Any(l => (string?)l["name"] == $"log-filters/emit-receipt-{number + 1}"
            && Convert.ToUInt64((string)l["reply"]!["result"]!["blockNumber"]!, 16) == block);
        if (isLastOfBlock) Assert.Equal(block, _node.Step().Header.Number);
        if (isLastOfBlock)
        {
            for (int i = 0; i <= number; i++)
            {
                if (_node.View.Locate(Hash256.Parse((string)_variables[$"e{i}"]!)) is { } location)
                    _variables[$"lb{i}"] = _node.View.BlockAt(location.BlockNumber)!.Block.Hash.ToString();
            }
            JsonNode all = _client.Post("""{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"fromBlock":"0x0","toBlock":"latest"}]}""").GetAwaiter().GetResult();
            _variables["all-logs"] = all["result"]!.DeepClone();
        }
    }

    private JsonNode Substitute(JsonNode request) =>
        JsonNode.Parse(Variable_().Replace(request.ToJsonString(), m =>
            _variables.TryGetValue(m.Groups[1].Value, out JsonNode? value) ? (string?)value ?? "null" : throw new InvalidOperationException($"no value for {m.Value}")))!;

    private JsonNode? Variable(string name) => _variables.GetValueOrDefault(name);

    private static JsonNode? At(JsonNode reply, string pointer)
    {
        JsonNode? node = reply;
        foreach (string step in pointer.Split('/').Skip(1)) node = node is JsonArray array ? array[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node?[step];
        return node?.DeepClone();
    }

    private void Fault(string name, string what) => _faults.Add($"{name}: {what}");

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Variable_();

    [GeneratedRegex(@"^log-filters/emit(-receipt)?-(\d+)$")]
    private static partial Regex Emission();
}

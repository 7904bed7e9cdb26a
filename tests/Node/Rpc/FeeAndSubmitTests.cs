using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>Prices, filling in, and submission that waits.</summary>
public sealed class FeeAndSubmitTests
{
    [Fact]
    public async Task Suggestions_follow_what_recent_blocks_paid()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        Assert.Equal("0x3b9aca00", (string?)await client.Result("eth_maxPriorityFeePerGas")); // nothing paid yet: 1 gwei
        node.Pool(RpcTestNode.Sign(0, 0, RpcTestNode.Accounts[0], 1, tipGwei: 3));
        node.Step();
        Assert.Equal(3_000_000_000, Quantity(await client.Result("eth_maxPriorityFeePerGas")));
        Assert.Equal(3_000_000_000 + (BigInteger)node.View.NextBaseFee.BaseUnits, Quantity(await client.Result("eth_gasPrice")));
    }

    [Fact]
    public async Task Fee_history_covers_the_blocks_asked_for_and_the_fee_after_them()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        for (ulong i = 0; i < 3; i++)
        {
            node.Pool(RpcTestNode.Sign(0, i, RpcTestNode.Accounts[0], 1, tipGwei: i + 1));
            node.Step();
        }
        JsonNode history = (await client.Result("eth_feeHistory", "0x2", "latest", new JsonArray(0, 50, 100)))!;
        Assert.Equal("0x2", (string?)history["oldestBlock"]);
        Assert.Equal(3, history["baseFeePerGas"]!.AsArray().Count);
        Assert.Equal(node.View.NextBaseFee.BaseUnits, (UInt128)Quantity(history["baseFeePerGas"]![2]));
        Assert.Equal([0.0007, 0.0007], history["gasUsedRatio"]!.AsArray().Select(r => (double)r!));
        Assert.Equal([2_000_000_000, 2_000_000_000, 2_000_000_000], history["reward"]![0]!.AsArray().Select(r => (long)Quantity(r)));
        JsonNode earlier = (await client.Result("eth_feeHistory", 5, "0x1", new JsonArray()))!;
        Assert.Equal("0x0", (string?)earlier["oldestBlock"]);
        Assert.True(JsonNode.DeepEquals(earlier["baseFeePerGas"]![2], history["baseFeePerGas"]![0]));
        Assert.Null(earlier["reward"]);
    }

    [Theory]
    [InlineData("""["0x1","latest",[50,25]]""", -32602, "invalid reward percentile: #0:50.000000 >= #1:25.000000")]
    [InlineData("""["0x1","latest",[100.5]]""", -32602, "invalid reward percentile: 100.500000")]
    [InlineData("""["0x1","0x9",[]]""", -32000, "request beyond head block: requested 9, head 0")]
    [InlineData("""["x","latest",[]]""", -32602, "invalid argument 0: invalid hex or decimal integer \"x\"")]
    [InlineData("""["0x1","latest",["5"]]""", -32602, "invalid argument 2: json: cannot unmarshal string into Go value of type float64")]
    [InlineData("""["0x1","latest"]""", -32602, "missing value for required argument 2")]
    public async Task A_fee_history_that_makes_no_sense_is_refused(string args, int code, string message)
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        Assert.Equal((code, message), await client.Error("eth_feeHistory", [.. JsonNode.Parse(args)!.AsArray().Select(a => a?.DeepClone())]));
    }

    [Fact]
    public async Task A_filled_transaction_needs_only_a_signature()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        node.Pool(RpcTestNode.Sign(0, 0, RpcTestNode.Accounts[0], 1));
        JsonNode filled = (await client.Result("eth_fillTransaction", new JsonObject { ["from"] = RpcTestNode.Sender(0).ToString(), ["to"] = RpcTestNode.Accounts[1].ToString(), ["value"] = "0x5" }))!;
        JsonNode tx = filled["tx"]!;
        Assert.Equal(("0x2", "0x1", "0x5208", "0x5", "0x45b7"), ((string?)tx["type"], (string?)tx["nonce"], (string?)tx["gas"], (string?)tx["value"], (string?)tx["chainId"]));
        Assert.Null(tx["gasPrice"]);
        Assert.True(Quantity(tx["maxFeePerGas"]) > Quantity(tx["maxPriorityFeePerGas"]));
        Assert.StartsWith("0x02", (string)filled["raw"]!, StringComparison.Ordinal);
        JsonNode legacy = (await client.Result("eth_fillTransaction", new JsonObject { ["from"] = RpcTestNode.Sender(0).ToString(), ["to"] = RpcTestNode.Accounts[1].ToString(), ["gasPrice"] = "0x77359400", ["gas"] = "0x5208" }))!;
        Assert.Equal(("0x0", "0x77359400"), ((string?)legacy["tx"]!["type"], (string?)legacy["tx"]!["gasPrice"]));
        Assert.Equal(3, (await client.Error("eth_fillTransaction", new JsonObject { ["to"] = TestKernel.Module.ToString(), ["data"] = "0x03" })).Code);
    }

    [Fact]
    public async Task A_submission_that_waits_answers_the_receipt_or_says_what_is_pooled()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        var transaction = RpcTestNode.Sign(0, 0, RpcTestNode.Accounts[0], 1);
        string raw = Hex.Encode(transaction.Raw.Span);
        JsonNode error = (await client.Call("eth_sendRawTransactionSync", raw, "0x32"))["error"]!;
        Assert.Equal((4, transaction.Hash.ToString()), ((int)error["code"]!, (string?)error["data"]));
        Assert.Equal((-32000, "already known"), await client.Error("eth_sendRawTransactionSync", raw));
        var next = RpcTestNode.Sign(0, 1, RpcTestNode.Accounts[0], 1);
        Task<JsonNode?> waiting = client.Result("eth_sendRawTransactionSync", Hex.Encode(next.Raw.Span), 20_000);
        while (node.View.Pool.PendingCount < 2) await Task.Delay(5);
        node.Step();
        Assert.Equal(next.Hash.ToString(), (string?)(await waiting)!["transactionHash"]);
    }

    [Fact]
    public async Task The_pools_reasons_come_with_geths_text_and_our_code()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        string raw = Hex.Encode(RpcTestNode.Sign(0, 0, RpcTestNode.Accounts[0], 1).Raw.Span);
        await client.Result("eth_sendRawTransaction", raw);
        JsonNode error = (await client.Call("eth_sendRawTransaction", raw))["error"]!;
        Assert.Equal((-32000, "already known"), ((int)error["code"]!, (string)error["message"]!));
        Assert.StartsWith("DSDN-E-", (string)error["data"]!["code"]!, StringComparison.Ordinal);
    }

    private static BigInteger Quantity(JsonNode? hex) => BigInteger.Parse("0" + ((string)hex!)[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

using System.Text.Json.Nodes;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>Filters that are polled, and log queries at their limits.</summary>
public sealed class FilterTests
{
    private static readonly Hash256 Topic = new(Enumerable.Repeat((byte)5, 32).ToArray());

    [Fact]
    public async Task A_log_filter_answers_each_log_once_and_more_than_one_reply_holds_in_whole_blocks()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { LogResultsMax = 5 });
        using var client = new RpcClient(node.Url);
        Emit(node, 0, 1);
        string filter = (string)(await client.Result("eth_newFilter", new JsonObject { ["fromBlock"] = "0x0" }))!;
        for (ulong nonce = 1; nonce < 5; nonce++) Emit(node, nonce, nonce == 3 ? 8 : 2);
        var polls = new List<int>();
        for (int i = 0; i < 5; i++) polls.Add((await client.Result("eth_getFilterChanges", filter))!.AsArray().Count);
        Assert.Equal([4, 8, 2, 0, 0], polls); // a block above the limit still comes whole
        Assert.Equal((-32005, "query returned more than 5 results"), await client.Error("eth_getLogs", new JsonObject { ["fromBlock"] = "0x0" }));
        Assert.Equal((-32005, "query returned more than 5 results"), await client.Error("eth_getFilterLogs", filter));
    }

    [Fact]
    public async Task A_filter_that_nobody_polls_is_dropped()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { FilterIdleMsMax = 30 });
        using var client = new RpcClient(node.Url);
        string filter = (string)(await client.Result("eth_newBlockFilter"))!;
        await Task.Delay(100);
        Assert.Equal((-32000, "filter not found"), await client.Error("eth_getFilterChanges", filter));
    }

    [Fact]
    public async Task Filters_are_bounded()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { FiltersMax = 3 });
        using var client = new RpcClient(node.Url);
        for (int i = 0; i < 3; i++) await client.Result("eth_newPendingTransactionFilter");
        Assert.Equal((-32005, "too many filters, at most 3"), await client.Error("eth_newFilter", new JsonObject()));
    }

    [Theory]
    [InlineData("""{"fromBlock":"0x5"}""", "block range extends beyond current head block")]
    [InlineData("""{"toBlock":"0x3"}""", "block range extends beyond current head block")]
    [InlineData("""{"fromBlock":"0x2","toBlock":"0x1"}""", "invalid block range params")]
    [InlineData("""{"fromBlock":"0x9","toBlock":"0x8"}""", "invalid block range params")]
    [InlineData("""{"fromBlock":"latest","toBlock":"0x0"}""", "invalid block range params")]
    [InlineData("""{"fromBlock":"newest"}""", "invalid argument 0: hex string without 0x prefix")]
    [InlineData("""{"address":7}""", "invalid argument 0: invalid addresses in query")]
    [InlineData("""{"address":["0x00"]}""", "invalid argument 0: invalid address at index 0: hex has invalid length 1 after decoding; expected 20 for address")]
    [InlineData("""{"topics":[7]}""", "invalid argument 0: invalid topic(s)")]
    [InlineData("""{"topics":[["0x00"]]}""", "invalid argument 0: hex has invalid length 1 after decoding; expected 32 for topic")]
    [InlineData("""{"topics":{}}""", "invalid argument 0: json: cannot unmarshal object into Go struct field input.topics of type []interface {}")]
    [InlineData("""{"topics":[null,null,null,null,null]}""", "exceed max topics")]
    public async Task A_log_query_that_makes_no_sense_is_an_invalid_argument(string filter, string message)
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        node.Step();
        Assert.Equal((-32602, message), await client.Error("eth_getLogs", JsonNode.Parse(filter)));
    }

    [Fact]
    public async Task Pending_logs_and_wide_ranges_are_refused()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { LogRangeBlocksMax = 2 });
        using var client = new RpcClient(node.Url);
        for (int i = 0; i < 3; i++) node.Step();
        Assert.Equal((-32000, "pending logs are not supported"), await client.Error("eth_getLogs", new JsonObject { ["fromBlock"] = "pending" }));
        Assert.Equal((-32602, "exceed maximum block range: 2"), await client.Error("eth_getLogs", new JsonObject { ["fromBlock"] = "0x0" }));
        Assert.Empty((await client.Result("eth_getLogs", new JsonObject { ["fromBlock"] = "0x2" }))!.AsArray());
    }

    [Fact]
    public async Task Block_and_pending_filters_answer_hashes_in_order()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        string blocks = (string)(await client.Result("eth_newBlockFilter"))!, pending = (string)(await client.Result("eth_newPendingTransactionFilter"))!;
        string[] hashes = [.. Enumerable.Range(0, 4).Select(i => node.Pool(RpcTestNode.Sign(0, (ulong)i, RpcTestNode.Accounts[0], 1)).Hash.ToString())];
        string[] heads = [node.Step().Hash.ToString(), node.Step().Hash.ToString(), node.Step().Hash.ToString()];
        Assert.Equal(heads, (await client.Result("eth_getFilterChanges", blocks))!.AsArray().Select(h => (string)h!));
        Assert.Equal(hashes, (await client.Result("eth_getFilterChanges", pending))!.AsArray().Select(h => (string)h!));
        Assert.Empty((await client.Result("eth_getFilterChanges", pending))!.AsArray());
        Assert.Equal((-32000, "filter not found"), await client.Error("eth_getFilterLogs", blocks));
        Assert.True((bool)(await client.Result("eth_uninstallFilter", pending))!);
        Assert.False((bool)(await client.Result("eth_uninstallFilter", pending))!);
    }

    private static void Emit(RpcTestNode node, ulong nonce, int logs)
    {
        LogEntry[] emitted = [.. Enumerable.Range(0, logs).Select(i => new LogEntry(TestKernel.Module, [Topic], new byte[] { (byte)i }))];
        node.Pool(RpcTestNode.Sign(0, nonce, TestKernel.Module, 0, TestKernel.EmitData(emitted), 500_000));
        node.Step();
    }
}

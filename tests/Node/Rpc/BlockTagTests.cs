using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>How a block is named: tags, numbers, hashes, EIP-1898 objects, and what is wrong with other things.</summary>
public sealed class BlockTagTests : IAsyncLifetime
{
    private static readonly string Receiver = "0x00000000000000000000000000000000deadbeef";

    private RpcTestNode _node = null!;
    private RpcClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await RpcTestNode.Start();
        _client = new RpcClient(_node.Url);
        for (ulong nonce = 0; nonce < 3; nonce++)
        {
            _node.Pool(RpcTestNode.Sign(0, nonce, Address.Parse(Receiver), 1));
            _node.Step();
        }
        _node.Pool(RpcTestNode.Sign(0, 3, Address.Parse(Receiver), 1));
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(_node.Faults);
        _client.Dispose();
        await _node.DisposeAsync();
    }

    [Theory]
    [InlineData("latest", "0x3")]
    [InlineData("safe", "0x3")]
    [InlineData("finalized", "0x3")]
    [InlineData("pending", "0x4")]
    [InlineData("earliest", "0x0")]
    [InlineData("0x0", "0x0")]
    [InlineData("0x2", "0x2")]
    public async Task A_balance_is_that_of_the_named_block(string tag, string balance) =>
        Assert.Equal(balance, (string?)await _client.Result("eth_getBalance", Receiver, tag));

    [Fact]
    public async Task A_block_is_named_by_hash_in_both_forms_and_by_number_object()
    {
        string hash = (string)(await _client.Result("eth_getBlockByNumber", "0x2", false))!["hash"]!;
        Assert.Equal("0x2", (string?)await _client.Result("eth_getBalance", Receiver, hash));
        Assert.Equal("0x2", (string?)await _client.Result("eth_getBalance", Receiver, new JsonObject { ["blockHash"] = hash, ["requireCanonical"] = true }));
        Assert.Equal("0x1", (string?)await _client.Result("eth_getBalance", Receiver, new JsonObject { ["blockNumber"] = "0x1" }));
        Assert.Equal("0x3", (string?)await _client.Result("eth_getBalance", Receiver, new JsonObject { ["blockNumber"] = "latest" }));
    }

    [Theory]
    [InlineData("\"Latest\"", "invalid argument 1: hex string without 0x prefix")]
    [InlineData("\"3\"", "invalid argument 1: hex string without 0x prefix")]
    [InlineData("\"0x\"", "invalid argument 1: hex string \"0x\"")]
    [InlineData("\"0x01\"", "invalid argument 1: hex number with leading zero digits")]
    [InlineData("\"0xg\"", "invalid argument 1: invalid hex string")]
    [InlineData("\"0xffffffffffffffff\"", "invalid argument 1: block number larger than int64")]
    [InlineData("\"0x10000000000000000\"", "invalid argument 1: hex number > 64 bits")]
    [InlineData("3", "invalid argument 1: json: cannot unmarshal number into Go value of type string")]
    [InlineData("true", "invalid argument 1: json: cannot unmarshal bool into Go value of type string")]
    [InlineData("[]", "invalid argument 1: json: cannot unmarshal array into Go value of type string")]
    public async Task What_names_no_block_is_an_invalid_argument(string tag, string message) =>
        Assert.Equal((-32602, message), await _client.Error("eth_getBalance", Receiver, JsonNode.Parse(tag)));

    [Fact]
    public async Task Blocks_that_do_not_exist_are_null_or_not_found()
    {
        Assert.Null(await _client.Result("eth_getBlockByNumber", "0x4", false));
        Assert.Equal((-32000, "header not found"), await _client.Error("eth_getBalance", Receiver, "0x4"));
        Assert.Equal((-32000, "header not found"), await _client.Error("eth_call", new JsonObject { ["to"] = Receiver }, "0x4"));
        string unknown = "0x" + new string('1', 64);
        Assert.Equal((-32000, "header for hash not found"), await _client.Error("eth_getBalance", Receiver, unknown));
        Assert.Null(await _client.Result("eth_getBlockByHash", unknown, true));
        Assert.Equal((-32000, "invalid arguments; neither block nor hash specified"), await _client.Error("eth_getBalance", Receiver, new JsonObject()));
    }

    [Fact]
    public async Task The_pending_block_follows_the_head_and_is_not_decided()
    {
        JsonNode pending = (await _client.Result("eth_getBlockByNumber", "pending", true))!;
        Assert.Equal("0x4", (string?)pending["number"]);
        Assert.Single(pending["transactions"]!.AsArray());
        Assert.Equal("0x3", (string?)await _client.Result("eth_blockNumber"));
        Assert.Equal("0x4", (string?)await _client.Result("eth_getTransactionCount", RpcTestNode.Sender(0).ToString(), "pending"));
        Assert.Equal("0x3", (string?)await _client.Result("eth_getTransactionCount", RpcTestNode.Sender(0).ToString(), "latest"));
    }
}

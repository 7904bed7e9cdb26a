using System.Text.Json.Nodes;

namespace Dsdn.Node.Tests.Rpc;

public sealed class RpcSmokeTests
{
    [Fact]
    public async Task A_transfer_is_sent_decided_and_read_back()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        Assert.Equal("0x45b7", (string?)await client.Result("eth_chainId"));
        var transaction = RpcTestNode.Sign(0, 0, RpcTestNode.Accounts[1], 5);
        string hash = (string)(await client.Result("eth_sendRawTransaction", Chain.Primitives.Hex.Encode(transaction.Raw.Span)))!;
        Assert.Equal(transaction.Hash.ToString(), hash);
        Assert.Null(await client.Result("eth_getTransactionReceipt", hash));
        await client.Result("evm_mine");
        JsonNode receipt = (await client.Result("eth_getTransactionReceipt", hash))!;
        Assert.Equal("0x1", (string?)receipt["status"]);
        Assert.Equal("0x1", (string?)receipt["blockNumber"]);
        Assert.Equal("0x21e19e0c9bab2400005", (string?)await client.Result("eth_getBalance", RpcTestNode.Accounts[1].ToString(), "latest"));
        Assert.Empty(node.Faults);
    }
}

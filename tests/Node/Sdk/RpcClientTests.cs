using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Node.Tests.Cli;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Node.Tests.Sdk;

public sealed class RpcClientTests
{
    private static readonly RpcOptions Quick = new() { RetryDelayMs = 1, TimeoutMs = 5_000 };

    [Fact]
    public async Task ReadIsTriedAgainAfterOverload()
    {
        await using ScriptedNode node = await ScriptedNode.StartAsync();
        node.On("eth_chainId", "0x45b7").Failures = 2;
        using var client = new RpcClient(new Uri(node.Url), Quick);
        Assert.Equal(17847UL, (await client.CallAsync("eth_chainId")).ToUInt64());
    }

    [Fact]
    public async Task WriteIsNeverTriedAgain()
    {
        await using ScriptedNode node = await ScriptedNode.StartAsync();
        node.On("eth_sendRawTransaction", "0x00").Failures = 1;
        using var client = new RpcClient(new Uri(node.Url), Quick);
        DsdnException failure = await Assert.ThrowsAsync<DsdnException>(() => client.CallAsync("eth_sendRawTransaction", [RpcValue.Quantity(1)]));
        Assert.Equal(ErrorCodes.ConnectionLost, failure.Error.Code);
        Assert.Empty(node.Calls);
    }

    [Fact]
    public async Task LostReplyToATransactionIsNoFailureWhereTheNodeKnowsIt()
    {
        await using ScriptedNode node = await ScriptedNode.StartAsync();
        node.On("eth_getTransactionByHash", new JsonObject()).Failures = 1;
        using var client = new RpcClient(new Uri(node.Url), Quick);
        await new ChainClient(client).SendRawAsync(new byte[] { 1 }, Hash256.Zero);
        Assert.Equal(["eth_getTransactionByHash"], node.Calls);
    }

    [Fact]
    public async Task LostReplyToATransactionIsReportedAsUnknownWhereTheNodeDoesNot()
    {
        await using ScriptedNode node = await ScriptedNode.StartAsync();
        node.On("eth_getTransactionByHash", (JsonNode?)null).Failures = 1;
        using var client = new RpcClient(new Uri(node.Url), Quick);
        DsdnException failure = await Assert.ThrowsAsync<DsdnException>(() => new ChainClient(client).SendRawAsync(new byte[] { 1 }, Hash256.Zero));
        Assert.Equal(ErrorCodes.OutcomeUnknown, failure.Error.Code);
    }

    [Fact]
    public async Task RepliesOfABatchComeInTheOrderOfItsRequests()
    {
        await using ScriptedNode node = await ScriptedNode.StartAsync(); // answers batches in reverse
        node.On("eth_blockNumber", "0x5").On("eth_chainId", "0x1");
        using var client = new RpcClient(new Uri(node.Url), Quick);
        IReadOnlyList<RpcReply> replies = await client.BatchAsync([new RpcRequest("eth_blockNumber"), new RpcRequest("eth_nothing"), new RpcRequest("eth_chainId")]);
        Assert.Equal(5UL, replies[0].Result.ToUInt64());
        Assert.Equal(RpcError.MethodNotFoundCode, replies[1].Error!.Code);
        Assert.Equal(1UL, replies[2].Result.ToUInt64());
    }

    [Theory]
    [InlineData(3, "execution reverted", ErrorCodes.Reverted, ErrorClass.Rejected)]
    [InlineData(-32000, "nonce too low: next nonce 5, tx nonce 4", ErrorCodes.NonceTooLow, ErrorClass.Rejected)]
    [InlineData(-32000, "insufficient funds for gas * price + value", ErrorCodes.InsufficientFunds, ErrorClass.Rejected)]
    [InlineData(-32000, "replacement transaction underpriced", ErrorCodes.Underpriced, ErrorClass.Rejected)]
    [InlineData(-32000, "something new", ErrorCodes.RpcError, ErrorClass.Rejected)]
    [InlineData(-32601, "the method eth_call does not exist/is not available", ErrorCodes.MethodMissing, ErrorClass.Usage)]
    public async Task ServerErrorsGetTheirCodes(int code, string message, string expected, ErrorClass @class)
    {
        await using ScriptedNode node = await ScriptedNode.StartAsync();
        node.On("eth_call", _ => throw new ScriptedNode.RpcFault(code, message, "0x1234"));
        using var client = new RpcClient(new Uri(node.Url), Quick);
        DsdnException failure = await Assert.ThrowsAsync<DsdnException>(() => client.CallAsync("eth_call"));
        Assert.Equal(expected, failure.Error.Code);
        Assert.Equal(@class, failure.Error.Class);
    }

    [Theory]
    [InlineData("\"0x\"")]
    [InlineData("\"1\"")]
    [InlineData("\"0xzz\"")]
    [InlineData("\"0x11111111111111111\"")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task QuantityOfAnotherFormIsABadReply(string json)
    {
        await using ScriptedNode node = await ScriptedNode.StartAsync();
        node.On("eth_blockNumber", _ => JsonNode.Parse(json));
        using var client = new RpcClient(new Uri(node.Url), Quick);
        DsdnException failure = await Assert.ThrowsAsync<DsdnException>(() => new ChainClient(client).HeightAsync());
        Assert.Equal(ErrorCodes.BadReply, failure.Error.Code);
    }

    [Fact]
    public void RandomRepliesNeverThrowAnythingElse()
    {
        var random = new Random(7);
        string[] pieces = ["{", "}", "[", "]", "\"id\":1", "\"result\":", "\"error\":", "null", ",", "\"code\":-1", "\"x\"", "1e9", "\0", "ÿ"];
        for (int i = 0; i < 2_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
            Assert.True(Decodes(() => RpcWire.DecodeOne(bytes, 1)));
            Assert.True(Decodes(() => RpcWire.DecodeBatch(bytes, 1, 2)));
        }
    }

    private static bool Decodes(Action decode)
    {
        try
        {
            decode();
        }
        catch (DsdnException failure)
        {
            return failure.Error.Code == ErrorCodes.BadReply;
        }
        return true;
    }
}

using System.Text.Json.Nodes;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>Once a receipt is visible, nonce, balance, logs, head and block agree, whichever is asked next.</summary>
public sealed class ConsistencyTests
{
    private const int Blocks = 40;

    [Fact]
    public async Task What_a_receipt_says_is_true_of_every_later_reply()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        string sender = RpcTestNode.Sender(0).ToString(), receiver = "0x00000000000000000000000000000000deadbeef";
        var transactions = new List<(string Hash, bool Emits)>();
        for (ulong i = 0; i < Blocks; i++)
        {
            bool emits = i % 4 == 3;
            transactions.Add((node.Pool(emits
                ? RpcTestNode.Sign(0, i, TestKernel.Module, 0, TestKernel.EmitData(new LogEntry(TestKernel.Module, [], new byte[] { (byte)i })), 100_000)
                : RpcTestNode.Sign(0, i, Address.Parse(receiver), 1)).Hash.ToString(), emits));
            if (i % 2 == 0) await Task.Run(node.Step); // readers start while blocks are being decided
        }
        Task deciding = Task.Run(() => { for (int i = 0; i < 5; i++) node.Step(); });
        ulong transfers = 0;
        for (int i = 0; i < transactions.Count; i++)
        {
            JsonNode? receipt;
            while ((receipt = await client.Result("eth_getTransactionReceipt", transactions[i].Hash)) is null) await Task.Delay(1);
            ulong number = Quantity(receipt["blockNumber"]);
            if (!transactions[i].Emits) transfers++;
            Assert.True(Quantity(await client.Result("eth_blockNumber")) >= number);
            Assert.True(Quantity(await client.Result("eth_getTransactionCount", sender, "latest")) > (ulong)i);
            Assert.True(Quantity(await client.Result("eth_getBalance", receiver, "latest")) >= transfers);
            JsonNode block = (await client.Result("eth_getBlockByNumber", (string)receipt["blockNumber"]!, false))!;
            Assert.Equal((string?)receipt["blockHash"], (string?)block["hash"]);
            Assert.Contains(transactions[i].Hash, block["transactions"]!.AsArray().Select(h => (string?)h));
            Assert.Equal((string?)receipt["blockHash"], (string?)(await client.Result("eth_getTransactionByHash", transactions[i].Hash))!["blockHash"]);
            JsonArray logs = (await client.Result("eth_getLogs", new JsonObject { ["fromBlock"] = (string)receipt["blockNumber"]!, ["toBlock"] = (string)receipt["blockNumber"]! }))!.AsArray();
            Assert.Equal(transactions[i].Emits ? 1 : 0, logs.Count(l => (string?)l!["transactionHash"] == transactions[i].Hash));
        }
        await deciding;
        Assert.Empty(node.Faults);
    }

    private static ulong Quantity(JsonNode? hex) => Convert.ToUInt64((string)hex!, 16);
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Tests.Blocks;

/// <summary>Blocks recorded from another node (one transfer each): their roots and base fees must follow from ours.</summary>
public sealed class RecordedBlocksVectorTests
{
    [Fact]
    public void VectorTransactionsAndReceiptsRootsOfRecordedBlocks()
    {
        (Dictionary<string, byte[]> sent, SortedDictionary<ulong, JsonElement> blocks) = Read();
        int compared = 0;
        foreach (JsonElement block in blocks.Values)
        {
            JsonElement[] transactions = [.. block.GetProperty("transactions").EnumerateArray()];
            if (transactions.Length != 1) continue;
            JsonElement first = transactions[0];
            string hash = first.ValueKind == JsonValueKind.String ? first.GetString()! : first.GetProperty("hash").GetString()!;
            if (!sent.TryGetValue(hash, out byte[]? raw)) continue;
            Assert.True(TransactionCodec.TryDecode(raw, out Transaction? transaction, out _));
            Assert.Equal(hash, transaction.Hash.ToString());
            Assert.Equal(block.GetProperty("transactionsRoot").GetString(), OrderedTrie.TransactionsRoot([transaction]).ToString());
            ulong gas = Number(block, "gasUsed");
            Assert.Equal(
                block.GetProperty("receiptsRoot").GetString(),
                OrderedTrie.ReceiptsRoot([new Receipt(transaction.Type, true, gas, gas, Bloom.Empty, [])]).ToString());
            compared++;
        }
        Assert.True(compared >= 5, $"{compared} blocks compared");
    }

    [Fact]
    public void VectorBaseFeeFollowsFromTheParent()
    {
        SortedDictionary<ulong, JsonElement> blocks = Read().Blocks;
        ChainParams parameters = Samples.Params() with { BaseFeeFloor = Amount.Zero };
        int compared = 0;
        foreach ((ulong number, JsonElement block) in blocks)
        {
            if (!blocks.TryGetValue(number - 1, out JsonElement parent)) continue;
            Header header = Samples.Header() with { GasUsed = Number(parent, "gasUsed"), BaseFeePerGas = new Amount(Number(parent, "baseFeePerGas")) };
            Assert.Equal(new Amount(Number(block, "baseFeePerGas")), BaseFee.Next(header, parameters));
            compared++;
        }
        Assert.True(compared >= 3, $"{compared} pairs compared");
    }

    private static (Dictionary<string, byte[]> Sent, SortedDictionary<ulong, JsonElement> Blocks) Read()
    {
        Dictionary<string, byte[]> sent = [];
        SortedDictionary<ulong, JsonElement> blocks = [];
        foreach (string line in Encoding.UTF8.GetString(Vectors.Bytes("anvil-corpus.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            JsonElement entry = JsonDocument.Parse(line).RootElement;
            if (entry.GetProperty("session").GetString() != "transfers" || !entry.TryGetProperty("reply", out JsonElement reply)) continue;
            if (reply.ValueKind != JsonValueKind.Object || !reply.TryGetProperty("result", out JsonElement result)) continue;
            JsonElement request = entry.GetProperty("request");
            if (request.GetProperty("method").GetString() == "eth_sendRawTransaction")
                sent[result.GetString()!] = Hex.Decode(request.GetProperty("params")[0].GetString()!);
            if (result.ValueKind == JsonValueKind.Object && result.TryGetProperty("receiptsRoot", out _)) blocks[Number(result, "number")] = result;
        }
        return (sent, blocks);
    }

    private static ulong Number(JsonElement source, string name) =>
        ulong.Parse(source.GetProperty(name).GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>Calls of modules: results, reverts, estimates, records and system transactions as readers see them.</summary>
public sealed class ModuleCallTests
{
    private static readonly string Module = TestKernel.Module.ToString();

    [Fact]
    public async Task A_revert_is_code_3_with_its_reason_and_data()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        JsonNode error = (await client.Call("eth_call", new JsonObject { ["to"] = Module, ["data"] = "0x03" }))["error"]!;
        Assert.Equal((3, "execution reverted: not allowed"), ((int)error["code"]!, (string)error["message"]!));
        Assert.StartsWith("0x08c379a0", (string)error["data"]!, StringComparison.Ordinal);
        error = (await client.Call("eth_estimateGas", new JsonObject { ["to"] = Module, ["input"] = "0x04" }))["error"]!;
        Assert.Equal((3, "execution reverted", "0xdeadbeef"), ((int)error["code"]!, (string)error["message"]!, (string)error["data"]!));
        Assert.Equal("0x1234", (string?)await client.Result("eth_call", new JsonObject { ["to"] = Module, ["input"] = "0x061234" }, "latest"));
    }

    [Fact]
    public async Task An_estimate_is_exactly_enough()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        ulong gas = Convert.ToUInt64((string)(await client.Result("eth_estimateGas", new JsonObject { ["to"] = Module, ["data"] = "0x0201" }))!, 16);
        var call = new JsonObject { ["to"] = Module, ["data"] = "0x0201", ["gas"] = $"0x{gas:x}" };
        Assert.Equal("0x", (string?)await client.Result("eth_call", call));
        call["gas"] = $"0x{gas - 1:x}";
        Assert.Equal((-32000, "out of gas"), await client.Error("eth_call", call));
    }

    [Fact]
    public async Task A_record_answers_its_value_its_word_and_its_slot()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        node.Pool(RpcTestNode.Sign(0, 0, TestKernel.Module, 0, [TestKernel.Store, 0xaa, 0xbb], 200_000));
        node.Step();
        JsonNode record = (await client.Result("dsdn_getRecord", Module, "0x1", "0x01", "latest"))!;
        byte[] flatKey = RecordKey.Make(1, TestKernel.RecordTable, [1]);
        Assert.Equal("0xaabb", (string?)record["value"]);
        Assert.Equal(RecordKey.Slot(flatKey).ToString(), (string?)record["slot"]);
        Assert.Equal((string?)record["word"], (string?)await client.Result("eth_getStorageAt", Module, (string)record["slot"]!, "latest"));
        JsonNode proof = (await client.Result("eth_getProof", Module, new JsonArray((string)record["slot"]!), "latest"))!;
        Assert.Equal(Uint256.FromBigEndian(Hex.Decode((string)record["word"]!)).ToBigInteger(), Quantity((string)proof["storageProof"]![0]!["value"]!));
        JsonNode scalar = (await client.Result("dsdn_getRecord", Module, "0x8001", "0x01", "latest"))!;
        Assert.EndsWith("2a", (string)scalar["word"]!, StringComparison.Ordinal);
        Assert.Null((await client.Result("dsdn_getRecord", Module, "0x8001", "0x01", "0x0"))!["value"]);
        Assert.Equal(-32602, (await client.Error("dsdn_getRecord", RpcTestNode.Accounts[0].ToString(), "0x1", "0x01")).Code);
        Assert.Equal(-32602, (await client.Error("dsdn_getRecord", Module, "0x10000", "0x01")).Code);
        Assert.Empty(node.Faults);
    }

    [Fact]
    public async Task A_block_hook_reads_as_a_system_transaction_and_its_log_has_a_home()
    {
        await using RpcTestNode node = await RpcTestNode.Start(endWrites: height => height == 2);
        using var client = new RpcClient(node.Url);
        node.Step();
        node.Pool(RpcTestNode.Sign(0, 0, TestKernel.Module, 0, TestKernel.EmitData(new Dsdn.Chain.Blocks.LogEntry(TestKernel.Module, [], default)), 200_000));
        node.Step();
        JsonArray transactions = (await client.Result("eth_getBlockByNumber", "0x2", true))!["transactions"]!.AsArray();
        Assert.Equal(2, transactions.Count);
        JsonObject system = transactions[1]!.AsObject();
        Assert.Equal("0x7e", (string?)system["type"]);
        Assert.Null(Conformance.MethodSchemas.SystemTransactionFault(system));
        JsonNode receipt = (await client.Result("eth_getTransactionReceipt", (string)system["hash"]!))!;
        Assert.Equal(("0x7e", "0x1", "0x0", "0x0"), ((string?)receipt["type"], (string?)receipt["status"], (string?)receipt["gasUsed"], (string?)receipt["effectiveGasPrice"]));
        Assert.Equal("0x1", (string?)receipt["logs"]![0]!["logIndex"]); // counted over the block, behind the other transaction's
        JsonArray logs = (await client.Result("eth_getLogs", new JsonObject { ["blockHash"] = (string)receipt["blockHash"]! }))!.AsArray();
        Assert.Equal(["0x0", "0x1"], logs.Select(l => (string)l!["logIndex"]!));
        Assert.True(JsonNode.DeepEquals(logs[1], receipt["logs"]![0]));
    }

    [Fact]
    public async Task Finality_of_a_block_names_who_signed_what()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        node.Step();
        JsonNode finality = (await client.Result("dsdn_finality", "0x1"))!;
        Assert.Equal("0x01", (string?)finality["certificate"]!["signers"]);
        Assert.Single(finality["validators"]!.AsArray());
        byte[] signed = Dsdn.Chain.Blocks.SignBytes.Precommit(
            RpcTestNode.ChainId, Hash256.Parse((string)finality["signBytes"]!["genesisHash"]!), 1, 0, Hash256.Parse((string)finality["hash"]!));
        Assert.True(Dsdn.Chain.Crypto.Ed25519.Verify(
            signed, Hex.Decode((string)finality["certificate"]!["signatures"]![0]!), Hex.Decode((string)finality["validators"]![0]!["consensusKey"]!)));
        Assert.Null((await client.Result("dsdn_finality", "0x0"))!["certificate"]);
        Assert.Null(await client.Result("dsdn_finality", "0x9"));
        Assert.Equal("0x1", (string?)(await client.Result("dsdn_consensusHeader", "0x1"))!["height"]);
        Assert.Null(await client.Result("dsdn_consensusHeader", "0x0"));
        JsonNode light = (await client.Result("dsdn_getLightBlock", "0x1"))!;
        Assert.True(Dsdn.Chain.LightClient.LightBlock.TryDecode(Hex.Decode((string)light["encoded"]!), out Dsdn.Chain.LightClient.LightBlock? decoded));
        Assert.Equal((string?)finality["hash"], decoded.Hash.ToString());
        Assert.True(Dsdn.Chain.Blocks.ChainParamsCodec.TryDecode(Hex.Decode((string)light["params"]!), out Dsdn.Chain.Blocks.ChainParams? parameters));
        Assert.Equal(decoded.Consensus.ParamsHash, Dsdn.Chain.Blocks.BlockHashes.Params(parameters));
        Assert.Null(await client.Result("dsdn_getLightBlock", "0x0"));
        Assert.Equal("Test", (string?)(await client.Result("dsdn_modules"))![0]!["name"]);
        Assert.Equal("0x1", (string?)(await client.Result("dsdn_nodeInfo"))!["headNumber"]);
        Assert.Empty(node.Faults);
    }

    [Fact]
    public async Task Raw_blocks_hash_to_what_the_replies_say()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        node.Pool(RpcTestNode.Sign(0, 0, RpcTestNode.Accounts[0], 1));
        node.Step();
        JsonNode block = (await client.Result("eth_getBlockByNumber", "0x1", false))!;
        byte[] header = Hex.Decode((string)(await client.Result("debug_getRawHeader", "0x1"))!);
        Assert.Equal((string?)block["hash"], Dsdn.Chain.Crypto.Keccak.Hash(header).ToString());
        byte[] raw = Hex.Decode((string)(await client.Result("debug_getRawBlock", "0x1"))!);
        Assert.Equal(Convert.ToInt32((string)block["size"]!, 16), raw.Length);
        Assert.Contains(Convert.ToHexString(header), Convert.ToHexString(raw), StringComparison.Ordinal);
        Assert.Single((await client.Result("debug_getRawReceipts", "latest"))!.AsArray());
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000800", "0x60006000fd")]
    [InlineData("0xca11bde05977b3631167028862be2a173976ca11", "0x60006000fd")]
    [InlineData("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0x")]
    [InlineData("0x00000000000000000000000000000000deadbeef", "0x")]
    public async Task Clients_see_code_where_something_answers_calls(string address, string code)
    {
        await using RpcTestNode node = await RpcTestNode.StartConformance();
        using var client = new RpcClient(node.Url);
        Assert.Equal(code, (string?)await client.Result("eth_getCode", address, "latest"));
    }

    private static System.Numerics.BigInteger Quantity(string hex) =>
        System.Numerics.BigInteger.Parse("0" + hex[2..], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
}

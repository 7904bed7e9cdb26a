using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;
using Dsdn.Sdk.Money;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Node.Tests.Cli;

/// <summary>Every command that talks to a node, against a real one. Each test uses an account of its own.</summary>
public sealed class EndToEndTests(DevnetNode node) : IClassFixture<DevnetNode>
{
    [Fact]
    public async Task TransferMovesExactlyTheAmountAndTheShownFee()
    {
        using CliRun run = await WithKeyAsync("alice", 0);
        Amount before = await BalanceAsync(run, "alice");
        string receiver = Fresh();
        await run.ExpectAsync(0, $"send {receiver} 1.5nusa --yes --json");
        Assert.Equal("success", run.Json.GetProperty("status").GetString());
        Amount fee = AmountOf(run, "fee");
        Assert.Equal("1500000000000000000", run.Json.GetProperty("value").GetString());
        Assert.Equal(NusaText.Parse("1.5"), await BalanceAsync(run, receiver));
        Assert.Equal(before - NusaText.Parse("1.5") - fee, await BalanceAsync(run, "alice"));
        Assert.DoesNotContain(CliRun.Password, run.Everything);
    }

    [Fact]
    public async Task DryRunShowsTheCostAndSendsNothing()
    {
        using CliRun run = await WithKeyAsync("alice", 0);
        await run.RunAsync("balance --json");
        ulong nonce = run.Json.GetProperty("nonce").GetUInt64();
        await run.ExpectAsync(0, $"send {Fresh()} 1 --dry-run --json");
        Assert.False(run.Json.GetProperty("sent").GetBoolean());
        Assert.Equal(21_000UL, run.Json.GetProperty("gasLimit").GetUInt64());
        Assert.False(AmountOf(run, "likelyFee").IsZero);
        Assert.True(AmountOf(run, "likelyFee") <= AmountOf(run, "maxFee"));
        await run.RunAsync("balance --json");
        Assert.Equal(nonce, run.Json.GetProperty("nonce").GetUInt64());
    }

    [Fact]
    public async Task NothingIsSignedWithoutConsent()
    {
        using CliRun run = await WithKeyAsync("dora", 4);
        await run.ExpectAsync(2, $"send {Fresh()} 1");
        Assert.Contains("DSDN-E-CONFIRM", run.Error);
        run.Secrets = new Queue<string>();
        await run.ExpectAsync(1, $"send {Fresh()} 1", "n\n");
        Assert.Contains("DSDN-E-DECLINED", run.Error);
        await run.ExpectAsync(0, $"send {Fresh()} 1 --lang id", "ya\n");
        Assert.Contains("berhasil", run.Out);
    }

    [Fact]
    public async Task SentTransactionIsFoundByHash()
    {
        using CliRun run = await WithKeyAsync("alice", 5);
        await run.ExpectAsync(0, $"send {Fresh()} 100gwei --yes --no-wait --json");
        string hash = run.Json.GetProperty("transaction").GetString()!;
        await run.ExpectAsync(0, $"tx {hash} --wait --json");
        Assert.Equal("success", run.Json.GetProperty("status").GetString());
        Assert.Equal("100000000000", run.Json.GetProperty("value").GetString());
        ulong block = run.Json.GetProperty("block").GetUInt64();
        await run.ExpectAsync(0, $"block {block} --json");
        Assert.Contains(hash, run.Json.GetProperty("transactions").EnumerateArray().Select(row => row.GetProperty("transaction").GetString()));
        await run.ExpectAsync(1, "tx 0x" + new string('1', 64));
        Assert.Contains("DSDN-E-NOT-FOUND", run.Error);
    }

    [Fact]
    public async Task MoreThanTheBalanceIsRejected()
    {
        using CliRun run = await WithKeyAsync("erin", 6);
        await run.ExpectAsync(1, $"send {Fresh()} 200_000_000nusa --yes");
        Assert.Contains("DSDN-E-TX-FUNDS", run.Error);
        Assert.Contains("faucet", run.Error);
    }

    [Fact]
    public async Task WrongPasswordSendsNothing()
    {
        using CliRun run = await WithKeyAsync("frank", 6);
        run["DSDN_PASSWORD"] = "not the password";
        await run.ExpectAsync(4, $"send {Fresh()} 1 --yes");
        Assert.DoesNotContain("not the password", run.Everything);
    }

    [Fact]
    public async Task DelegationIsMadeShownReducedAndNotPaidTooEarly()
    {
        using CliRun run = await WithKeyAsync("dan", 1);
        string validator = await ValidatorAsync(run);
        await run.ExpectAsync(0, $"stake delegate {validator} 25nusa --yes --json");
        Assert.Contains(run.Json.GetProperty("events").EnumerateArray(), row => row.GetProperty("event").GetString() == "Staking.Delegated");
        await run.ExpectAsync(0, $"stake unbond {validator} 5nusa --yes");
        await run.ExpectAsync(0, "stake rewards --json");
        JsonElement delegated = Assert.Single(run.Json.GetProperty("delegated").EnumerateArray());
        Assert.Equal("20000000000000000000", delegated.GetProperty("amount").GetString());
        JsonElement unbonding = Assert.Single(run.Json.GetProperty("unbonding").EnumerateArray());
        Assert.Equal("5000000000000000000", unbonding.GetProperty("amount").GetString());
        await run.ExpectAsync(1, "stake withdraw --yes --json");
        Assert.Equal("DSDN-E-STAKING-NOTHING-TO-WITHDRAW", run.Json.GetProperty("error").GetProperty("code").GetString());
        await run.ExpectAsync(1, $"stake rewards {validator} --claim --yes --json");
        Assert.Equal("DSDN-E-STAKING-NOTHING-TO-CLAIM", run.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task ModuleErrorIsNamedInTheUsersLanguageWithItsNumbers()
    {
        using CliRun run = await WithKeyAsync("gina", 2);
        string validator = await ValidatorAsync(run);
        await run.ExpectAsync(1, $"stake delegate {validator} 0.5nusa --yes --lang id --verbose");
        Assert.Contains("minimal 1 NUSA; sekarang 0.5 NUSA", run.Error);
        Assert.Contains("DSDN-E-STAKING-AMOUNT", run.Error);
        Assert.Contains("AmountTooSmall", run.Error);
    }

    [Fact]
    public async Task ValidatorIsRegisteredWithAKeyOfItsOwnAndEdited()
    {
        using CliRun run = await WithKeyAsync("val", 7);
        run["DSDN_KEY_PASSWORD"] = "another good password";
        await run.ExpectAsync(4, "validator create --yes"); // no consensus key yet
        await run.ExpectAsync(0, "validator key --json");
        string key = run.Json.GetProperty("publicKey").GetString()!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(run.Json.GetProperty("file").GetString()!));
        await run.ExpectAsync(1, "validator create --stake 100 --yes --json");
        Assert.Equal("DSDN-E-STAKING-SELF-BOND", run.Json.GetProperty("error").GetProperty("code").GetString());
        await run.ExpectAsync(0, "validator create --commission 12.5 --yes");
        await run.ExpectAsync(0, "stake bond 7nusa --yes");
        await run.ExpectAsync(0, "validators --json");
        JsonElement mine = run.Json.GetProperty("validators").EnumerateArray().Single(row => row.GetProperty("consensusKey").GetString() == key);
        Assert.Equal("50007000000000000000000", mine.GetProperty("selfStake").GetString());
        Assert.Equal(1250UL, mine.GetProperty("commission").GetUInt64());
        await run.ExpectAsync(1, "validator edit --commission 50 --yes --json"); // more than a point a day
        Assert.Equal("DSDN-E-STAKING-COMMISSION-STEP", run.Json.GetProperty("error").GetProperty("code").GetString());
        await run.ExpectAsync(0, $"validator edit --payout {Fresh()} --yes");
        await run.ExpectAsync(1, "stake unjail --yes --json");
        Assert.Equal("DSDN-E-STAKING-NOT-JAILED", run.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("another good password", run.Everything);
    }

    [Fact]
    public async Task ServiceNodeIsRegisteredToppedUpAndLeaves()
    {
        using CliRun run = await WithKeyAsync("op", 8);
        run["DSDN_KEY_PASSWORD"] = "another good password";
        await run.ExpectAsync(0, "node key --json");
        string id = run.Json.GetProperty("publicKey").GetString()!;
        string fingerprint = "0x" + new string('7', 64);
        await run.ExpectAsync(2, $"node register --tls-fingerprint {fingerprint} --yes");
        await run.ExpectAsync(1, $"node register --zone 1 --stake 499 --tls-fingerprint {fingerprint} --yes --json");
        Assert.Equal("DSDN-E-NODES-STAKE", run.Json.GetProperty("error").GetProperty("code").GetString());
        await run.ExpectAsync(0, $"node register --zone 1 --tls-fingerprint {fingerprint} --yes");
        await run.ExpectAsync(0, $"node topup {id} 1.5 --yes");
        await run.ExpectAsync(0, $"node list {id} --json");
        Assert.Equal("active", run.Json.GetProperty("status").GetString());
        Assert.Equal("501500000000000000000", run.Json.GetProperty("stake").GetString());
        Assert.Equal(fingerprint, run.Json.GetProperty("tlsFingerprint").GetString());
        await run.ExpectAsync(0, $"node leave {id} --yes");
        await run.ExpectAsync(0, "node list --json");
        Assert.Equal("leaving", Assert.Single(run.Json.GetProperty("nodes").EnumerateArray()).GetProperty("status").GetString());
        await run.ExpectAsync(1, $"node leave {id} --withdraw --yes --json");
        Assert.Equal("DSDN-E-NODES-EXIT", run.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task AnyModuleMethodIsCalledByName()
    {
        using CliRun run = await WithKeyAsync("meta", 20);
        await run.ExpectAsync(0, "faucet meta --amount 11");
        string validator = await ValidatorAsync(run);
        await run.ExpectAsync(0, $"tx Staking delegate {validator} --value 10nusa --yes --json");
        Assert.Equal("success", run.Json.GetProperty("status").GetString());
        await run.ExpectAsync(0, $"call staking delegation meta {validator} --json");
        Assert.Equal("10000000000000000000", run.Json.GetProperty("result").GetProperty("amount").GetString());
        await run.ExpectAsync(0, "call Nodes nodes 0x" + new string('0', 64) + " 10");
        await run.ExpectAsync(1, "call Nodes getNode 0x" + new string('0', 64) + " --json");
        Assert.Equal("DSDN-E-NODES-UNKNOWN", run.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task FaucetGivesToAnAccountThatHasNothing()
    {
        using CliRun run = Connected();
        string receiver = Fresh();
        await run.ExpectAsync(0, $"faucet {receiver} --amount 3 --json");
        Assert.Equal("3000000000000000000", run.Json.GetProperty("balance").GetString());
    }

    [Fact]
    public async Task StatusAndDoctorSeeTheNode()
    {
        using CliRun run = Connected();
        await run.ExpectAsync(0, "status --json");
        Assert.Equal("devnet", run.Json.GetProperty("network").GetString());
        Assert.Equal(17847UL, run.Json.GetProperty("chainId").GetUInt64());
        await run.ExpectAsync(0, "doctor --json");
        Assert.Equal("ok", run.Json.GetProperty("checks").EnumerateArray().Single(row => row.GetProperty("check").GetString() == "rpc").GetProperty("status").GetString());
    }

    [Fact]
    public async Task ReceiptAndAccountVerifyWithoutANodeAndForgeriesDoNot()
    {
        using CliRun run = await WithKeyAsync("proof", 0);
        await run.ExpectAsync(0, $"send {Fresh()} 1 --yes --json");
        string hash = run.Json.GetProperty("transaction").GetString()!;
        string receiptFile = Path.Combine(run.Home, "receipt.json"), accountFile = Path.Combine(run.Home, "account.json");
        await run.ExpectAsync(0, $"verify receipt {hash} --save {receiptFile} --json");
        Assert.Equal("node", run.Json.GetProperty("trust").GetString());
        string validators = run.Json.GetProperty("validatorsHash").GetString()!;
        await run.ExpectAsync(0, $"verify account proof --save {accountFile} --json");
        string balance = run.Json.GetProperty("balance").GetString()!;
        await run.ExpectAsync(0, $"verify account {Fresh()} --json");
        Assert.False(run.Json.GetProperty("exists").GetBoolean());

        string trusted = $"{run.Json.GetProperty("block").GetUInt64()}:{run.Json.GetProperty("hash").GetString()}";
        await run.ExpectAsync(0, $"send {Fresh()} 1 --yes --json");
        string later = run.Json.GetProperty("transaction").GetString()!, wayFile = Path.Combine(run.Home, "way.json");
        await run.ExpectAsync(0, $"verify receipt {later} --trust {trusted} --save {wayFile} --json");
        Assert.Equal("chain", run.Json.GetProperty("trust").GetString());
        await run.ExpectAsync(5, $"verify receipt {later} --trust {trusted[..^4]}0000 --json");
        await run.ExpectAsync(2, $"verify receipt {later} --trust 5 --json");

        run["DSDN_RPC"] = "http://127.0.0.1:1";
        await run.ExpectAsync(0, $"verify receipt --bundle {wayFile} --trust {trusted} --json");
        Assert.Equal("chain", run.Json.GetProperty("trust").GetString());
        await run.ExpectAsync(0, $"verify account --bundle {accountFile} --trust {trusted} --json"); // the trusted block itself needs no way
        await ForgedIsRefusedAsync(run, wayFile, root => root.Remove("lightBlocks"), $" --trust {trusted}");
        await ForgedIsRefusedAsync(run, wayFile, root => Flip(root["lightBlocks"]!.AsArray(), 0), $" --trust {trusted}");
        await ForgedIsRefusedAsync(run, wayFile, root => Flip(root, "params"), $" --trust {trusted}");
        await ForgedIsRefusedAsync(run, wayFile, root => root["lightBlocks"]!.AsArray().RemoveAt(1), $" --trust {trusted}");
        await run.ExpectAsync(0, $"verify receipt --bundle {receiptFile} --validators-hash {validators} --json");
        Assert.Equal("pinned", run.Json.GetProperty("trust").GetString());
        Assert.Equal("success", run.Json.GetProperty("status").GetString());
        await run.ExpectAsync(0, $"verify account --bundle {accountFile} --json");
        Assert.Equal(balance, run.Json.GetProperty("balance").GetString());
        await run.ExpectAsync(5, $"verify receipt --bundle {receiptFile} --validators-hash 0x{new string('1', 64)}");
        await run.ExpectAsync(5, $"verify receipt 0x{new string('1', 64)} --bundle {receiptFile}");

        foreach (string field in (string[])["header", "consensusHeader", "certificate"]) await ForgedIsRefusedAsync(run, accountFile, root => Flip(root, field));
        await ForgedIsRefusedAsync(run, accountFile, root => root["genesisHash"] = "0x" + new string('1', 64));
        await ForgedIsRefusedAsync(run, accountFile, root => root["account"]!["balance"] = "0x1");
        await ForgedIsRefusedAsync(run, accountFile, root => root["account"]!["address"] = Fresh());
        await ForgedIsRefusedAsync(run, accountFile, root => root["account"]!["nodes"]!.AsArray().RemoveAt(0));
        await ForgedIsRefusedAsync(run, accountFile, root => root["validators"]![0]!["power"] = "0x1");
        await ForgedIsRefusedAsync(run, receiptFile, root => Flip(root["receipts"]!.AsArray(), 0));
        await ForgedIsRefusedAsync(run, receiptFile, root => Flip(root["transactions"]!.AsArray(), 0));
    }

    [Fact]
    public async Task GeneratedClientsAskAndSendTyped()
    {
        using Wallet wallet = Wallet.FromMnemonic(DevnetNode.Mnemonic);
        using Account account = wallet.Account(2);
        using var rpc = new RpcClient(new Uri(node.Url));
        var chain = new ChainClient(rpc);
        var modules = new ModuleClient(chain);
        Address validator = (await modules.QueryAsync(StakingClient.Validators(Address.Zero, 1))).Page[0].Operator;
        PreparedTransaction prepared = await modules.PrepareAsync(StakingClient.Delegate(Amount.Nusa(3), validator), account.Address);
        ReceiptInfo receipt = await chain.SendAsync(prepared, account, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(receipt.Succeeded);
        Assert.True((await modules.QueryAsync(StakingClient.Delegation(account.Address, validator))).Amount >= (Uint256)Amount.Nusa(3).BaseUnits);
        LogInfo delegated = Assert.Single(await chain.LogsAsync(receipt.BlockNumber, receipt.BlockNumber, [prepared.To], [[receipt.Logs[0].Topics[0]]]));
        Assert.Equal(receipt.TransactionHash, delegated.TransactionHash);
        DsdnException refused = await Assert.ThrowsAsync<DsdnException>(() => modules.PrepareAsync(StakingClient.Unjail(), account.Address));
        Assert.Equal("DSDN-E-STAKING-NOT-A-VALIDATOR", refused.Error.Code);
    }

    [Fact]
    public async Task SubscriberSeesANewHead()
    {
        using CliRun run = await WithKeyAsync("sub", 5);
        await using WsClient client = await WsClient.ConnectAsync(node.WebSocketUrl, TestContext.Current.CancellationToken);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using IAsyncEnumerator<JsonElement> heads = client.SubscribeAsync("newHeads", cancel: deadline.Token).GetAsyncEnumerator(deadline.Token);
        ValueTask<bool> next = heads.MoveNextAsync();
        while ((await client.CallAsync("eth_blockNumber", [], deadline.Token)).ToUInt64() == 0 || !next.IsCompleted)
        {
            await run.ExpectAsync(0, $"send {Fresh()} 1gwei --yes");
        }
        Assert.True(await next);
        Assert.NotEqual(0UL, heads.Current.Field("number").ToUInt64());
    }

    private static async Task ForgedIsRefusedAsync(CliRun run, string file, Action<JsonObject> forge, string options = "")
    {
        JsonObject root = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        forge(root);
        string forged = run.WriteFile("forged.json", root.ToJsonString());
        string kind = root.ContainsKey("account") ? "account" : "receipt";
        int exit = await run.RunAsync($"verify {kind} --bundle {forged}{options} --json");
        Assert.True(exit == 5, $"exit {exit}: {run.Out}");
    }

    /// <summary>Changes the last but one hexadecimal digit.</summary>
    private static void Flip(JsonNode root, object at)
    {
        string text = (string)(at is int index ? root[index] : root[(string)at])!;
        char[] digits = text.ToCharArray();
        digits[^2] = digits[^2] == 'a' ? 'b' : 'a';
        if (at is int position) root[position] = new string(digits);
        else root[(string)at] = new string(digits);
    }

    private CliRun Connected()
    {
        var run = new CliRun();
        run["DSDN_RPC"] = node.Url;
        run["DSDN_PASSWORD"] = CliRun.Password;
        return run;
    }

    private async Task<CliRun> WithKeyAsync(string name, int index)
    {
        CliRun run = Connected();
        await run.ExpectAsync(0, $"keys import {name} --index {index}", DevnetNode.Mnemonic);
        return run;
    }

    private static async Task<string> ValidatorAsync(CliRun run)
    {
        await run.ExpectAsync(0, "validators --json");
        return run.Json.GetProperty("validators")[0].GetProperty("operator").GetString()!;
    }

    private static async Task<Amount> BalanceAsync(CliRun run, string account)
    {
        await run.ExpectAsync(0, $"balance {account} --json");
        return AmountOf(run, "balance");
    }

    private static Amount AmountOf(CliRun run, string field) => new(UInt128.Parse(run.Json.GetProperty(field).GetString()!, System.Globalization.CultureInfo.InvariantCulture));

    private static string Fresh()
    {
        using Wallet wallet = Wallet.Create();
        using Account account = wallet.Account(0);
        return AddressText.Checksum(account.Address);
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.DaServer.Submission;

namespace Dsdn.DaServer.Tests.Submission;

/// <summary>What submits cost, and what the chain refuses.</summary>
public sealed class FeeTests
{
    private const long Start = 1_000_000_000_000;

    [Fact]
    public async Task BalanceFallsByTheFormulaAndIsProvedOneBlockLater()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob[] blobs = [RunningServer.Blob("fee", 1_000), RunningServer.Blob("fee", 100_000)];
        await running.PublishAsync(blobs[0]);
        // 3 shares * 4096 + 700 + 75000 + 10000 for the first transaction, at 0.004 utia, rounded up.
        Assert.Equal(Start - 392, (long)running.Server.BalanceUtia);
        Assert.Equal(Start, await BalanceAsync());
        await running.PublishAsync(blobs[1]);
        Assert.Equal(Start - 392, await BalanceAsync());
        Assert.Equal(Start - 392 - 3_711, (long)running.Server.BalanceUtia);

        async Task<long> BalanceAsync()
        {
            Assert.True(AccountBalance.TryRead(await running.OkAsync("state.Balance"), out AccountBalance? balance).IsValid);
            Assert.Equal("utia", balance!.Denom);
            return (long)balance.Amount;
        }
    }

    [Fact]
    public async Task SeveralBlobsOfOneSubmitAreOneTransaction()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Task<JsonElement> submit = running.OkAsync(RunningServer.SubmitBody(null, RunningServer.Blob("aa", 10), RunningServer.Blob("bb", 10)));
        await running.WaitForMempoolAsync(1);
        ulong height = await running.Server.ProduceBlockAsync();
        Assert.Equal(height, (await submit).GetUInt64());
        ulong gas = BlobGas.Of([1, 1]) + BlobGas.FirstTransactionGas;
        Assert.Equal(Start - (long)BlobGas.Fee(gas, GasPrice.Default), (long)running.Server.BalanceUtia);
        Assert.Single(running.Server.Node.Ledger.Find(height)!.Record.Transactions);
    }

    [Fact]
    public async Task PriceCountsOnlyWhereItIsSaidToBeSet()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        string blob = $"{{\"namespace\":{RunningServer.Base64(RunningServer.Name("price"))},\"data\":\"AA==\"}}";
        Assert.Equal(CallFault.PriceTooLow, (await running.ErrorAsync("blob.Submit", $"[{blob}],{{\"gas_price\":0.001,\"is_gas_price_set\":true}}")).Fault);
        Assert.Equal(CallFault.PriceTooHigh, (await running.ErrorAsync("blob.Submit", $"[{blob}],{{\"max_gas_price\":0.003}}")).Fault);
        Assert.Equal(CallFault.PriceTooLow, (await running.ErrorAsync("blob.Submit", $"[{blob}],{{\"gas\":1000}}")).Fault);
        Task<JsonElement> ignored = running.OkAsync("blob.Submit", $"[{blob}],{{\"gas_price\":0.001}}"), nothing = running.OkAsync("blob.Submit", $"[{blob}],null");
        Task<JsonElement> higher = running.OkAsync("blob.Submit", $"[{blob}],{{\"gas_price\":1.5,\"is_gas_price_set\":true,\"gas\":100000}}");
        await running.WaitForMempoolAsync(3);
        await running.Server.ProduceBlockAsync();
        await Task.WhenAll(ignored, nothing, higher);
        long withFirst = (long)BlobGas.Fee(BlobGas.Of([1]) + BlobGas.FirstTransactionGas, GasPrice.Default), others = (long)BlobGas.Fee(BlobGas.Of([1]), GasPrice.Default);
        long first = Start - withFirst - others - 150_000, last = Start - (2 * others) - 150_000;
        Assert.Contains((long)running.Server.BalanceUtia, (long[])[first, last]); // whichever of them came first
    }

    [Fact]
    public async Task AccountThatCannotPayIsRefusedUntilItCan()
    {
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { BalanceUtia = 800 });
        await running.PublishAsync(RunningServer.Blob("poor", 1_000));
        await running.PublishAsync(RunningServer.Blob("poor", 1_000));
        CallError error = await running.ErrorAsync(RunningServer.SubmitBody(null, RunningServer.Blob("poor", 1_000)));
        Assert.Equal(CallFault.InsufficientFunds, error.Fault);
        Assert.Contains("spendable balance 56utia is smaller than 352utia", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TransactionAboveTheLimitIsRefused()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        CallError error = await running.ErrorAsync(RunningServer.SubmitBody(null, RunningServer.Blob("large", 8_388_608)));
        Assert.Equal(CallFault.TooLarge, error.Fault);
        Assert.Contains("code: 11142", error.Message, StringComparison.Ordinal);
        await using RunningServer old = await RunningServer.StartAsync(static options => options with { ApiVersion = NodeVersion.V0_16 });
        error = await old.ErrorAsync(RunningServer.SubmitBody(null, RunningServer.Blob("large", 1_980_000)));
        Assert.Equal(CallFault.TooLarge, error.Fault);
        Assert.Contains("code: 11139", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherAccountsOfTheKeyringSignAndPay()
    {
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { Accounts = 2 });
        string other = running.Server.Node.Keyring[1].Address;
        Blob blob = RunningServer.Blob("other", 10);
        Task<JsonElement>[] submits =
        [
            running.OkAsync(RunningServer.SubmitBody(new SubmitOptions(KeyName: "worker-1"), blob)),
            running.OkAsync(RunningServer.SubmitBody(new SubmitOptions(SignerAddress: other, KeyName: "default"), blob)),
            running.OkAsync(RunningServer.SubmitBody(new SubmitOptions(FeeGranterAddress: other), blob)),
        ];
        await running.WaitForMempoolAsync(3);
        await running.Server.ProduceBlockAsync();
        await Task.WhenAll(submits);
        Assert.Equal(Start, (long)running.Server.BalanceUtia);
        Assert.Equal((1ul, 2ul), (running.Server.Node.Ledger.Accounts[0].Sequence, running.Server.Node.Ledger.Accounts[1].Sequence));
        await running.Server.ProduceBlockAsync();
        Assert.NotEqual($"{Start}", (await running.OkAsync("state.BalanceForAddress", $"\"{other}\"")).GetProperty("amount").GetString());
        Assert.Equal("0", (await running.OkAsync("state.BalanceForAddress", $"\"{Accounts.Bech32.Encode("celestia", new byte[20])}\"")).GetProperty("amount").GetString());
        Assert.Equal(running.Server.AccountAddress, (await running.OkAsync("state.AccountAddress")).GetString());
        Assert.Equal(CallFault.NoAccount, (await running.ErrorAsync(RunningServer.SubmitBody(new SubmitOptions(KeyName: "nobody"), blob))).Fault);
        Assert.Equal(CallFault.NoAccount, (await running.ErrorAsync(RunningServer.SubmitBody(new SubmitOptions(FeeGranterAddress: "celestia1nobody"), blob))).Fault);
    }

    [Fact]
    public async Task SignerOfABlobMustBeTheOneWhoSigns()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        byte[] data = [1], own = running.Server.Node.Keyring[0].AddressBytes;
        Assert.True(Blob.TryCreate(RunningServer.Name("signed"), data, 1, own, out Blob? mine).IsValid);
        Assert.True(Blob.TryCreate(RunningServer.Name("signed"), data, 1, new byte[20], out Blob? foreign).IsValid);
        CallError error = await running.ErrorAsync(RunningServer.SubmitBody(null, foreign!));
        Assert.Equal(CallFault.InvalidSigner, error.Fault);
        Assert.Contains("code: 11140", error.Message, StringComparison.Ordinal);
        await running.PublishAsync(mine!);
        await using RunningServer old = await RunningServer.StartAsync(static options => options with { ApiVersion = NodeVersion.V0_16 });
        Assert.Contains("share version 1 not supported", (await old.ErrorAsync(RunningServer.SubmitBody(null, mine!))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmitPayForBlobGivesTheTransaction()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        byte[] name = RunningServer.Name("applied").ToArray();
        Task<JsonElement> submit = running.OkAsync("state.SubmitPayForBlob", $"[{{\"namespace_id\":\"{Convert.ToBase64String(name[1..])}\",\"namespace_version\":0,\"data\":\"AAAA\",\"share_version\":0}}],{{}}");
        await running.WaitForMempoolAsync(1);
        ulong height = await running.Server.ProduceBlockAsync();
        Assert.True(TransactionResponse.TryRead(await submit, out TransactionResponse? response).IsValid);
        Assert.Equal((height, 0, 64), (response!.Height, response.Code, response.Hash.Length));
        Assert.Equal(BlobGas.Of([1]) + BlobGas.FirstTransactionGas, response.GasUsed);
    }

    [Fact]
    public async Task CallerThatGoesAwayLeavesItsTransactionBehind()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob blob = RunningServer.Blob("left", 10);
        using (HttpClient impatient = new() { Timeout = TimeSpan.FromSeconds(1) })
        {
            impatient.DefaultRequestHeaders.Authorization = new("Bearer", running.Server.WriteToken);
            await Assert.ThrowsAsync<TaskCanceledException>(() => impatient.PostAsync(running.Server.Endpoint, new ByteArrayContent(RunningServer.SubmitBody(null, blob))));
        }
        await running.WaitForMempoolAsync(1);
        ulong height = await running.Server.ProduceBlockAsync();
        Assert.Single((await running.OkAsync(CelestiaCalls.GetAll(RpcId.Of(1), height, [blob.Namespace]))).EnumerateArray());
    }

    [Fact]
    public async Task SubmitWaitsNoLongerThanItMay()
    {
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { SubmitTimeoutMs = 50 });
        Assert.Equal(CallFault.UnknownOutcome, (await running.ErrorAsync(RunningServer.SubmitBody(null, RunningServer.Blob("late", 1)))).Fault);
        Assert.Equal(1, running.Server.Node.Mempool.Count);
    }

    [Fact]
    public async Task MoreThanABlockHoldsWaitsForTheNextInOrder()
    {
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { SquareWidthMax = 8 });
        Blob[] blobs = [.. Enumerable.Range(0, 4).Select(static i => RunningServer.Blob("many", 9_000, (byte)(i + 1)))];
        List<Task<JsonElement>> submits = [];
        foreach (Blob blob in blobs)
        {
            submits.Add(running.OkAsync(RunningServer.SubmitBody(null, blob)));
            await running.WaitForMempoolAsync(submits.Count);
        }
        await running.Server.ProduceBlockAsync();
        await running.Server.ProduceBlockAsync();
        ulong[] heights = await Task.WhenAll(submits.Select(static async submit => (await submit).GetUInt64()));
        Assert.Equal(heights.Order(), heights);
        Assert.Equal((2ul, 3ul), (heights[0], heights[^1]));
        Assert.Equal(0, running.Server.Node.Mempool.Count);
    }

    [Fact]
    public async Task TransactionsInNoBlockAreEvictedWithThoseBehindThem()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Mempool mempool = running.Server.Node.Mempool;
        Blob blob = RunningServer.Blob("stuck", 10);
        var entry = (blob, Celestia.Commitments.ShareCommitment.Of(blob));
        Assert.Null(mempool.Add([entry], 0, 0, GasPrice.Default, 0, enters: true, out PendingTransaction first));
        Assert.Null(mempool.Add([entry], 0, 0, GasPrice.Default, 0, enters: true, out PendingTransaction second));
        Assert.Equal((0ul, 1ul), (first.Sequence, second.Sequence));
        mempool.Committed([], first.Since + Mempool.LifetimeBlocks - 1);
        Assert.Equal(2, mempool.Count);
        mempool.Committed([], first.Since + Mempool.LifetimeBlocks);
        Assert.Equal(0, mempool.Count);
        Assert.Equal((TransactionEnd.Evicted, TransactionEnd.Evicted), ((await first.Ended).End, (await second.Ended).End));
        Assert.Null(mempool.Add([entry], 0, 0, GasPrice.Default, 0, enters: true, out PendingTransaction anew));
        Assert.Equal(0ul, anew.Sequence);
    }

    [Fact]
    public async Task HashOfATransactionIsThatOfThePayment()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob blob = RunningServer.Blob("hash", 10);
        running.Server.Node.Mempool.Add([(blob, Celestia.Commitments.ShareCommitment.Of(blob))], 0, 0, GasPrice.Default, 0, enters: false, out PendingTransaction made);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(made.Transaction.Transaction.Span)), made.Hash);
    }
}

using System.Diagnostics;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Dsdn.Celestia;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Faults;

namespace Dsdn.DaServer.Tests.Faults;

/// <summary>Each switch: what a client sees while it is on, and the truth again once it is cleared.</summary>
public sealed class FaultTests
{
    /// <summary>What a submit is refused with, and how a client classifies it.</summary>
    public static TheoryData<string, CallFault, string> SubmitRefusals => new()
    {
        { "sequence-mismatch", CallFault.SequenceMismatch, "account sequence mismatch, expected 1, got 0: incorrect account sequence code: 32" },
        { "sequence-mismatch=5", CallFault.SequenceMismatch, "expected 5, got 0" },
        { "mempool-full", CallFault.MempoolFull, "mempool is full code: 20" },
        { "in-mempool", CallFault.InMempool, "tx already in mempool code: 19" },
        { "out-of-funds", CallFault.InsufficientFunds, "insufficient funds code: 5" },
        { "price-too-low", CallFault.PriceTooLow, "insufficient gas price" },
        { "oversize=10", CallFault.TooLarge, "transaction size exceeds maximum allowed limit code: 11142" },
        { "evicted", CallFault.UnknownOutcome, "eviction poll timeout: transaction " },
        { "rejected", CallFault.Rejected, "was rejected by the node with execution code: 11 and log: " },
        { "no-state-access", CallFault.NoStateAccess, "node is running without state access" },
    };

    [Theory]
    [MemberData(nameof(SubmitRefusals))]
    public async Task SubmitIsRefusedAndNothingIsInTheNextBlock(string fault, CallFault expected, string text)
    {
        await using RunningServer running = await RunningServer.StartAsync();
        running.Server.Faults.Set(FaultRule.TryParse(fault + "@blob.*")!);
        Blob blob = RunningServer.Blob("refused", 100);
        CallError error = await running.ErrorAsync(RunningServer.SubmitBody(null, blob));
        Assert.Equal(expected, error.Fault);
        Assert.Equal(1, error.Code);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        await running.Server.ProduceBlockAsync();
        Assert.Equal(1_000_000_000_000, (long)running.Server.BalanceUtia);
        running.Server.Faults.Clear();
        await running.PublishAsync(blob);
    }

    [Fact]
    public async Task OversizeLetsSmallerSubmitsThrough()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        running.Server.Faults.Set(new FaultRule(FaultKind.Oversize, Value: 500));
        await running.PublishAsync(RunningServer.Blob("small", 500));
        Assert.Equal(CallFault.TooLarge, (await running.ErrorAsync(RunningServer.SubmitBody(null, RunningServer.Blob("large", 501)))).Fault);
    }

    [Fact]
    public async Task ReplyIsDroppedAfterTheCommit()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob blob = RunningServer.Blob("dropped", 100);
        await SetAsync(running, "drop-reply@blob.Submit*1");
        Task<JsonElement> submit = running.OkAsync(RunningServer.SubmitBody(null, blob));
        await running.WaitForMempoolAsync(1);
        ulong height = await running.Server.ProduceBlockAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => submit);
        Assert.Single((await running.OkAsync(CelestiaCalls.GetAll(RpcId.Of(1), height, [blob.Namespace]))).EnumerateArray());
        Assert.Empty(running.Server.Faults.List());
    }

    [Fact]
    public async Task SubmitTimesOutAndIsInABlockAllTheSame()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob blob = RunningServer.Blob("timeout", 100);
        await SetAsync(running, "submit-timeout");
        Task<CallError> submit = running.ErrorAsync(RunningServer.SubmitBody(null, blob));
        await running.WaitForMempoolAsync(1);
        ulong height = await running.Server.ProduceBlockAsync();
        Assert.Equal(CallFault.UnknownOutcome, (await submit).Fault);
        Assert.Single((await running.OkAsync(CelestiaCalls.GetAll(RpcId.Of(1), height, [blob.Namespace]))).EnumerateArray());
    }

    [Fact]
    public async Task LostBlobHasAHeightAndIsNowhere()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob blob = RunningServer.Blob("lost", 100);
        await SetAsync(running, "lost-blob");
        Task<JsonElement> submit = running.OkAsync(RunningServer.SubmitBody(null, blob));
        while (!submit.IsCompleted)
        {
            await running.Server.ProduceBlockAsync();
            await Task.Delay(10);
        }
        ulong height = (await submit).GetUInt64();
        Assert.Equal("[]", (await running.OkAsync(CelestiaCalls.GetAll(RpcId.Of(1), height, [blob.Namespace]))).GetRawText());
    }

    [Fact]
    public async Task StatusesOfHttpComeWithTheirTexts()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        foreach ((string fault, int status, string text) in ((string, int, string)[])[("unauthorized*1", 401, ""), ("busy*1", 503, "server busy, try again later"), ("rate-limited*1", 429, "rate limit exceeded")])
        {
            await SetAsync(running, fault);
            (int answered, byte[] body, string? type) = await running.PostAsync(RunningServer.Body("node.Ready"));
            Assert.Equal(status, answered);
            Assert.Equal(text, Encoding.UTF8.GetString(body));
            Assert.NotEqual("application/json", type);
            Assert.Equal(200, (await running.PostAsync(RunningServer.Body("node.Ready"))).Status);
        }
    }

    [Fact]
    public async Task AnswerIsDelayedTornOrHuge()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        await SetAsync(running, "delay=300@node.Ready*1");
        long begun = Stopwatch.GetTimestamp();
        await running.OkAsync("node.Ready");
        Assert.True(Stopwatch.GetElapsedTime(begun).TotalMilliseconds >= 295);
        await SetAsync(running, "torn-reply*1");
        (_, byte[] torn, _) = await running.PostAsync(RunningServer.Body("node.Ready"));
        Assert.Equal("malformed", RpcReply.ReadHttp(200, torn, RpcId.Of(1)).Error?.Fault.ToString().ToLowerInvariant());
        await SetAsync(running, "huge-reply=100000*1");
        (_, byte[] huge, _) = await running.PostAsync(RunningServer.Body("node.Ready"));
        Assert.Equal(100_000, huge.Length);
        await running.OkAsync("node.Ready");
    }

    [Fact]
    public async Task ServerThatIsDownDropsEverythingButItsSwitches()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        using ClientWebSocket open = await running.ConnectAsync();
        await RunningServer.SendAsync(open, RunningServer.Body("header.Subscribe"));
        await RunningServer.FrameAsync(open);
        await SetAsync(running, "down");
        await running.Server.ProduceBlockAsync();
        Assert.Null(await RunningServer.ReceiveAsync(open));
        await Assert.ThrowsAsync<HttpRequestException>(() => running.PostAsync(RunningServer.Body("node.Ready")));
        await Assert.ThrowsAsync<WebSocketException>(() => running.ConnectAsync());
        using HttpResponseMessage health = await running.Http.GetAsync(new Uri(running.Server.Endpoint, "/health"));
        Assert.Equal(503, (int)health.StatusCode);
        Assert.Equal(1, (await running.OkAsync("devnet.ClearFaults")).GetInt32());
        await running.OkAsync("node.Ready");
    }

    [Fact]
    public async Task PortIsClosedForAWhileAndOpensAgain()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        await SetAsync(running, "down=60000");
        await RefusedAsync();
        running.Server.Faults.Clear();
        await OpenAsync();
        await SetAsync(running, "down=50");
        await RunningServer.UntilAsync(() => running.Server.Faults.List().Count == 0);
        await OpenAsync();
        Assert.Equal(running.Server.Height + 1, await running.Server.ProduceBlockAsync());

        async Task RefusedAsync()
        {
            while (true)
            {
                try
                {
                    await running.OkAsync("node.Ready");
                }
                catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
                {
                    return;
                }
                catch (HttpRequestException)
                {
                    // A connection that was open is cut; the next attempt is refused.
                }
            }
        }

        async Task OpenAsync()
        {
            while (true)
            {
                try
                {
                    await running.OkAsync("node.Ready");
                    return;
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(10);
                }
            }
        }
    }

    [Fact]
    public async Task HaltedChainMakesNoBlocksAndSubmitsWait()
    {
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { BlockTimeMs = 20 });
        await SetAsync(running, "halt");
        await Task.Delay(60);
        ulong height = running.Server.Height;
        Task<JsonElement> submit = running.OkAsync(RunningServer.SubmitBody(null, RunningServer.Blob("halted", 10)));
        await running.WaitForMempoolAsync(1);
        await Task.Delay(100);
        Assert.Equal(height, running.Server.Height);
        Assert.False(submit.IsCompleted);
        await running.OkAsync("devnet.ClearFaults", "\"halt\"");
        Assert.True((await submit).GetUInt64() > height);
    }

    [Fact]
    public async Task HeadLagsIsSyncingOrIsPruned()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        for (int i = 0; i < 9; i++) await running.Server.ProduceBlockAsync();
        await SetAsync(running, "head-lag=4");
        Assert.Equal("6", (await running.OkAsync("header.NetworkHead")).GetProperty("header").GetProperty("height").GetString());
        Assert.Equal("header: given height is from the future: networkHeight: 6, requestedHeight: 8", (await running.ErrorAsync("header.GetByHeight", "8")).Message);
        await SetAsync(running, "syncing=3");
        running.Server.Faults.Clear(static fault => fault.Rule.Kind == FaultKind.HeadLag);
        Assert.Equal("header: syncing in progress: localHeadHeight: 3, requestedHeight: 8", (await running.ErrorAsync("header.GetByHeight", "8")).Message);
        Assert.True(SyncState.TryRead(await running.OkAsync("header.SyncState"), out SyncState? state).IsValid);
        Assert.False(state!.IsSynced);
        Assert.True(SamplingStats.TryRead(await running.OkAsync("das.SamplingStats"), out SamplingStats? stats).IsValid);
        Assert.False(stats!.IsCaughtUp);
        running.Server.Faults.Clear();
        await SetAsync(running, "below-tail=5");
        Assert.Equal("requested header (4) is below Tail (5)", (await running.ErrorAsync("header.GetByHeight", "4")).Message);
        Assert.Equal(CallFault.Pruned, (await running.ErrorAsync(CelestiaCalls.GetAll(RpcId.Of(1), 1, [RunningServer.Name("any")]))).Fault);
        Assert.Equal("5", (await running.OkAsync("header.Tail")).GetProperty("header").GetProperty("height").GetString());
        running.Server.Faults.Clear();
        await SetAsync(running, "outside-window=5");
        Assert.Equal(CallFault.Pruned, (await running.ErrorAsync(CelestiaCalls.GetAll(RpcId.Of(1), 4, [RunningServer.Name("any")]))).Fault);
        await running.OkAsync(CelestiaCalls.GetAll(RpcId.Of(1), 5, [RunningServer.Name("any")]));
        running.Server.Faults.Clear();
        await running.HeaderAsync(10);
    }

    [Fact]
    public async Task IncompleteBlobIsAnError()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        await SetAsync(running, "incomplete-blob");
        Assert.Equal(CallFault.IncompleteNamespace, (await running.ErrorAsync(CelestiaCalls.GetNamespaceData(RpcId.Of(1), 1, RunningServer.Name("any")))).Fault);
        Assert.Equal(CallFault.IncompleteNamespace, (await running.ErrorAsync(CelestiaCalls.GetAll(RpcId.Of(1), 1, [RunningServer.Name("any")]))).Fault);
    }

    [Theory]
    [InlineData("withheld-row", "DSDN-E-DA-ROWS")]
    [InlineData("withheld-row=99", "DSDN-E-DA-ROWS")]
    [InlineData("truncated-proof", "DSDN-E-DA-PROOF")]
    [InlineData("invented-blob", "DSDN-E-DA-PROOF")]
    [InlineData("wrong-commitment", "DSDN-E-DA-PROOF-ROOT")]
    public async Task LieAboutANamespaceIsFoundAndNamed(string fault, string code)
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob blob = RunningServer.Blob("victim", 20_000);
        ulong height = await running.PublishAsync(blob, RunningServer.Blob("victim", 77, 5));
        ExtendedHeader header = await running.HeaderAsync(height);
        await SetAsync(running, fault);
        Assert.Equal(code, (await VerifyAsync()).Code);
        running.Server.Faults.Clear();
        Assert.True((await VerifyAsync()).IsValid);

        async Task<DaVerdict> VerifyAsync()
        {
            Assert.True(NamespaceDataJson.TryRead(await running.OkAsync(CelestiaCalls.GetNamespaceData(RpcId.Of(1), height, blob.Namespace)), out IReadOnlyList<NamespaceRow>? rows).IsValid);
            return NamespaceVerifier.Verify(header.Dah, blob.Namespace, rows!, out _);
        }
    }

    [Fact]
    public async Task InventedBlobInAnEmptyNamespaceIsFound()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        ExtendedHeader header = await running.HeaderAsync(1);
        await SetAsync(running, "invented-blob");
        Namespace name = RunningServer.Name("nobody");
        Assert.Single((await running.OkAsync(CelestiaCalls.GetAll(RpcId.Of(1), 1, [name]))).EnumerateArray());
        Assert.True(NamespaceDataJson.TryRead(await running.OkAsync(CelestiaCalls.GetNamespaceData(RpcId.Of(1), 1, name)), out IReadOnlyList<NamespaceRow>? rows).IsValid);
        Assert.False(NamespaceVerifier.Verify(header.Dah, name, rows!, out _).IsValid);
    }

    [Fact]
    public async Task LiesAboutBlobsAndTheirProofsAreFound()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob blob = RunningServer.Blob("victim", 30_000);
        Hash256 commitment = ShareCommitment.Of(blob);
        ulong height = await running.PublishAsync(blob);
        Hash256 root = (await running.HeaderAsync(height)).Header.DataHash!.Value;
        byte[] getAll = CelestiaCalls.GetAll(RpcId.Of(1), height, [blob.Namespace]), get = CelestiaCalls.OfBlob(RpcId.Of(1), RpcMethod.Get, height, blob.Namespace, commitment);
        byte[] prove = CelestiaCalls.OfBlob(RpcId.Of(1), RpcMethod.GetCommitmentProof, height, blob.Namespace, commitment);

        await SetAsync(running, "wrong-commitment");
        Assert.True(BlobJson.TryReadList(await running.OkAsync(getAll), out IReadOnlyList<RpcBlob>? listed).IsValid);
        Assert.All(listed!, static blob => Assert.NotEqual(ShareCommitment.Of(blob.Blob), blob.Commitment));
        Assert.True(BlobJson.TryRead(await running.OkAsync(get), out RpcBlob? one).IsValid);
        Assert.NotEqual(commitment, one!.Commitment);
        Assert.True(ProofJson.TryReadCommitmentProof(await running.OkAsync(prove), out CommitmentProof? proof).IsValid);
        Assert.Equal("DSDN-E-DA-COMMITMENT", proof!.Verify(root, blob.Namespace, commitment).Code);

        running.Server.Faults.Clear();
        await SetAsync(running, "truncated-proof");
        Assert.True(ProofJson.TryReadCommitmentProof(await running.OkAsync(prove), out proof).IsValid);
        Assert.Equal("DSDN-E-DA-PROOF", proof!.Verify(root, blob.Namespace, commitment).Code);
        JsonElement range = await running.OkAsync(CelestiaCalls.GetRange(RpcId.Of(1), height, 1, 2));
        Assert.True(ProofJson.TryReadShareProof(range.GetProperty("Proof"), out ShareProof? shares).IsValid);
        Assert.Equal("DSDN-E-DA-PROOF", shares!.Verify(root).Code);

        running.Server.Faults.Clear();
        await SetAsync(running, "withheld-row");
        Assert.Equal("[]", (await running.OkAsync(getAll)).GetRawText());
        running.Server.Faults.Clear();
        Assert.Single((await running.OkAsync(getAll)).EnumerateArray());
    }

    [Theory]
    [InlineData("wrong-roots", "DSDN-E-DA-DATA-ROOT")]
    [InlineData("forged-commit", "DSDN-E-DA-SIGNATURES")]
    public async Task LieAboutAHeaderIsFoundAndNamed(string fault, string code)
    {
        await using RunningServer running = await RunningServer.StartAsync();
        ulong height = await running.PublishAsync(RunningServer.Blob("some", 2_000));
        foreach (ulong lied in (ulong[])[1, height])
        {
            await SetAsync(running, fault);
            Assert.Equal(code, HeaderVerifier.CheckAlone(await running.HeaderAsync(lied), "dsdn-da").Code);
            running.Server.Faults.Clear();
            Assert.True(HeaderVerifier.CheckAlone(await running.HeaderAsync(lied), "dsdn-da").IsValid);
        }
    }

    [Fact]
    public async Task WebSocketEndsAfterItsItems()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        await SetAsync(running, "web-socket-close=2*1");
        using ClientWebSocket socket = await running.ConnectAsync();
        await RunningServer.SendAsync(socket, RunningServer.Body("header.Subscribe"));
        Assert.Equal(SubscriptionFrameKind.Reply, (await RunningServer.FrameAsync(socket)).Kind);
        for (int i = 0; i < 3; i++) await running.Server.ProduceBlockAsync();
        Assert.Equal(SubscriptionFrameKind.Value, (await RunningServer.FrameAsync(socket)).Kind);
        Assert.Equal(SubscriptionFrameKind.Value, (await RunningServer.FrameAsync(socket)).Kind);
        Assert.Null(await RunningServer.ReceiveAsync(socket));
    }

    [Fact]
    public async Task SwitchesAreSetListedAndClearedOverTheWire()
    {
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { Faults = [new FaultRule(FaultKind.Delay, "blob.*", 1)] });
        int id = (await running.OkAsync("devnet.SetFault", "{\"kind\":\"busy\",\"method\":\"header.NetworkHead\",\"times\":2}")).GetInt32();
        JsonElement listed = await running.OkAsync("devnet.Faults");
        Assert.Equal(["delay", "busy"], listed.EnumerateArray().Select(static fault => fault.GetProperty("kind").GetString()));
        Assert.Equal(2, listed[1].GetProperty("times").GetInt32());
        Assert.Equal(1, (await running.OkAsync("devnet.ClearFaults", $"{id}")).GetInt32());
        Assert.Equal(0, (await running.OkAsync("devnet.ClearFaults", "\"busy\"")).GetInt32());
        Assert.Equal(1, (await running.OkAsync("devnet.ClearFaults")).GetInt32());
        foreach (string wrong in (string[])["{\"kind\":\"nothing\"}", "{}", "1", "{\"kind\":\"halt\",\"times\":0}", "{\"kind\":\"halt\",\"value\":-1}"])
            Assert.Contains("kinds are delay, drop-reply", (await running.ErrorAsync("devnet.SetFault", wrong)).Message, StringComparison.Ordinal);
        Assert.Contains("neither an id nor a kind", (await running.ErrorAsync("devnet.ClearFaults", "\"nothing\"")).Message, StringComparison.Ordinal);
        for (int i = 0; i < FaultBoard.FaultsMax; i++) await running.OkAsync("devnet.SetFault", "{\"kind\":\"wrong-roots\"}");
        Assert.Contains("at most 64", (await running.ErrorAsync("devnet.SetFault", "{\"kind\":\"halt\"}")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delay", "delay")]
    [InlineData("delay=5", "delay=5")]
    [InlineData("delay=5@blob.Submit*3", "delay=5@blob.Submit*3")]
    [InlineData("busy@blob.*", "busy@blob.*")]
    [InlineData("busy@blob.**2", "busy@blob.**2")]
    [InlineData("web-socket-close", "web-socket-close")]
    [InlineData("", null)]
    [InlineData("nothing", null)]
    [InlineData("delay=", null)]
    [InlineData("delay=x", null)]
    [InlineData("delay=-1", null)]
    [InlineData("delay@", null)]
    [InlineData("delay*0", null)]
    [InlineData("delay*", null)]
    public void TextsOfFaultsAreReadAndWritten(string text, string? written) => Assert.Equal(written, FaultRule.TryParse(text)?.ToString());

    private static async Task SetAsync(RunningServer running, string fault)
    {
        FaultRule rule = FaultRule.TryParse(fault)!;
        byte[] body = RpcRequest.Encode(RpcId.Of(1), "devnet.SetFault", rule.Write);
        Assert.True((await running.OkAsync(body)).GetInt32() > 0);
    }
}

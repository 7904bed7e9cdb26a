using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient.Tests.Doubles;

namespace Dsdn.CelestiaClient.Tests.Reading;

public sealed class NamespaceReadingTests
{
    [Fact]
    public async Task BlobsOfAHeightAreReadInTheirOrderWithTheVerifiedHeader()
    {
        await using TestNode node = await TestNode.StartAsync();
        Blob[] blobs = [TestChain.Blob(5_000, 1), TestChain.Blob(300, 2), TestChain.Blob(70_000, 3)];
        ulong height = node.Chain.Add([.. blobs, TestChain.Blob(900, 4, TestChain.Name(1, 2, 3))]);
        await using CelestiaNode client = Clients.Of(node);
        var present = Assert.IsType<NamespaceReading.Present>(await client.ReadAsync(height));
        Assert.Equal(blobs.Select(static blob => blob.Data.ToArray()), present.Blobs.Select(static one => one.Blob.Data.ToArray()));
        Assert.Equal(node.Chain.At(height).Header.Hash, present.Header.Hash);
    }

    [Fact]
    public async Task AbsenceIsProvedByTheHeaderAloneWhereNoRowSpansTheNamespace()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        Assert.IsType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(2));
        Assert.Equal(0, node.Count(RpcMethod.GetNamespaceData));
    }

    [Fact]
    public async Task AbsenceIsProvedByANeighbourWhereARowSpansTheNamespace()
    {
        await using TestNode node = await TestNode.StartAsync();
        ulong height = node.Chain.Add(TestChain.Blob(20_000, 1, TestChain.Name(1, 0, 0)), TestChain.Blob(20_000, 2, TestChain.Name(200, 0, 0, 0)));
        await using CelestiaNode client = Clients.Of(node);
        Assert.IsType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(height));
        Assert.Equal(1, node.Count(RpcMethod.GetNamespaceData));
    }

    /// <summary>A node must not make data look absent: nothing found is null or [] in its dialect, and proves nothing.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task NothingWhereTheHeaderSaysThereAreRowsIsNeverAbsence(string nothing)
    {
        await using TestNode node = await TestNode.StartAsync();
        ulong height = node.Chain.Add(TestChain.Blob());
        node.Lie = request => request.Method == RpcMethod.GetNamespaceData ? TestReply.Result(request, json => json.WriteRawValue(nothing)) : null;
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal("DSDN-E-DA-ROWS", (await client.ReadAsync(height)).Code());
        Assert.Contains(client.Metrics.Snapshot().ProofFailures, static one => one is { Code: "DSDN-E-DA-ROWS", Count: 1 });
    }

    [Fact]
    public async Task WithheldRowIsNoticedAndTheNextEndpointAsked()
    {
        await using TestNode liar = await TestNode.StartAsync();
        await using TestNode honest = await TestNode.StartAsync(liar.Chain);
        ulong height = liar.Chain.Add(TestChain.Blob(60_000));
        liar.Lie = request => request.Method == RpcMethod.GetNamespaceData
            ? TestReply.Result(request, json => NamespaceDataJson.Write(json, [.. liar.Chain.At(height).Prover.ProveNamespace(TestChain.Own).Skip(1)])) : null;
        await using CelestiaNode client = Clients.Of(liar, honest);
        Assert.IsType<NamespaceReading.Present>(await client.ReadAsync(height));
        // Who was caught lying is asked last from then on.
        Assert.IsType<NamespaceReading.Present>(await client.ReadAsync(height));
        Assert.Equal(1, liar.Count(RpcMethod.GetNamespaceData));
        Assert.Equal(2, honest.Count(RpcMethod.GetNamespaceData));
    }

    [Fact]
    public async Task EmptyBodyOf401IsARefusalAndNotMalformedJson()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Token = "right";
        await using var client = new CelestiaNode(Clients.Options([node.Url], AccessToken.Of("wrong")));
        Assert.Equal("DSDN-E-DA-CALL-TOKEN", (await client.ReadAsync(2)).Code());
        Assert.Equal(1, node.Count(RpcMethod.GetByHeight)); // trying again does not make the token right
    }

    [Theory]
    [InlineData(429, "rate limit exceeded")]
    [InlineData(503, "server busy, try again later")]
    [InlineData(502, "<html>bad gateway</html>")]
    public async Task BusyNodeIsAskedAgainLater(int status, string text)
    {
        await using TestNode node = await TestNode.StartAsync();
        int refusals = 1;
        node.Lie = _ => Interlocked.Decrement(ref refusals) >= 0 ? TestReply.Text(status, text) : null;
        await using CelestiaNode client = Clients.Of(node);
        Assert.IsType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(2));
    }

    [Theory]
    [InlineData("header: given height is from the future: networkHeight: 3, requestedHeight: 9", "DSDN-E-DA-CALL-FUTURE")]
    [InlineData("header: syncing in progress: localHeadHeight: 3, requestedHeight: 9", "DSDN-E-DA-CALL-SYNCING")]
    [InlineData("requested header (2) is below Tail (7)", "DSDN-E-DA-CALL-PRUNED")]
    [InlineData("timestamp outside sampling window", "DSDN-E-DA-CALL-PRUNED")]
    [InlineData("header: not found", "DSDN-E-DA-CALL-HEIGHT")]
    public async Task HeightThatTheNodeDoesNotHaveIsUnknownAndNotAbsent(string text, string code)
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = request => request.Method == RpcMethod.GetByHeight && request.Params[0].GetUInt64() == 2 ? TestReply.Error(request, text) : null;
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal(code, (await client.ReadAsync(2)).Code());
        Assert.Equal(1, node.Requests.Count(static request => request.Method == RpcMethod.GetByHeight && request.Params[0].GetUInt64() == 2));
    }

    [Fact]
    public async Task PrunedHeightIsReadFromAnArchive()
    {
        await using TestNode pruned = await TestNode.StartAsync();
        await using TestNode archive = await TestNode.StartAsync(pruned.Chain);
        ulong height = pruned.Chain.Add(TestChain.Blob());
        pruned.Lie = request => request.Method == RpcMethod.GetNamespaceData ? TestReply.Error(request, "timestamp outside sampling window") : null;
        await using CelestiaNode client = Clients.Of(pruned, archive);
        Assert.IsType<NamespaceReading.Present>(await client.ReadAsync(height));
    }

    [Fact]
    public async Task MissingRowOfOneNodeIsAskedFromAnother()
    {
        await using TestNode broken = await TestNode.StartAsync();
        await using TestNode whole = await TestNode.StartAsync(broken.Chain);
        ulong height = broken.Chain.Add(TestChain.Blob());
        broken.Lie = request => request.Method == RpcMethod.GetNamespaceData ? TestReply.Error(request, $"incomplete blob with the namespace {TestChain.Own}") : null;
        await using CelestiaNode client = Clients.Of(broken, whole);
        Assert.IsType<NamespaceReading.Present>(await client.ReadAsync(height));
        await using CelestiaNode alone = Clients.Of(broken);
        Assert.Equal("DSDN-E-DA-CALL-INCOMPLETE", (await alone.ReadAsync(height)).Code());
    }

    [Fact]
    public async Task CallThatStallsEndsAtItsDeadlineAndTheNextEndpointIsAsked()
    {
        await using TestNode stalls = await TestNode.StartAsync();
        await using TestNode answers = await TestNode.StartAsync(stalls.Chain);
        ulong height = stalls.Chain.Add(TestChain.Blob());
        stalls.Lie = request => request.Method == RpcMethod.GetNamespaceData ? new TestReply(200, [], 60_000) : null;
        CelestiaOptions options = Clients.Options(stalls, answers);
        await using var client = new CelestiaNode(options with { Timeouts = options.Timeouts with { ReadMs = 2_000 } });
        Assert.IsType<NamespaceReading.Present>(await client.ReadAsync(height));
        Assert.Contains(client.Metrics.Snapshot().Calls, static call => call is { Method: RpcMethod.GetNamespaceData, Outcome: DaCodes.Timeout, Count: 1 });
    }

    [Fact]
    public async Task DroppedConnectionIsTriedAgain()
    {
        await using TestNode node = await TestNode.StartAsync();
        int drops = 1;
        node.Lie = _ => Interlocked.Decrement(ref drops) >= 0 ? TestReply.Drop : null;
        await using CelestiaNode client = Clients.Of(node);
        Assert.IsType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(2));
    }

    [Fact]
    public async Task NodeThatIsDownIsUnreachable()
    {
        await using var client = new CelestiaNode(Clients.Options(["http://127.0.0.1:1"], AccessToken.None));
        Assert.Equal(DaCodes.Unreachable, (await client.ReadAsync(2)).Code());
    }

    [Fact]
    public async Task AnswerWithoutEndIsNotReadToItsEnd()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = request => request.Method == RpcMethod.GetByHeight ? TestReply.Text(200, new string(' ', 5 << 20)) : null;
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal(DaCodes.ReplyTooLarge, (await client.ReadAsync(2)).Code());
    }

    [Fact]
    public async Task NodeBeforeV020IsGivenTheWholeHeader()
    {
        await using TestNode node = await TestNode.StartAsync();
        ulong height = node.Chain.Add(TestChain.Blob());
        node.Lie = request => request.Method switch
        {
            RpcMethod.GetNamespaceData => new TestReply(500, RpcReply.Encode(request.Id, RpcFailure.UnknownMethod(request.Method))),
            RpcMethod.GetSharesByNamespace => TestReply.Result(request, json => NamespaceDataJson.Write(json, node.Chain.At(HeightOf(request)).Prover.ProveNamespace(TestChain.Own))),
            RpcMethod.GetByHeight when request.Params[0].GetUInt64() is var at && at <= node.Chain.Height => TestReply.Result(request, json => HeaderJson.Write(json, node.Chain.At(at).Header, hasNumberHeight: true)),
            _ => null,
        };
        await using CelestiaNode client = Clients.Of(node);
        Assert.IsType<NamespaceReading.Present>(await client.ReadAsync(height));
        Assert.IsType<NamespaceReading.Present>(await client.ReadAsync(height));
        Assert.Equal(1, node.Count(RpcMethod.GetNamespaceData)); // asked once, known from then on

        static ulong HeightOf(RpcRequest request)
        {
            new RpcParams(request).Header(0, out Celestia.Headers.ExtendedHeader? header);
            return header!.Height;
        }
    }

    /// <summary>A node's text is shown on terminals.</summary>
    [Fact]
    public async Task TextOfANodeCannotSteerATerminal()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = static request => request.Method == RpcMethod.GetByHeight ? TestReply.Error(request, "header: not found\u001b[2J\u202e\n" + new string('x', 5_000)) : null;
        await using CelestiaNode client = Clients.Of(node);
        string detail = Assert.IsType<NamespaceReading.Unknown>(await client.ReadAsync(2)).Failure.Detail;
        Assert.Equal(500, detail.Length);
        Assert.StartsWith("header: not found?[2J??xxx", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallersCancellationThrows()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = static _ => new TestReply(200, [], 60_000);
        await using CelestiaNode client = Clients.Of(node);
        using var cancel = new CancellationTokenSource(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ReadAsync(2, TestChain.Own, cancel.Token));
    }
}

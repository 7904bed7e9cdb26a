using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient.Tests.Doubles;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Tests.Submitting;

public sealed class SubmitTests
{
    private static readonly Blob Blob = TestChain.Blob(1_000);

    private static Task<SubmitOutcome> SubmitAsync(CelestiaNode client, params Blob[] blobs) => client.SubmitAsync(blobs.Length == 0 ? [Blob] : blobs, CancellationToken.None);

    private static Func<RpcRequest, TestReply?> SubmitsFail(string text, int times = int.MaxValue) =>
        request => request.Method == RpcMethod.Submit && times-- > 0 ? TestReply.Error(request, text) : null;

    [Fact]
    public async Task BlobsAreIncludedOnceTheyAreReadBackAndProved()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using var client = new CelestiaNode(Clients.Options(node) with { Price = GasPrice.Default });
        Blob other = TestChain.Blob(60_000, 2, TestChain.Name(9, 9));
        var included = Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client, Blob, other, Blob));
        Assert.Equal(node.Chain.Height, included.Height);
        Assert.Equal(BlobGas.Fee(BlobGas.Of([Blob.ShareCount, other.ShareCount, Blob.ShareCount]), GasPrice.Default), included.FeeUtia);
        Assert.Equal([ShareCommitment.Of(Blob), ShareCommitment.Of(other), ShareCommitment.Of(Blob)], included.Blobs.Select(static one => one.Commitment));
        Assert.Equal(3, included.Blobs.Select(static one => one.SquareIndex).Distinct().Count());
        Assert.Equal((1, included.FeeUtia, included.Height), (client.Metrics.Snapshot().Included, client.Metrics.Snapshot().FeeUtia, client.Metrics.Snapshot().InclusionHeight));
    }

    [Fact]
    public async Task PriceIsMarkedAsSetOrTheNodeWouldIgnoreIt()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using var client = new CelestiaNode(Clients.Options(node) with { Price = new GasPrice(5_000_000), SignerAddress = "celestia1abc" });
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client));
        System.Text.Json.JsonElement options = node.Requests.Single(static request => request.Method == RpcMethod.Submit).Params[1];
        Assert.Equal("{\"gas_price\":0.005,\"is_gas_price_set\":true,\"signer_address\":\"celestia1abc\"}", options.GetRawText());
    }

    [Fact]
    public async Task FeeIsWhatTheBalanceFellByWhereTheNodeChoosesThePrice()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Submit = blobs =>
        {
            node.Balance -= 777;
            return node.Chain.Add([.. blobs]);
        };
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal(777U, Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client)).FeeUtia);
    }

    /// <summary>The worst case of an outage: the transaction lands, the answer does not.</summary>
    [Theory]
    [InlineData("timed out waiting for tx to be included in a block")]
    [InlineData("context deadline exceeded")]
    [InlineData("something nobody has seen before")]
    public async Task SubmitThatTimesOutAndLandsIsUnknownAndThenFound(string text)
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = request =>
        {
            if (request.Method != RpcMethod.Submit) return null;
            node.Answer(request);
            return TestReply.Error(request, text);
        };
        await using CelestiaNode client = Clients.Of(node);
        ulong before = node.Chain.Height;
        var unknown = Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client));
        Assert.Equal(before + 1, unknown.SearchFromHeight);
        FindOutcome found = await client.FindAsync(TestChain.Own, [ShareCommitment.Of(Blob)], unknown.SearchFromHeight, node.Chain.Height, CancellationToken.None);
        Assert.Equal(node.Chain.Height, found.Found[ShareCommitment.Of(Blob)]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectionThatDropsAfterASubmitIsUnknownAndNotSentAgain(bool hadConnection)
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        if (hadConnection) Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client, TestChain.Blob(500, 9)));
        int before = node.Count(RpcMethod.Submit);
        node.Lie = static request => request.Method == RpcMethod.Submit ? TestReply.Drop : null;
        Assert.Equal(DaCodes.Dropped, Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client)).Failure.Code);
        Assert.Equal(before + 1, node.Count(RpcMethod.Submit));
    }

    [Fact]
    public async Task SubmitWithoutAnAnswerInTimeIsUnknown()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = static request => request.Method == RpcMethod.Submit ? new TestReply(200, [], 60_000) : null;
        CelestiaOptions options = Clients.Options(node);
        await using var client = new CelestiaNode(options with { Timeouts = options.Timeouts with { SubmitMs = 200 } });
        Assert.Equal(DaCodes.Timeout, Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client)).Failure.Code);
    }

    [Fact]
    public async Task DeadlineOfReadsDoesNotBoundSubmits()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = request => request.Method == RpcMethod.Submit ? node.Answer(request) with { DelayMs = 4_000 } : null;
        CelestiaOptions options = Clients.Options(node);
        await using var client = new CelestiaNode(options with { Timeouts = options.Timeouts with { ReadMs = 3_000 } });
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client));
    }

    [Fact]
    public async Task CancellationAfterSendingIsUnknownAndNotAnException()
    {
        await using TestNode node = await TestNode.StartAsync();
        using var cancel = new CancellationTokenSource();
        node.Lie = request =>
        {
            if (request.Method != RpcMethod.Submit) return null;
            cancel.CancelAfter(50);
            return new TestReply(200, [], 60_000);
        };
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal(DaCodes.Cancelled, Assert.IsType<SubmitOutcome.Unknown>(await client.SubmitAsync([Blob], cancel.Token)).Failure.Code);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SubmitAsync([Blob], cancel.Token));
    }

    [Fact]
    public async Task EvictedTransactionIsUnknownAndProvedAbsentBySearching()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = SubmitsFail("eviction poll timeout: transaction AB was evicted");
        await using CelestiaNode client = Clients.Of(node);
        var unknown = Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client));
        node.Chain.Add();
        FindOutcome outcome = await client.FindAsync(TestChain.Own, [ShareCommitment.Of(Blob)], unknown.SearchFromHeight, node.Chain.Height, CancellationToken.None);
        Assert.Equal([ShareCommitment.Of(Blob)], outcome.ProvenAbsent);
    }

    [Fact]
    public async Task HeightThatDoesNotHoldTheBlobsIsNotBelieved()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Submit = _ => node.Chain.Add(TestChain.Blob(1_000, 77));
        await using CelestiaNode client = Clients.Of(node);
        var unknown = Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client));
        Assert.Equal(DaCodes.NotIncluded, unknown.Failure.Code);
        Assert.Contains(client.Metrics.Snapshot().ProofFailures, static one => one.Code == DaCodes.NotIncluded);
    }

    [Fact]
    public async Task SameBlobTwiceMustLieThereTwice()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Submit = _ => node.Chain.Add(Blob);
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal(DaCodes.NotIncluded, Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client, Blob, Blob)).Failure.Code);
    }

    [Fact]
    public async Task HeightJustSubmittedIsFromTheFutureForAWhile()
    {
        await using TestNode node = await TestNode.StartAsync();
        int early = 3;
        node.Lie = request => request.Method == RpcMethod.GetByHeight && request.Params[0].GetUInt64() > 3 && Interlocked.Decrement(ref early) >= 0 ? TestReply.Error(request, ErrorText.Future(3, 4)) : null;
        await using CelestiaNode client = Clients.Of(node);
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client));
    }

    [Fact]
    public async Task SequenceMismatchIsTriedAgainButNotForEver()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = SubmitsFail(ErrorText.Broadcast("AB", 32, ErrorText.Sequence(7, 6)), 2);
        await using CelestiaNode client = Clients.Of(node);
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client));

        node.Lie = SubmitsFail(ErrorText.Broadcast("AB", 32, ErrorText.Sequence(7, 6)));
        var refused = Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client));
        Assert.Equal((SubmitRefusal.SequenceMismatch, false), (refused.Reason, refused.IsTerminal));
        int calls = node.Count(RpcMethod.Submit);
        var resting = Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client));
        Assert.Equal((DaCodes.SequencePause, SubmitRefusal.SequenceMismatch), (resting.Failure.Code, resting.Reason));
        Assert.InRange(resting.RetryAfterMs, 1UL, 36_000UL); // 36 blocks of a second
        Assert.Equal(calls, node.Count(RpcMethod.Submit));
    }

    [Fact]
    public async Task AnotherEndpointIsWrittenToWhileASequenceSticks()
    {
        await using TestNode stuck = await TestNode.StartAsync();
        await using TestNode other = await TestNode.StartAsync(stuck.Chain);
        stuck.Lie = SubmitsFail(ErrorText.Sequence(7, 6));
        await using CelestiaNode client = Clients.Of(stuck, other);
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client));
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client));
        Assert.Equal((3, 2), (stuck.Count(RpcMethod.Submit), other.Count(RpcMethod.Submit)));
    }

    [Fact]
    public async Task PriceIsRaisedUpToTheMaximum()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = SubmitsFail("insufficient gas price; got: 0.004utia required: 0.008utia", 2);
        await using var client = new CelestiaNode(Clients.Options(node) with { Price = new GasPrice(4_000_000), PriceMax = new GasPrice(8_000_000) });
        var included = Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client));
        Assert.Equal(BlobGas.Fee(BlobGas.Of([Blob.ShareCount]), new GasPrice(8_000_000)), included.FeeUtia);

        node.Lie = SubmitsFail("insufficient gas price");
        Assert.Equal(SubmitRefusal.PriceAboveMax, Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client)).Reason);
    }

    [Theory]
    [InlineData("insufficient funds: 5utia is smaller than 90utia", SubmitRefusal.OutOfFunds, false, true)]
    [InlineData("transaction size exceeds maximum allowed limit", SubmitRefusal.TooBig, true, false)]
    [InlineData("blob(s) too large", SubmitRefusal.TooBig, true, false)]
    [InlineData("mempool is full", SubmitRefusal.MempoolFull, false, false)]
    [InlineData("state: estimated gas price exceeds max gas price in tx config", SubmitRefusal.PriceAboveMax, false, true)]
    [InlineData("account for signer celestia1x not found", SubmitRefusal.NoAccount, false, true)]
    [InlineData("node is running without state access", SubmitRefusal.NoStateAccess, false, true)]
    [InlineData("missing permission to invoke 'Submit' (need 'write')", SubmitRefusal.NotAllowed, false, true)]
    [InlineData("invalid blob signer", SubmitRefusal.BadBlobs, true, false)]
    [InlineData("tx with hash AB was rejected by the node with execution code: 11 and log: out of gas", SubmitRefusal.Rejected, false, false)]
    public async Task RefusalSaysWhyAndWhoMustAct(string text, SubmitRefusal reason, bool isTerminal, bool needsOperator)
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = SubmitsFail(text);
        await using CelestiaNode client = Clients.Of(node);
        var refused = Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client));
        Assert.Equal((reason, isTerminal, needsOperator), (refused.Reason, refused.IsTerminal, refused.NeedsOperator));
        Assert.Equal(1, node.Count(RpcMethod.Submit));
    }

    /// <summary>What stands before a node answers in its own way.</summary>
    [Theory]
    [InlineData(413, SubmitRefusal.TooBig)]
    [InlineData(403, SubmitRefusal.NotAllowed)]
    public async Task RefusalOfAProxyIsCertain(int status, SubmitRefusal reason)
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = request => request.Method == RpcMethod.Submit ? TestReply.Text(status, "<html>no</html>") : null;
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal(reason, Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client)).Reason);
    }

    [Fact]
    public async Task GatewayThatGaveUpLeavesItOpen()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = static request => request.Method == RpcMethod.Submit ? TestReply.Text(504, "<html>gateway timeout</html>") : null;
        await using CelestiaNode client = Clients.Of(node);
        Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client));
    }

    [Fact]
    public async Task EndpointWithoutStateAccessLeavesWritingToTheNext()
    {
        await using TestNode reads = await TestNode.StartAsync();
        await using TestNode writes = await TestNode.StartAsync(reads.Chain);
        reads.Lie = SubmitsFail("node is running without state access");
        await using CelestiaNode client = Clients.Of(reads, writes);
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client));
    }

    /// <summary>The mempool also remembers what is in a block already: the first attempt counts.</summary>
    [Fact]
    public async Task TransactionInTheMempoolIsSearchedFromTheFirstAttempt()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(50));
        await using CelestiaNode client = Clients.Of(node);
        node.Lie = SubmitsFail("timed out waiting for tx to be included in a block");
        Assert.Equal(51UL, Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client)).SearchFromHeight);
        for (int i = 0; i < 4; i++) node.Chain.Add();
        node.Lie = SubmitsFail("tx already in mempool");
        Assert.Equal(51UL, Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client)).SearchFromHeight);
        // Of an attempt before this process nothing is known but how long mempools remember.
        Assert.Equal(55UL - 36, Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client, TestChain.Blob(800, 5))).SearchFromHeight);
    }

    [Fact]
    public async Task BlobThatLandedBeforeIsSearchedFromTheNewAttemptOnly()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal(4UL, Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client)).Height);
        node.Lie = SubmitsFail("context deadline exceeded");
        Assert.Equal(5UL, Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client)).SearchFromHeight);
    }

    [Fact]
    public async Task SubmitToANodeThatIsDownIsRefusedAndNotUnknown()
    {
        TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        Assert.True((await client.HeadAsync(CancellationToken.None)).IsKnown);
        await node.DisposeAsync();
        var refused = Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client));
        Assert.Equal((DaCodes.Unreachable, SubmitRefusal.Unavailable, false), (refused.Failure.Code, refused.Reason, refused.IsTerminal));
    }

    [Fact]
    public async Task NothingIsSentWhileNoHeightIsKnown()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = static request => request.Method == RpcMethod.Submit ? null : TestReply.Text(503, "server busy, try again later");
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal(SubmitRefusal.Unavailable, Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client)).Reason);
        Assert.Equal(0, node.Count(RpcMethod.Submit));
    }

    [Fact]
    public async Task OnlyOneSubmitIsUnderWayAtATime()
    {
        await using TestNode node = await TestNode.StartAsync();
        int under = 0, most = 0;
        node.Submit = blobs =>
        {
            most = Math.Max(most, Interlocked.Increment(ref under));
            Thread.Sleep(20);
            Interlocked.Decrement(ref under);
            return node.Chain.Add([.. blobs]);
        };
        await using CelestiaNode client = Clients.Of(node);
        SubmitOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => SubmitAsync(client, TestChain.Blob(600, i + 1))));
        Assert.All(outcomes, static outcome => Assert.IsType<SubmitOutcome.Included>(outcome));
        Assert.Equal(1, most);
        Assert.Equal(5, outcomes.Cast<SubmitOutcome.Included>().Select(static one => one.Height).Distinct().Count());
    }

    [Fact]
    public async Task MoreThanTheLimitIsRefusedBeforeAnythingIsSent()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using var client = new CelestiaNode(Clients.Options(node) with { BlobBytesMax = 1_500 });
        var refused = Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client, Blob, TestChain.Blob(501, 2)));
        Assert.Equal((SubmitRefusal.TooBig, true, DaCodes.BlobTooLarge), (refused.Reason, refused.IsTerminal, refused.Failure.Code));
        Assert.Equal(SubmitRefusal.BadBlobs, Assert.IsType<SubmitOutcome.Refused>(await client.SubmitAsync([], CancellationToken.None)).Reason);
        Assert.Empty(node.Requests);
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client, Blob, TestChain.Blob(500, 2)));
    }
}

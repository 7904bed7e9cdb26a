using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient.Auditing;
using Dsdn.CelestiaClient.Tests.Doubles;
using Dsdn.DaServer.Faults;

namespace Dsdn.CelestiaClient.Tests.Integration;

/// <summary>The client against each fault of the development server.</summary>
public sealed class DevelopmentServerTests
{
    private static readonly Blob First = TestChain.Blob(60_000, 1), Second = TestChain.Blob(700, 2);

    private static Task<SubmitOutcome> SubmitAsync(CelestiaNode client, params Blob[] blobs) => client.SubmitAsync(blobs, CancellationToken.None);

    [Theory]
    [InlineData(NodeVersion.V0_16)]
    [InlineData(NodeVersion.V0_28)]
    [InlineData(NodeVersion.V0_31)]
    public async Task EveryVersionIsSpokenWithoutBeingTold(NodeVersion version)
    {
        await using Target target = await Target.StartServerAsync(version);
        await using var client = new CelestiaNode(target.Options);
        var included = Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client, First, Second));
        HeightAudit audit = Assert.Single(await HeightAuditor.RunAsync(client, included.Height, TestChain.Own, CancellationToken.None));
        Assert.True(audit.IsSound, string.Join('\n', audit.Failures));
        Assert.Equal(2, audit.Blobs.Count(static blob => blob.IsComplete && blob.IsListed && blob.IsProved));
        DaHealth health = await client.ProbeAsync(CancellationToken.None);
        Assert.True(health.IsHealthy, string.Join('\n', health.Failures));
    }

    [Theory]
    [InlineData(FaultKind.WrongCommitment, "DSDN-E-DA-COMMITMENT")]
    [InlineData(FaultKind.WithheldRow, "DSDN-E-DA-ROWS")]
    [InlineData(FaultKind.InventedBlob, DaCodes.InventedBlob)]
    [InlineData(FaultKind.TruncatedProof, "DSDN-E-DA-PROOF")]
    public async Task TamperedServerIsCaughtAndNamed(FaultKind kind, string code)
    {
        await using Target target = await Target.StartServerAsync();
        await using var client = new CelestiaNode(target.Options with { RetryCount = 0 });
        var included = Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client, First, Second));
        target.Server!.Faults.Set(new FaultRule(kind));
        HeightAudit audit = Assert.Single(await HeightAuditor.RunAsync(client, included.Height, TestChain.Own, CancellationToken.None));
        Assert.True(audit.IsTampered);
        Assert.True(audit.Failures[0].Code == code, string.Join('\n', audit.Failures));
        // And what is read all the same is right or unknown, never wrong.
        Assert.IsNotType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(included.Height));
        target.Server.Faults.Clear();
        Assert.True(Assert.Single(await HeightAuditor.RunAsync(client, included.Height, TestChain.Own, CancellationToken.None)).IsSound);
    }

    [Theory]
    [InlineData(FaultKind.WrongRoots)]
    [InlineData(FaultKind.ForgedCommit)]
    public async Task HeadersThatNobodySignedAreNotBelieved(FaultKind kind)
    {
        await using Target target = await Target.StartServerAsync();
        await using var client = new CelestiaNode(target.Options with { RetryCount = 0 });
        Assert.True((await client.HeadAsync(CancellationToken.None)).IsKnown);
        target.Server!.Faults.Set(new FaultRule(kind));
        ulong next = target.Server.Height + 1;
        while (target.Server.Height < next) await Task.Delay(20);
        DaHead head = await client.HeadAsync(CancellationToken.None);
        Assert.True(head.Failure.IsProvedWrong, head.ToString());
    }

    [Theory]
    [InlineData(FaultKind.DropReply)]
    [InlineData(FaultKind.SubmitTimeout)]
    public async Task BlobsThatLandWithoutAnAnswerAreFound(FaultKind kind)
    {
        await using Target target = await Target.StartServerAsync();
        await using var client = new CelestiaNode(target.Options);
        target.Server!.Faults.Set(new FaultRule(kind, RpcMethod.Submit, null, 1));
        var unknown = Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client, First));
        FindOutcome found = await client.FindAsync(TestChain.Own, [ShareCommitment.Of(First)], unknown.SearchFromHeight, target.Server.Height, CancellationToken.None);
        Assert.Single(found.Found);
    }

    [Theory]
    [InlineData(FaultKind.Evicted)]
    [InlineData(FaultKind.LostBlob)]
    public async Task BlobsThatNeverLandAreProvedAbsent(FaultKind kind)
    {
        await using Target target = await Target.StartServerAsync();
        await using var client = new CelestiaNode(target.Options);
        target.Server!.Faults.Set(new FaultRule(kind, RpcMethod.Submit, null, 1));
        var unknown = Assert.IsType<SubmitOutcome.Unknown>(await SubmitAsync(client, First));
        while (target.Server.Height < unknown.SearchFromHeight) await Task.Delay(20);
        FindOutcome found = await client.FindAsync(TestChain.Own, [ShareCommitment.Of(First)], unknown.SearchFromHeight, target.Server.Height, CancellationToken.None);
        Assert.Equal([ShareCommitment.Of(First)], found.ProvenAbsent);
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client, First));
    }

    [Theory]
    [InlineData(FaultKind.OutOfFunds, SubmitRefusal.OutOfFunds)]
    [InlineData(FaultKind.MempoolFull, SubmitRefusal.MempoolFull)]
    [InlineData(FaultKind.Oversize, SubmitRefusal.TooBig)]
    [InlineData(FaultKind.Rejected, SubmitRefusal.Rejected)]
    [InlineData(FaultKind.NoStateAccess, SubmitRefusal.NoStateAccess)]
    [InlineData(FaultKind.PriceTooLow, SubmitRefusal.PriceAboveMax)]
    [InlineData(FaultKind.SequenceMismatch, SubmitRefusal.SequenceMismatch)]
    [InlineData(FaultKind.Busy, SubmitRefusal.Unavailable)]
    [InlineData(FaultKind.Unauthorized, SubmitRefusal.NotAllowed)]
    public async Task RefusalIsNamed(FaultKind kind, SubmitRefusal reason)
    {
        await using Target target = await Target.StartServerAsync();
        await using var client = new CelestiaNode(target.Options with { RetryDelayMs = 1 });
        Assert.True((await client.HeadAsync(CancellationToken.None)).IsKnown);
        target.Server!.Faults.Set(new FaultRule(kind, RpcMethod.Submit));
        var refused = Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client, Second));
        Assert.True(refused.Reason == reason, refused.ToString());
    }

    [Fact]
    public async Task BalanceFallsByTheFeeThatIsReported()
    {
        await using Target target = await Target.StartServerAsync();
        await using var client = new CelestiaNode(target.Options with { Price = GasPrice.Default });
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client, Second)); // the first of an account costs more
        UInt128 before = target.Server!.BalanceUtia;
        var included = Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client, First));
        Assert.Equal(before - target.Server.BalanceUtia, included.FeeUtia);
    }

    [Fact]
    public async Task ServerThatGoesDownAndComesBackIsUsedAgain()
    {
        await using Target target = await Target.StartServerAsync();
        await using var client = new CelestiaNode(target.Options with { RetryCount = 0 });
        Assert.True((await client.HeadAsync(CancellationToken.None)).IsKnown);
        target.Server!.Faults.Set(new FaultRule(FaultKind.Down));
        Assert.False((await client.HeadAsync(CancellationToken.None)).IsKnown);
        Assert.IsNotType<SubmitOutcome.Included>(await SubmitAsync(client, First));
        target.Server.Faults.Clear();
        Assert.IsType<SubmitOutcome.Included>(await SubmitAsync(client, First));
    }

    [Fact]
    public async Task ReadTokenReadsAndIsRefusedTheRest()
    {
        await using Target target = await Target.StartServerAsync();
        await using var client = new CelestiaNode(target.Options with { Endpoints = [Clients.Endpoint(target.Server!.Endpoint.ToString(), AccessToken.Of(target.Server.ReadToken))] });
        Dsdn.CelestiaClient.Health.StartReport report = await Dsdn.CelestiaClient.Health.DaStartCheck.RunAsync(client, CancellationToken.None);
        Assert.Equal((true, false, true), (report.CanRead, report.CanWrite, report.MayServe));
        Assert.Equal(SubmitRefusal.NotAllowed, Assert.IsType<SubmitOutcome.Refused>(await SubmitAsync(client, First)).Reason);
    }

    [Fact]
    public async Task SocketThatTheServerClosesIsMadeAgain()
    {
        await using Target target = await Target.StartServerAsync(blockTimeMs: 150);
        target.Server!.Faults.Set(new FaultRule(FaultKind.WebSocketClose, null, 2, 1));
        await using var client = new CelestiaNode(target.Options);
        using var patience = new CancellationTokenSource(60_000);
        ulong last = 0;
        await foreach (ulong height in client.HeightsAsync(0, patience.Token))
        {
            Assert.Equal(++last, height);
            if (client.Metrics.Snapshot().WakeUps > 6) break;
        }
    }
}

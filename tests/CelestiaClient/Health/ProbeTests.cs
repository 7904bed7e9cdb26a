using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Tests.Doubles;

namespace Dsdn.CelestiaClient.Tests.Health;

public sealed class ProbeTests
{
    private static Task<DaHealth> ProbeAsync(CelestiaNode client) => client.ProbeAsync(CancellationToken.None);

    [Fact]
    public async Task HealthyNodeCanReadAndWrite()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        DaHealth health = await ProbeAsync(client);
        Assert.True(health.IsHealthy, string.Join(' ', health.Failures));
        Assert.Equal((3UL, (UInt128)5_000_000), (health.HeadHeight, health.Balance.Utia));
        Assert.Equal((true, 3UL, 0UL), (health.Endpoints[0].IsSynced, health.Endpoints[0].SampledHeight, health.Endpoints[0].LagBlocks));
        Assert.Equal(0, node.Count(RpcMethod.Info)); // which needs an administrator's token
    }

    [Fact]
    public async Task EndpointThatLagsIsMeasuredAgainstTheBest()
    {
        var chain = new TestChain(60);
        await using TestNode lags = await TestNode.StartAsync(chain);
        await using TestNode best = await TestNode.StartAsync(chain);
        lags.Lie = request => request.Method == RpcMethod.NetworkHead ? TestReply.Result(request, json => HeaderJson.Write(json, chain.At(30).Header)) : null;
        await using CelestiaNode client = Clients.Of(lags, best);
        DaHealth health = await ProbeAsync(client);
        Assert.Equal((30UL, 0UL, 60UL), (health.Endpoints[0].LagBlocks, health.Endpoints[1].LagBlocks, health.HeadHeight));
        Assert.Contains(health.Endpoints[0].Failures, static failure => failure.Code == DaCodes.Lagging);
        // And it is not asked first any more.
        int before = lags.Count(RpcMethod.GetByHeight);
        await client.ReadAsync(5);
        Assert.Equal(before, lags.Count(RpcMethod.GetByHeight));
    }

    [Fact]
    public async Task HaltedChainIsSeenByTheAgeOfItsHead()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(5, startMs: TestChain.NowMs() - 600_000));
        await using var client = new CelestiaNode(Clients.Options(node) with { HeadAgeBlocksMax = 10 });
        DaHealth health = await ProbeAsync(client);
        Assert.Equal((true, false), (health.CanRead, health.CanWrite));
        Assert.Contains(health.Failures, static failure => failure.Code == DaCodes.HeadOld);
    }

    /// <summary>A second endpoint that hangs must not stop writing through the first.</summary>
    [Fact]
    public async Task EndpointThatHangsDoesNotStopTheOther()
    {
        var chain = new TestChain(60);
        await using TestNode lives = await TestNode.StartAsync(chain);
        await using TestNode hangs = await TestNode.StartAsync(chain);
        hangs.Lie = request => request.Method == RpcMethod.NetworkHead ? TestReply.Result(request, json => HeaderJson.Write(json, chain.At(20).Header)) : null;
        await using var client = new CelestiaNode(Clients.Options(lives, hangs) with { HeadAgeBlocksMax = 35 });
        DaHealth health = await ProbeAsync(client);
        Assert.Contains(health.Endpoints[1].Failures, static failure => failure.Code == DaCodes.HeadOld);
        Assert.Equal((true, false, true), (health.Endpoints[0].IsUpToDate, health.Endpoints[1].IsUpToDate, health.CanWrite));
    }

    [Fact]
    public async Task NodeThatSyncsOrDoesNotSampleIsNotHealthy()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = request => request.Method switch
        {
            RpcMethod.SyncState => TestReply.Result(request, static json => json.WriteRawValue("""{"id":1,"height":"2","from_height":1,"to_height":"900","from_hash":"","to_hash":"","start":"0001-01-01T00:00:00Z","end":"0001-01-01T00:00:00Z"}""")),
            RpcMethod.SamplingStats => TestReply.Result(request, static json => json.WriteRawValue("""{"head_of_sampled_chain":1,"head_of_catchup":1,"network_head_height":900,"concurrency":0,"catch_up_done":true,"is_running":true}""")),
            _ => null,
        };
        await using CelestiaNode client = Clients.Of(node);
        DaHealth health = await ProbeAsync(client);
        Assert.Equal([DaCodes.Lagging, DaCodes.NotSampling], health.Endpoints[0].Failures.Select(static failure => failure.Code));
        Assert.False(health.IsHealthy);
    }

    [Fact]
    public async Task NodeWithoutStateAccessReadsButDoesNotWrite()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = request => request.Method == RpcMethod.Balance ? TestReply.Error(request, "node is running without state access. run with --core.ip") : null;
        await using CelestiaNode client = Clients.Of(node);
        DaHealth health = await ProbeAsync(client);
        Assert.Equal((true, false, "DSDN-E-DA-CALL-NO-STATE"), (health.CanRead, health.CanWrite, health.Balance.Failure.Code));
    }

    [Fact]
    public async Task EmptyAccountDoesNotWrite()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Balance = 0;
        await using CelestiaNode client = Clients.Of(node);
        Assert.False((await ProbeAsync(client)).CanWrite);
    }

    [Fact]
    public async Task OneEndpointDownLeavesTheOther()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using var client = new CelestiaNode(Clients.Options(["http://127.0.0.1:1", node.Url], AccessToken.None));
        DaHealth health = await ProbeAsync(client);
        Assert.Equal((false, true, true), (health.Endpoints[0].CanRead, health.Endpoints[1].IsHealthy, health.CanWrite));
    }
}

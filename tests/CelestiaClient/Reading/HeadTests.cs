using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Tests.Doubles;

namespace Dsdn.CelestiaClient.Tests.Reading;

public sealed class HeadTests
{
    [Fact]
    public async Task HeadHasHeightTimeAgeAndDataRoot()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(5, startMs: TestChain.NowMs() - 100_000));
        await using CelestiaNode client = Clients.Of(node);
        DaHead head = await client.HeadAsync(CancellationToken.None);
        Assert.Equal((5UL, node.Chain.At(5).Header.Header.Time.UnixMs, node.Chain.At(5).Header.Header.DataHash!.Value), (head.Height, head.TimeMs, head.DataRoot));
        Assert.InRange(head.AgeMs, 95_000UL, 600_000UL);
    }

    /// <summary>A light node can hang at a height and answer all the while.</summary>
    [Fact]
    public async Task HeadThatStandsStillIsComparedWithOtherEndpoints()
    {
        var chain = new TestChain(60, blockMs: 1_000);
        await using TestNode hangs = await TestNode.StartAsync(chain);
        await using TestNode lives = await TestNode.StartAsync(chain);
        hangs.Lie = request => request.Method == RpcMethod.NetworkHead ? TestReply.Result(request, json => HeaderJson.Write(json, chain.At(20).Header)) : null;
        await using var client = new CelestiaNode(Clients.Options(hangs, lives) with { HeadAgeBlocksMax = 10 });
        Assert.Equal(60UL, (await client.HeadAsync(CancellationToken.None)).Height);
        Assert.Equal(60UL, (await client.HeadAsync(CancellationToken.None)).Height);
    }

    [Fact]
    public async Task BlockTimeIsMeasured()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(20, blockMs: 2_600));
        await using var client = new CelestiaNode(Clients.Options(node) with { BlockTimeMs = 12_000 });
        Assert.Equal(12_000UL, client.BlockMs);
        await client.ReadAsync(10);
        await client.HeadAsync(CancellationToken.None);
        Assert.Equal(2_600UL, client.BlockMs);
    }

    [Fact]
    public async Task HeadsThatAreDownAreUnknownWithAReason()
    {
        await using var client = new CelestiaNode(Clients.Options(["http://127.0.0.1:1", "http://127.0.0.1:2"], AccessToken.None));
        DaHead head = await client.HeadAsync(CancellationToken.None);
        Assert.Equal((false, DaCodes.Unreachable, 0UL), (head.IsKnown, head.Failure.Code, head.Height));
    }
}

using System.Text.Json;
using Dsdn.Celestia;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;

namespace Dsdn.DaServer.Tests.Blocks;

/// <summary>The headers as a light client follows them.</summary>
public sealed class HeaderChainTests
{
    private static readonly TrustOptions Trust = new("dsdn-da");

    private static ulong NowMs => (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task EveryHeaderFollowsFromTheFirst()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        for (int i = 0; i < 3; i++) await running.Server.ProduceBlockAsync();
        await running.PublishAsync(RunningServer.Blob("a", 5_000), RunningServer.Blob("b", 70_000));
        await running.Server.ProduceBlockAsync();
        ExtendedHeader first = await running.HeaderAsync(1), trusted = first;
        Assert.True(HeaderVerifier.CheckTrusted(first, 1, first.Hash, "dsdn-da").IsValid);
        for (ulong height = 2; height <= running.Server.Height; height++)
        {
            ExtendedHeader header = await running.HeaderAsync(height);
            DaVerdict verdict = HeaderVerifier.Verify(trusted, header, Trust, NowMs);
            Assert.True(verdict.IsValid, $"{height}: {verdict.Code} {verdict.Detail}");
            Assert.True(HeaderVerifier.VerifyParent(header, trusted).IsValid);
            trusted = header;
        }
        Assert.True(HeaderVerifier.Verify(first, trusted, Trust, NowMs).IsValid, "a jump over all of them");
    }

    [Fact]
    public async Task EmptyBlockHasCelestiasDataHash()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        ExtendedHeader header = await running.HeaderAsync(1);
        Assert.Equal("0x3d96b7d238e7e0456f6af8e7cdf0a67bd6cf9c2089ecb559c659dcaa1f880353", header.Header.DataHash.ToString());
        Assert.Null(header.Header.LastBlockId.Hash);
    }

    [Fact]
    public async Task HeadersAreFoundByHashHeightAndRange()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        for (int i = 0; i < 5; i++) await running.Server.ProduceBlockAsync();
        ExtendedHeader second = await running.HeaderAsync(2);
        HeaderJson.TryRead(await running.OkAsync(CelestiaCalls.GetByHash(RpcId.Of(1), second.Hash)), out ExtendedHeader? byHash);
        Assert.Equal(second.Hash, byHash?.Hash);
        JsonElement range = await running.OkAsync(CelestiaCalls.GetRangeByHeight(RpcId.Of(1), second, 6));
        Assert.Equal(["3", "4", "5"], range.EnumerateArray().Select(static header => header.GetProperty("header").GetProperty("height").GetString()));
        Assert.Equal(ErrorText.RangeOrder, (await running.ErrorAsync(CelestiaCalls.GetRangeByHeight(RpcId.Of(1), second, 2))).Message);
        Assert.Equal(ErrorText.RangeLimit, (await running.ErrorAsync(CelestiaCalls.GetRangeByHeight(RpcId.Of(1), second, 68))).Message);
        Assert.Contains("from the future", (await running.ErrorAsync(CelestiaCalls.GetRangeByHeight(RpcId.Of(1), second, 60))).Message, StringComparison.Ordinal);
        foreach ((string method, string height) in ((string, string)[])[("header.NetworkHead", "6"), ("header.LocalHead", "6"), ("header.Tail", "1")])
            Assert.Equal(height, (await running.OkAsync(method)).GetProperty("header").GetProperty("height").GetString());
    }

    [Fact]
    public async Task NextHeightIsWaitedFor()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Task<ExtendedHeader> next = running.HeaderAsync(2);
        Task<JsonElement> later = running.OkAsync("header.WaitForHeight", "3");
        await running.Server.ProduceBlockAsync();
        Assert.Equal(2ul, (await next).Height);
        await running.Server.ProduceBlockAsync();
        Assert.Equal("3", (await later).GetProperty("header").GetProperty("height").GetString());
    }

    [Fact]
    public async Task StatesOfTheNodeAreThoseOfANodeThatIsSynced()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        await running.Server.ProduceBlockAsync();
        Assert.True(SyncState.TryRead(await running.OkAsync("header.SyncState"), out SyncState? state).IsValid);
        Assert.True(state is { IsSynced: true, Height: 2 });
        Assert.True(SamplingStats.TryRead(await running.OkAsync("das.SamplingStats"), out SamplingStats? stats).IsValid);
        Assert.True(stats is { IsCaughtUp: true, IsRunning: true, NetworkHead: 2, SampledHead: 2 });
        Assert.Equal(JsonValueKind.Null, (await running.OkAsync("header.SyncWait")).ValueKind);
        Assert.Equal(JsonValueKind.Null, (await running.OkAsync("das.WaitCatchUp")).ValueKind);
        Assert.True((await running.OkAsync("node.Ready")).GetBoolean());
        Assert.StartsWith("12D3KooW", (await running.OkAsync("p2p.Info")).GetProperty("ID").GetString(), StringComparison.Ordinal);
        Assert.Equal("[]", (await running.OkAsync("p2p.Peers")).GetRawText());
        Assert.Equal("0", (await running.OkAsync("p2p.NATStatus")).GetRawText());
    }

    [Fact]
    public async Task TimerMakesBlocksByItself()
    {
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { BlockTimeMs = 20 });
        await RunningServer.UntilAsync(() => running.Server.Height >= 4);
        ExtendedHeader third = await running.HeaderAsync(3), fourth = await running.HeaderAsync(4);
        Assert.True(HeaderVerifier.Verify(third, fourth, Trust, NowMs).IsValid);
    }
}

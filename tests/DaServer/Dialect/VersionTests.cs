using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;

namespace Dsdn.DaServer.Tests.Dialect;

/// <summary>What the versions of the node have and write differently.</summary>
public sealed class VersionTests
{
    [Theory]
    [InlineData(NodeVersion.V0_16, 3, "v0.16.0", "9")]
    [InlineData(NodeVersion.V0_28, 3, "v0.28.4", "\"1\"")]
    [InlineData(NodeVersion.V0_31, 2, "v0.31.4", "\"1\"")]
    public async Task NodeNamesItsVersion(NodeVersion version, int type, string text, string _)
    {
        await using RunningServer running = await StartAsync(version);
        Assert.True(NodeInfo.TryRead(await running.OkAsync("node.Info"), out NodeInfo? info).IsValid);
        Assert.Equal((type, text), (info!.Type, info.ApiVersion));
    }

    [Theory]
    [InlineData(NodeVersion.V0_16, JsonValueKind.Number)]
    [InlineData(NodeVersion.V0_28, JsonValueKind.String)]
    [InlineData(NodeVersion.V0_31, JsonValueKind.String)]
    public async Task HeightOfTheCommitIsANumberOrAText(NodeVersion version, JsonValueKind kind)
    {
        await using RunningServer running = await StartAsync(version);
        Assert.Equal(kind, (await running.OkAsync("header.NetworkHead")).GetProperty("commit").GetProperty("height").ValueKind);
        Assert.True(HeaderVerifier.CheckAlone(await running.HeaderAsync(1), "dsdn-da").IsValid);
    }

    [Fact]
    public async Task OldSharesAreReadByHeader()
    {
        await using RunningServer running = await StartAsync(NodeVersion.V0_16);
        Blob blob = RunningServer.Blob("oldies", 5_000);
        ExtendedHeader header = await running.HeaderAsync(await running.PublishAsync(blob));
        JsonElement json = await running.OkAsync(CelestiaCalls.GetSharesByNamespace(RpcId.Of(1), header, blob.Namespace));
        Assert.True(NamespaceDataJson.TryRead(json, out IReadOnlyList<NamespaceRow>? rows).IsValid);
        Assert.True(NamespaceVerifier.Verify(header.Dah, blob.Namespace, rows!, out VerifiedNamespace? found).IsValid);
        Assert.Single(found!.Blobs);
        foreach (string missing in (string[])["share.GetNamespaceData", "share.GetRow", "header.Tail"])
            Assert.Equal(CallFault.UnknownMethod, (await running.ErrorAsync(missing)).Fault);
        Assert.Equal(JsonValueKind.Null, (await running.OkAsync(CelestiaCalls.GetAll(RpcId.Of(1), 1, [blob.Namespace]))).ValueKind);
    }

    [Fact]
    public async Task NewSharesAreReadByHeight()
    {
        await using RunningServer running = await StartAsync(NodeVersion.V0_28);
        Assert.Equal(CallFault.UnknownMethod, (await running.ErrorAsync("share.GetSharesByNamespace")).Fault);
        Assert.Equal("[]", (await running.OkAsync(CelestiaCalls.GetNamespaceData(RpcId.Of(1), 1, RunningServer.Name("any")))).GetRawText());
    }

    [Theory]
    [InlineData(NodeVersion.V0_28, false)]
    [InlineData(NodeVersion.V0_31, true)]
    public async Task SubscriptionsCarryTheHeaderSinceTheNewest(NodeVersion version, bool hasHeader)
    {
        await using RunningServer running = await StartAsync(version);
        using System.Net.WebSockets.ClientWebSocket socket = await running.ConnectAsync();
        await RunningServer.SendAsync(socket, CelestiaCalls.SubscribeBlobs(RpcId.Of(1), RunningServer.Name("any")));
        await RunningServer.FrameAsync(socket);
        await running.Server.ProduceBlockAsync();
        Assert.Equal(hasHeader, (await RunningServer.FrameAsync(socket)).Value.TryGetProperty("Header", out _));
    }

    [Theory]
    [InlineData(NodeVersion.V0_16)]
    [InlineData(NodeVersion.V0_28)]
    [InlineData(NodeVersion.V0_31)]
    public async Task EveryMethodOfTheVersionIsThere(NodeVersion version)
    {
        await using RunningServer running = await StartAsync(version);
        foreach (RpcMethod method in RpcMethod.Of(version))
        {
            RpcReply reply = await running.CallAsync(RunningServer.Body(method.Name, string.Join(',', Enumerable.Repeat("[]", method.ParamCount + 1))));
            Assert.NotNull(reply.Error);
            Assert.DoesNotContain("not found", reply.Error.Value.Message, StringComparison.Ordinal);
        }
    }

    private static Task<RunningServer> StartAsync(NodeVersion version) => RunningServer.StartAsync(options => options with { ApiVersion = version });
}

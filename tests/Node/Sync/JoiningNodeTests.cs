using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Node.Configuration;
using Dsdn.Sdk.Rpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Sync;

public sealed class JoiningNodeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-joining-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Two nodes with real links: one makes blocks and snapshots, the other begins from a block that its operator trusts.</summary>
    [Fact]
    public async Task ANodeWithoutAChainJoinsByStateSyncAndFollows()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        int p2p = FreePort();
        NodeOptions first = new() { DataFolder = Path.Combine(_folder, "first"), RpcPort = FreePort(), P2p = ("127.0.0.1", p2p), BlockTimeMs = 100, EmptyBlockMs = 100, SnapshotBlocks = 5 };
        await using ValidatorNode leader = await ValidatorNode.StartAsync(first, NullLoggerFactory.Instance);
        await UntilAsync(() => leader.Height >= 12 && Directory.Exists(Path.Combine(first.DataFolder, "snapshots", "10")), cancel);
        using var identity = new NodeIdentity(NodeKeyFile.OpenOrCreate(Path.Combine(first.DataFolder, "node.key")));
        using var rpc = new RpcClient(new Uri($"http://127.0.0.1:{first.RpcPort}"));
        JsonElement trusted = await rpc.CallAsync("eth_getBlockByNumber", [JsonValue.Create("0xc"), JsonValue.Create(false)], cancel);

        NodeOptions second = new()
        {
            DataFolder = Path.Combine(_folder, "second"), RpcPort = FreePort(), Follow = true,
            Peers = [$"{identity.Id.Key}@127.0.0.1:{p2p}"], StateSync = true, Trust = (12, trusted.Field("hash").ToHash()),
        };
        await using ValidatorNode joined = await ValidatorNode.StartAsync(second, NullLoggerFactory.Instance);
        Assert.True(joined.Height >= 10);
        ulong goal = leader.Height + 5;
        await UntilAsync(() => joined.Height >= goal, cancel);
        using var joinedRpc = new RpcClient(new Uri($"http://127.0.0.1:{second.RpcPort}"));
        Assert.Equal(await HashAsync(rpc, goal, cancel), await HashAsync(joinedRpc, goal, cancel));
        await Assert.ThrowsAnyAsync<Exception>(() => HashAsync(joinedRpc, 1, cancel)); // it never had the first blocks
    }

    private static async Task<Hash256> HashAsync(RpcClient rpc, ulong height, CancellationToken cancel) =>
        (await rpc.CallAsync("eth_getBlockByNumber", [JsonValue.Create(RpcValue.Quantity(height)), JsonValue.Create(false)], cancel)).Field("hash").ToHash();

    private static async Task UntilAsync(Func<bool> holds, CancellationToken cancel)
    {
        while (!holds()) await Task.Delay(50, cancel); // the run's own limit ends a test that hangs
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

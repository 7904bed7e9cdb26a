using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Tests.Doubles;

namespace Dsdn.CelestiaClient.Tests.Reading;

public sealed class HeightFollowingTests
{
    private const int PatienceMs = 30_000;

    private static async Task<List<ulong>> TakeAsync(CelestiaNode client, ulong after, int count, Action<ulong>? seen = null)
    {
        using var patience = new CancellationTokenSource(PatienceMs);
        List<ulong> heights = [];
        await foreach (ulong height in client.HeightsAsync(after, patience.Token))
        {
            heights.Add(height);
            seen?.Invoke(height);
            if (heights.Count == count) return heights;
        }
        throw new InvalidOperationException("heights end only by cancellation");
    }

    [Fact]
    public async Task EveryHeightComesOnceAndInOrderWhileBlocksComeAndTheNodeFails()
    {
        await using TestNode node = await TestNode.StartAsync();
        int calls = 0;
        node.Lie = request => request.Method == RpcMethod.NetworkHead && ++calls % 3 == 0 ? TestReply.Drop : null;
        await using var client = new CelestiaNode(Clients.Options(node) with { BlockTimeMs = 100 });
        List<ulong> heights = await TakeAsync(client, 1, 6, height =>
        {
            if (height != node.Chain.Height) return;
            node.Chain.Add();
            node.Chain.Add();
        });
        Assert.Equal([2, 3, 4, 5, 6, 7], heights);
    }

    [Fact]
    public async Task SubscriptionWakesUpBeforeTheNextPoll()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using var client = new CelestiaNode(Clients.Options(node) with { Subscribes = true, BlockTimeMs = 120_000 }); // polls every 5 s
        Task<List<ulong>> taken = TakeAsync(client, 3, 1);
        while (node.Sockets.IsEmpty) await Task.Delay(10);
        while (!taken.IsCompleted)
        {
            if (node.Chain.Height == 3) node.Chain.Add();
            await node.AnnounceAsync(4);
            await Task.Delay(20);
        }
        Assert.Equal([4], await taken);
        Assert.True(client.Metrics.Snapshot().WakeUps > 0);
    }

    [Fact]
    public async Task SocketThatDropsIsMadeAgainAndNoHeightIsMissed()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using var client = new CelestiaNode(Clients.Options(node) with { Subscribes = true, BlockTimeMs = 200 });
        Task<List<ulong>> taken = TakeAsync(client, 0, 8);
        while (node.Sockets.IsEmpty) await Task.Delay(10);
        node.DropSockets(); // and the heights of meanwhile are announced to nobody
        for (int i = 0; i < 5; i++) node.Chain.Add();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], await taken);
        using var patience = new CancellationTokenSource(PatienceMs);
        while (Volatile.Read(ref node.SocketsOpened) < 2) await Task.Delay(20, patience.Token);
    }

    [Fact]
    public async Task NodeWithoutWebSocketsIsPolled()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using var client = new CelestiaNode(Clients.Options([node.Url + "/nowhere"], AccessToken.None) with { Subscribes = true, BlockTimeMs = 100 });
        Assert.Equal([1, 2, 3], await TakeAsync(client, 0, 3));
    }

    [Fact]
    public async Task CancellationEndsIt()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        using var cancel = new CancellationTokenSource(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ulong _ in client.HeightsAsync(3, cancel.Token)) Assert.Fail("there is no later height");
        });
    }
}

using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Repair;
using Dsdn.Log.Tests.Kit;
using Dsdn.Node.Configuration;
using Dsdn.Services.Chunks;
using Dsdn.StorageNode.Tests.Kit;

namespace Dsdn.StorageNode.Tests.Storing;

/// <summary>Storage nodes that do by themselves what the log asks for.</summary>
public sealed class NodeTests
{
    [Fact]
    public async Task ThirdNodeFetchesWhatTwoAcknowledged()
    {
        await using Network network = await Network.StartAsync(running: 3, nodes: 3, zones: 3);
        (UploadTicket ticket, byte[] content) = await UploadAsync(network);
        await network.Log.UntilAsync(queries => queries.Replicas(ticket.ChunkId) is { Count: 3 } replicas && replicas.All(replica => replica.IsHeld));
        foreach (RunningNode node in network.Nodes) await network.UntilAsync(node, SlotOf(ticket), HoldingState.Stored);
        Assert.NotEmpty(content);
    }

    [Fact]
    public async Task CorruptChunkIsGivenToNobodySaidToBeLostAndFetchedAgain()
    {
        await using Network network = await Network.StartAsync(running: 3, nodes: 3, zones: 3);
        (UploadTicket ticket, _) = await UploadAsync(network);
        await network.Log.UntilAsync(queries => queries.Replicas(ticket.ChunkId) is { Count: 3 } replicas && replicas.All(replica => replica.IsHeld));
        RunningNode node = network.Nodes[0];
        await network.UntilAsync(node, SlotOf(ticket), HoldingState.Stored);
        Damage(Assert.Single(Directory.GetFiles(Path.Combine(node.Folder, "chunks", "chunks"))));
        Assert.Equal("DSDN-E-STORE-CORRUPT", await Network.CodeOf(async () =>
        {
            await foreach (ReadOnlyMemory<byte> _ in network.ClientOf(node).GetAsync(SlotOf(ticket), 0, 0, 0, Network.Patience))
            {
            }
        }));
        await network.Log.UntilAsync(queries => queries.Replicas(ticket.ChunkId).All(replica => replica.NodeId != node.Id));
        // Placed anew on the same node, which fetches it from the others.
        Dsdn.Log.State.AppliedBatch batch = network.Log.Decide(log =>
        {
            foreach (EventBody body in new RepairPlanner(log.State).Plan(log.State.LogTimeMs + 1)) log.Committee(body);
        });
        Assert.Equal(Dsdn.Chain.Log.LogFault.None, Assert.Single(batch.Events).Fault);
        await network.Log.UntilAsync(queries => queries.Replicas(ticket.ChunkId).Any(replica => replica.NodeId == node.Id && replica.IsHeld));
    }

    [Fact]
    public async Task ChunkThatWasDeletedWhileTheNodeWasDownIsLostAfterTheRestart()
    {
        await using Network network = await Network.StartAsync(running: 3, nodes: 3, zones: 3);
        (UploadTicket ticket, _) = await UploadAsync(network);
        await network.Log.UntilAsync(queries => queries.Replicas(ticket.ChunkId) is { Count: 3 } replicas && replicas.All(replica => replica.IsHeld));
        RunningNode kept = network.Nodes[0], robbed = network.Nodes[1];
        foreach (RunningNode node in (RunningNode[])[kept, robbed])
        {
            await network.UntilAsync(node, SlotOf(ticket), HoldingState.Stored);
            await node.StopAsync();
        }
        File.Delete(Assert.Single(Directory.GetFiles(Path.Combine(robbed.Folder, "chunks", "chunks"))));
        foreach (RunningNode node in (RunningNode[])[kept, robbed]) await node.StartAsync(network.Log);
        await network.Log.UntilAsync(queries => queries.Replicas(ticket.ChunkId).All(replica => replica.NodeId != robbed.Id));
        Assert.Contains(network.Log.Ask(queries => queries.Replicas(ticket.ChunkId)), replica => replica.NodeId == kept.Id && replica.IsHeld);
        await network.UntilAsync(kept, SlotOf(ticket), HoldingState.Stored);
    }

    [Fact]
    public async Task MissingShardIsMadeFromSixOthers()
    {
        await using Network network = await Network.StartAsync(running: 9, nodes: 9, zones: 5);
        byte[] content = Network.Content(1, 500_000);
        UploadTicket ticket = await UploadShardsAsync(network, content, Network.Shards(content));
        await network.Log.UntilAsync(queries => queries.Replicas(ticket.ChunkId) is { Count: 9 } replicas && replicas.All(replica => replica.IsHeld));
        await network.UntilAsync(network.NodeOf(ticket.Nodes[8]), new ChunkSlot(ticket.ChunkId, ChunkCoding.ReedSolomon, 8, 0), HoldingState.Stored);
    }

    [Fact]
    public async Task ShardsThatDoNotBelongTogetherAreTheEncodersFault()
    {
        await using Network network = await Network.StartAsync(running: 9, nodes: 9, zones: 5);
        byte[] content = Network.Content(2, 100_000);
        byte[][] shards = Network.Shards(content);
        shards[8][0] ^= 1;
        UploadTicket ticket = await UploadShardsAsync(network, content, shards);
        RunningNode node = network.NodeOf(ticket.Nodes[8]);
        CancellationToken patience = Network.Patience;
        while (node.Process.Status.Inconsistent == 0) await Task.Delay(20, patience);
        Assert.Equal(0, node.Process.Status.Chunks);
        Assert.Equal(9, network.Log.Ask(queries => queries.Replicas(ticket.ChunkId)).Count); // nobody is accused in the log
    }

    [Fact]
    public async Task FullNodeRefusesAndSaysThatItIsFull()
    {
        await using Network network = await Network.StartAsync(running: 1, nodes: 3, zones: 3, capacityBytes: 1 << 20);
        RunningNode node = network.Nodes[0];
        byte[] content = Network.Content(3, 2 << 20);
        // It is too small to be given anything by rule; the log may know less than the disk.
        Assert.Equal(1UL << 20, network.Log.Ask(queries => queries.Node(node.Id))?.Stats?.CapacityBytes);
        (ulong seq, Hash256[] places) = network.Reserve(ChunkHasher.Of(content).Digest, (ulong)content.Length);
        UploadTicket ticket = Network.Ticket(content, [node.Id, node.Id, node.Id]);
        string code = await Network.CodeOf(() => network.ClientOf(node).PutAsync(Network.Header(ticket, 0, seq), content, null, Network.Patience));
        Assert.Contains(code, (string[])["DSDN-E-STORE-FULL", "DSDN-E-PUT-NODE"]);
        Assert.Equal(places.Contains(node.Id), code == "DSDN-E-STORE-FULL");
    }

    [Fact]
    public async Task FolderOfARunningNodeIsNotOpenedTwice()
    {
        await using Network network = await Network.StartAsync(running: 1, nodes: 1, zones: 1);
        var second = new StorageNodeOptions { DataFolder = network.Nodes[0].Folder, LogSources = [network.Log.Address] };
        await Assert.ThrowsAsync<DataFolderInUseException>(() => StorageNodeProcess.StartAsync(
            second, new StorageNetwork(network.Log.Log.Genesis, 4, 100, RunningNode.Quick), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, CancellationToken.None));
    }

    [Fact]
    public async Task OperatorSeesWhatTheNodeDoes()
    {
        await using Network network = await Network.StartAsync(running: 1, nodes: 1, zones: 1);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{network.Nodes[0].Process.OperatorPort}") };
        CancellationToken patience = Network.Patience;
        while (!(await http.GetAsync("/health", patience)).IsSuccessStatusCode) await Task.Delay(20, patience);
        string status = await http.GetStringAsync("/status", patience);
        Assert.Contains("\"standing\":\"active\"", status, StringComparison.Ordinal);
        Assert.Contains("dsdn_storage_node_log_seq", await http.GetStringAsync("/metrics", patience), StringComparison.Ordinal);
    }

    /// <summary>Alice sends a chunk to the nodes of the first two slots and declares it.</summary>
    private static async Task<(UploadTicket Ticket, byte[] Content)> UploadAsync(Network network)
    {
        byte[] content = Network.Content(1, 150_000);
        (ulong seq, Hash256[] places) = network.Reserve(ChunkHasher.Of(content).Digest, (ulong)content.Length);
        UploadTicket ticket = Network.Ticket(content, places);
        List<StoreAck> acks = [];
        for (byte slot = 0; slot < 2; slot++) acks.Add(await network.PutAsync(network.NodeOf(places[slot]), ticket, slot, content, seq));
        Assert.All(network.Declare(ticket, acks).Events, entry => Assert.Equal(Dsdn.Chain.Log.LogFault.None, entry.Fault));
        return (ticket, content);
    }

    /// <summary>All but the last shard.</summary>
    private static async Task<UploadTicket> UploadShardsAsync(Network network, byte[] content, byte[][] shards)
    {
        Hash256 chunk = ChunkHasher.Of(content).Digest;
        (ulong seq, Hash256[] places) = network.Reserve(chunk, (ulong)content.Length, ChunkCoding.ReedSolomon);
        UploadTicket ticket = Network.Sign(Network.Unsigned(chunk, (ulong)content.Length, ChunkCoding.ReedSolomon, [.. shards.Select(shard => ChunkHasher.Of(shard).Root)], places));
        List<StoreAck> acks = [];
        for (byte slot = 0; slot < 8; slot++) acks.Add(await network.PutAsync(network.NodeOf(places[slot]), ticket, slot, shards[slot], seq));
        Assert.All(network.Declare(ticket, acks).Events, entry => Assert.Equal(Dsdn.Chain.Log.LogFault.None, entry.Fault));
        return ticket;
    }

    private static ChunkSlot SlotOf(UploadTicket ticket) => new(ticket.ChunkId, ticket.Coding, 0, ticket.Generation);

    private static void Damage(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = 70_000;
        int value = stream.ReadByte();
        stream.Position = 70_000;
        stream.WriteByte((byte)(value ^ 1));
        stream.Flush(flushToDisk: true);
    }
}

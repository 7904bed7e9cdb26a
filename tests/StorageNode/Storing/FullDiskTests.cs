using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Services.Chunks;
using Dsdn.Storage.Tests.Disk;
using Dsdn.StorageNode.Tests.Kit;

namespace Dsdn.StorageNode.Tests.Storing;

/// <summary>A node whose disk somebody else filled: what it holds is read from it, also after it was started again.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task NodeOnAFullDiskStartsAndServesWhatItHolds()
    {
        using MountedDisk? mounted = MountedDisk.TryMount("tmpfs", 64);
        if (mounted is null) Assert.Skip("tmpfs cannot be mounted here");
        await using Network network = await Network.StartAsync(running: 1, nodes: 3, zones: 3, capacityBytes: 48 << 20, above: mounted.Path);
        RunningNode node = network.Nodes[0];
        byte[] content = Network.Content(1, 300_000);
        (ulong seq, Hash256[] places) = network.Reserve(ChunkHasher.Of(content).Digest, (ulong)content.Length);
        UploadTicket ticket = Network.Ticket(content, places);
        await network.PutAsync(node, ticket, (byte)Array.IndexOf(places, node.Id), content, seq);

        mounted.Fill();
        Assert.Equal(content, await ReadAsync(network, node, ticket));
        await node.StopAsync();
        await node.StartAsync(network.Log, capacityBytes: 48 << 20);
        Assert.Equal(content, await ReadAsync(network, node, ticket));
    }

    private static async Task<byte[]> ReadAsync(Network network, RunningNode node, UploadTicket ticket)
    {
        using MemoryStream read = new();
        await foreach (ReadOnlyMemory<byte> data in network.ClientOf(node).GetAsync(new ChunkSlot(ticket.ChunkId, ChunkCoding.Replicas, 0, 0), 0, 0, 0, Network.Patience)) read.Write(data.Span);
        return read.ToArray();
    }
}

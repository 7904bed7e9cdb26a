using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.StorageNode.Tests.Kit;

namespace Dsdn.StorageNode.Tests.Serving;

/// <summary>More readers at once than a node has turns, over connections as clients make them.</summary>
public sealed class ManyReadsTests
{
    private const int Reads = 1_000, Clients = 40, PartBytes = 4 << 10, Parts = 100;

    [Fact]
    public async Task ThousandsOfReadsAtOnceGetTheirBytesOrACode()
    {
        await using Network network = await Network.StartAsync(running: 1, nodes: 3, zones: 3);
        RunningNode node = network.Nodes[0];
        byte[] content = Network.Content(1, Parts * PartBytes);
        (ulong seq, Hash256[] places) = network.Reserve(ChunkHasher.Of(content).Digest, (ulong)content.Length);
        UploadTicket ticket = Network.Ticket(content, places);
        await network.PutAsync(node, ticket, (byte)Array.IndexOf(places, node.Id), content, seq);
        ChunkSlot slot = new(ticket.ChunkId, ChunkCoding.Replicas, 0, 0);
        ChunkClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => network.ClientOf(node))];
        CancellationToken patience = Network.Patience;

        int[] ends = await Task.WhenAll(Enumerable.Range(0, Reads).Select(i => Task.Run(async () =>
        {
            int part = i % Parts, at = 0;
            try
            {
                await foreach (ReadOnlyMemory<byte> data in clients[i % Clients].GetAsync(slot, (ulong)(part * PartBytes), PartBytes, 0, patience))
                {
                    if (!data.Span.SequenceEqual(content.AsSpan((part * PartBytes) + at, data.Length))) return 0;
                    at += data.Length;
                }
                return at == PartBytes ? 1 : 0;
            }
            catch (GrpcException refused)
            {
                return ServiceCodes.TryCode(refused, out string? code) && code == ServiceCodes.Rate ? 2 : throw new InvalidOperationException(refused.Message, refused);
            }
        })));

        Assert.DoesNotContain(0, ends);
        Assert.Contains(1, ends);
        Assert.Equal(0, node.Process.Status.Gets);
        await foreach (ReadOnlyMemory<byte> data in clients[0].GetAsync(slot, 0, PartBytes, 0, patience)) Assert.Equal(content[..PartBytes], data.ToArray());
    }
}

using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Log.Tests.Kit;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Dsdn.Storage;
using Dsdn.StorageNode.Serving;
using Dsdn.StorageNode.Tests.Kit;
using Google.Protobuf;

namespace Dsdn.StorageNode.Tests.Serving;

/// <summary>Bytes on their way to a storage node, over real sockets and a real disk.</summary>
public sealed class PutTests : IAsyncLifetime
{
    private Network _network = null!;

    private RunningNode Node => _network.Nodes[0];

    public async ValueTask InitializeAsync() => _network = await Network.StartAsync(running: 1, nodes: 3, zones: 3);

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    [Fact]
    public async Task ChunkIsAcknowledgedAndDeclaredAndRead()
    {
        byte[] content = Network.Content(1, 200_000);
        (UploadTicket ticket, byte slot, ulong seq) = Reserve(content);
        StoreAck ack = await _network.PutAsync(Node, ticket, slot, content, seq);
        ChunkDeclared declared = new(ticket.AgreementId, ticket.FileId, ticket.ChunkId, ticket.LengthBytes, ticket.Coding, ticket.Generation, ticket.Roots, []);
        Assert.True(ack.HoldsFor(LogKeys.ChainId, declared));
        Assert.Equal((slot, Node.Id, (ushort)1, ticket.Digest(LogKeys.ChainId)), (ack.Slot, ack.NodeId, ack.Zone, ack.TicketId));
        // Asked once more, it says the same.
        Assert.Equal(ack.Encode(), (await _network.PutAsync(Node, ticket, slot, content, seq)).Encode());
        ChunkClient client = _network.ClientOf(Node);
        Assert.Equal(HoldingState.Staged, (await client.HasAsync([SlotOf(ticket)], Network.Patience)).Holdings[0].State);
        Declare(ticket, ack);
        await _network.UntilAsync(Node, SlotOf(ticket), HoldingState.Stored);

        Assert.Equal(content, await ReadAsync(client, ticket, 0, 0));
        Assert.Equal(content[70_000..170_000], await ReadAsync(client, ticket, 70_000, 100_000));
        Assert.Equal("DSDN-E-STORE-RANGE", await Network.CodeOf(() => ReadAsync(client, ticket, 200_000, 1)));
        List<bool> proofs = [];
        await foreach (Dsdn.Chain.Log.Availability.ChunkBlock block in client.GetBlocksAsync(SlotOf(ticket), 70_000, 100_000, 0, Network.Patience)) proofs.Add(block.IsIn(ticket.Roots[0], ticket.LengthBytes));
        Assert.Equal([true, true], proofs);
    }

    [Fact]
    public async Task PutThatWasCutOffGoesOnWhereItWas()
    {
        byte[] content = Network.Content(2, 300_000);
        (UploadTicket ticket, byte slot, ulong seq) = Reserve(content);
        ChunkClient client = _network.ClientOf(Node);
        Assert.Equal("DSDN-E-STORE-INCOMPLETE", await Network.CodeOf(() => client.PutAsync(Network.Header(ticket, slot, seq), content.AsMemory(0, 130_000), null, Network.Patience)));
        ((HoldingState state, ulong length), _) = ((await client.HasAsync([SlotOf(ticket)], Network.Patience)).Holdings[0], 0);
        Assert.Equal((HoldingState.Part, 130_000UL), (state, length));
        Assert.Equal(PutCodes.Offset, await Network.CodeOf(() => client.PutAsync(Network.Header(ticket, slot, seq, 99), content, null, Network.Patience)));
        long sent = 0;
        await client.PutAsync(Network.Header(ticket, slot, seq, length), content, count => sent += count, Network.Patience);
        Assert.Equal(170_000, sent);
        Assert.Equal(content, await ReadAsync(client, ticket, 0, 0));
    }

    [Fact]
    public async Task PutThatBeginsAnewThrowsAwayWhatCame()
    {
        byte[] content = Network.Content(3, 100_000);
        (UploadTicket ticket, byte slot, ulong seq) = Reserve(content);
        ChunkClient client = _network.ClientOf(Node);
        await Network.CodeOf(() => client.PutAsync(Network.Header(ticket, slot, seq), Network.Content(99, 50_000), null, Network.Patience));
        await _network.PutAsync(Node, ticket, slot, content, seq);
        Assert.Equal(content, await ReadAsync(client, ticket, 0, 0));
    }

    [Fact]
    public async Task OtherBytesThanAnnouncedAreThrownAway()
    {
        byte[] content = Network.Content(4, 100_000), other = Network.Content(5, 100_000);
        (UploadTicket ticket, byte slot, ulong seq) = Reserve(content);
        ChunkClient client = _network.ClientOf(Node);
        Assert.Equal("DSDN-E-STORE-DIGEST", await Network.CodeOf(() => client.PutAsync(Network.Header(ticket, slot, seq), other, null, Network.Patience)));
        UploadTicket wrongRoot = Network.Sign(ticket with { Roots = [LogKeys.Word("another root")] });
        Assert.Equal("DSDN-E-STORE-ROOT", await Network.CodeOf(() => client.PutAsync(Network.Header(wrongRoot, slot, seq), content, null, Network.Patience)));
        Assert.Equal("DSDN-E-STORE-TOO-LONG", await Network.CodeOf(() => client.PutAsync(Network.Header(ticket, slot, seq), Network.Content(6, 100_001), null, Network.Patience)));
        Assert.Equal(HoldingState.None, (await client.HasAsync([SlotOf(ticket)], Network.Patience)).Holdings[0].State);
        await _network.PutAsync(Node, ticket, slot, content, seq);
    }

    [Fact]
    public async Task TicketsThatDoNotHoldAreRefusedBeforeAByteIsKept()
    {
        byte[] content = Network.Content(7, 1_000);
        (UploadTicket ticket, byte slot, ulong seq) = Reserve(content);
        ChunkClient client = _network.ClientOf(Node);
        byte other = (byte)((slot + 1) % 3);
        foreach ((string expected, UploadTicket wrong, byte at) in ((string, UploadTicket, byte)[])
        [
            (PutCodes.Expired, Network.Sign(ticket with { ValidUntilMs = 1 }), slot),
            (PutCodes.Ticket, ticket with { LengthBytes = 999 }, slot),
            (PutCodes.Ticket, Network.Sign(ticket, "mallory"), slot),
            (PutCodes.Owner, Network.Sign(ticket with { Author = LogKeys.AddressOf("mallory") }, "mallory"), slot),
            (PutCodes.OtherNode, ticket, other),
            (PutCodes.OtherNode, Network.Sign(ticket with { Nodes = [.. ticket.Nodes.Select((_, i) => i == other ? Node.Id : LogKeys.Word("nobody"))] }), other),
            (PutCodes.Reservation, Network.Sign(ticket with { LengthBytes = 999 }), slot),
            (PutCodes.Reservation, Network.Sign(ticket with { FileId = LogKeys.Word("another file") }), slot),
            (PutCodes.Reservation, Network.Ticket(Network.Content(8, 1_000), [.. ticket.Nodes]), slot),
            (PutCodes.Generation, Network.Sign(ticket with { Generation = 1 }), slot),
            ("DSDN-E-STORE-LENGTH", Network.Sign(ticket with { LengthBytes = ulong.MaxValue }), slot),
            (PutCodes.Owner, Network.Sign(ticket with { AuthorType = AuthorType.Session }), slot),
        ])
        {
            Assert.Equal(expected, await Network.CodeOf(() => client.PutAsync(Network.Header(wrong, at, seq), content, null, Network.Patience)));
        }
        Assert.Equal(ServiceCodes.Behind, await Network.CodeOf(() => client.PutAsync(Network.Header(ticket, slot, seq + 1_000), content, null, Network.Patience)));
        PutHeader garbage = new() { Ticket = ByteString.CopyFrom(new byte[300]), Slot = slot };
        Assert.Equal(ServiceCodes.Request, await Network.CodeOf(() => client.PutAsync(garbage, content, null, Network.Patience)));
        garbage = new PutHeader { Ticket = ByteString.CopyFrom(new byte[10_000]), Slot = slot };
        Assert.Equal(ServiceCodes.Request, await Network.CodeOf(() => client.PutAsync(garbage, content, null, Network.Patience)));
        garbage = Network.Header(ticket, 255);
        Assert.Equal(ServiceCodes.Request, await Network.CodeOf(() => client.PutAsync(garbage, content, null, Network.Patience)));
        Assert.Equal(HoldingState.None, (await client.HasAsync([SlotOf(ticket)], Network.Patience)).Holdings[0].State);
    }

    [Fact]
    public async Task CallerWithAnExpiredCertificateGetsNoFurtherThanTheHandshake()
    {
        byte[] content = Network.Content(9, 1_000);
        (UploadTicket ticket, byte slot, ulong seq) = Reserve(content);
        ChunkClient late = _network.ClientOf(Node, new PastClock());
        await Assert.ThrowsAsync<GrpcException>(() => late.PutAsync(Network.Header(ticket, slot, seq), content, null, Network.Patience));
    }

    [Fact]
    public async Task QuestionsThatCannotBeReadAreRefused()
    {
        ChunkClient client = _network.ClientOf(Node);
        Hash256 unknown = LogKeys.Word("unknown");
        Assert.Equal("DSDN-E-STORE-NOT-FOUND", await Network.CodeOf(() => ReadAsync(client, new ChunkSlot(unknown, ChunkCoding.Replicas, 0, 0), 0, 0)));
        Assert.Equal(ServiceCodes.Request, await Network.CodeOf(() => ReadAsync(client, new ChunkSlot(unknown, ChunkCoding.Replicas, 3, 0), 0, 0)));
        Assert.Equal(ServiceCodes.Request, await Network.CodeOf(() => ReadAsync(client, new ChunkSlot(unknown, (ChunkCoding)7, 0, 0), 0, 0)));
        ChunkSlot[] many = [.. Enumerable.Repeat(new ChunkSlot(unknown, ChunkCoding.Replicas, 0, 0), ChunkMethods.RefsMax + 1)];
        Assert.Equal(ServiceCodes.Request, await Network.CodeOf(() => client.HasAsync(many, Network.Patience)));
        Assert.Equal(ServiceCodes.Behind, await Network.CodeOf(async () =>
        {
            await foreach (ReadOnlyMemory<byte> _ in client.GetAsync(new ChunkSlot(unknown, ChunkCoding.Replicas, 0, 0), 0, 0, 1_000_000, Network.Patience))
            {
            }
        }));
    }

    [Fact]
    public async Task ManySmallReadsAtOnceAreAllAnswered()
    {
        byte[] content = Network.Content(10, 4_096);
        (UploadTicket ticket, byte slot, ulong seq) = Reserve(content);
        await _network.PutAsync(Node, ticket, slot, content, seq);
        ChunkClient[] clients = [.. Enumerable.Range(0, 8).Select(_ => _network.ClientOf(Node))];
        byte[][] read = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => ReadAsync(clients[i % clients.Length], ticket, 0, 0)));
        Assert.All(read, one => Assert.Equal(content.Length, one.Length));
    }

    private (UploadTicket Ticket, byte Slot, ulong Seq) Reserve(byte[] content)
    {
        Hash256 chunk = Dsdn.Chain.Log.Availability.ChunkHasher.Of(content).Digest;
        (ulong seq, Hash256[] places) = _network.Reserve(chunk, (ulong)content.Length);
        return (Network.Ticket(content, places), (byte)Array.IndexOf(places, Node.Id), seq);
    }

    private void Declare(UploadTicket ticket, StoreAck ack)
    {
        byte other = (byte)((ack.Slot + 1) % 3);
        Dsdn.Log.State.AppliedBatch batch = _network.Declare(ticket, ack, _network.AckOf(ticket, other, SampleLog.NameOf(ticket.Nodes[other])));
        Assert.Equal([Dsdn.Chain.Log.LogFault.None, Dsdn.Chain.Log.LogFault.None], batch.Events.Select(entry => entry.Fault));
    }

    private static ChunkSlot SlotOf(UploadTicket ticket) => new(ticket.ChunkId, ticket.Coding, 0, ticket.Generation);

    private static Task<byte[]> ReadAsync(ChunkClient client, UploadTicket ticket, ulong offset, ulong length) => ReadAsync(client, SlotOf(ticket), offset, length);

    private static async Task<byte[]> ReadAsync(ChunkClient client, ChunkSlot slot, ulong offset, ulong length)
    {
        using MemoryStream bytes = new();
        await foreach (ReadOnlyMemory<byte> part in client.GetAsync(slot, offset, length, 0, Network.Patience)) bytes.Write(part.Span);
        return bytes.ToArray();
    }

    private sealed class PastClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddDays(-60);
    }
}

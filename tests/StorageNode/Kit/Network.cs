using Dsdn.Chain.Crypto;
using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Google.Protobuf;

namespace Dsdn.StorageNode.Tests.Kit;

/// <summary>A log, some storage nodes that run and some that only stand in the log, and alice, who uploads.</summary>
internal sealed class Network : IAsyncDisposable
{
    public static readonly Hash256 Agreement = LogKeys.Word("a"), File = LogKeys.Word("f");

    private readonly NodeIdentity _caller = NodeIdentity.Create();
    private readonly List<ChunkClient> _clients = [];
    private readonly ServiceChannels _channels;

    private Network()
    {
        Log = new ServedLog();
        _channels = new ServiceChannels(_caller, Log.Chain, TlsRole.Service, TimeProvider.System);
    }

    public ServedLog Log { get; }

    public List<RunningNode> Nodes { get; } = [];

    public static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(90)).Token;

    /// <summary>Nodes n0, n1, ... each in the zone of its number modulo the zones, plus 1; the first ones run.</summary>
    public static async Task<Network> StartAsync(int running, int nodes, int zones, long? capacityBytes = 1L << 30, string? above = null)
    {
        Network network = new();
        await network.Log.StartAsync();
        for (int i = 0; i < running; i++) network.Nodes.Add(new RunningNode($"n{i}", above));
        network.Log.Decide(log =>
        {
            for (int i = 0; i < nodes; i++)
            {
                ushort zone = (ushort)((i % zones) + 1);
                if (i < running) network.Nodes[i].Register(log, zone);
                else log.Chain.Node($"n{i}", zone);
            }
            log.Anchor();
            for (int i = running; i < nodes; i++) log.Node($"n{i}", LogKeys.Stats(i));
        });
        foreach (RunningNode node in network.Nodes) await node.StartAsync(network.Log, capacityBytes);
        await network.Log.UntilAsync(queries => queries.Nodes().All(node => node.Stats is not null));
        return network;
    }

    /// <summary>Alice reserves a chunk; returns the batch and who is to store it, by slot.</summary>
    public (ulong Seq, Hash256[] Places) Reserve(Hash256 chunk, ulong length, ChunkCoding coding = ChunkCoding.Replicas)
    {
        AppliedBatch batch = Log.Decide(log => log.Owner("alice", new AgreementUse(Agreement, File, coding, [new ReservedChunk(chunk, length)])));
        Hash256[] places = new Hash256[coding.Slots()];
        foreach (PlacedReplica place in Log.Ask(queries => queries.Reservation(Agreement, File, chunk))?.Places ?? []) places[place.Slot] = place.NodeId;
        return (batch.Seq, places);
    }

    public static UploadTicket Ticket(byte[] content, Hash256[] nodes, string owner = "alice", ulong? validUntilMs = null, uint generation = 0)
    {
        ChunkIdentity identity = ChunkHasher.Of(content);
        return Sign(Unsigned(identity.Digest, (ulong)content.Length, ChunkCoding.Replicas, [identity.Root], nodes, owner, validUntilMs, generation), owner);
    }

    public static UploadTicket Unsigned(Hash256 chunk, ulong length, ChunkCoding coding, Hash256[] roots, Hash256[] nodes, string owner = "alice", ulong? validUntilMs = null, uint generation = 0) => new(
        AuthorType.Account, LogKeys.AddressOf(owner), Agreement, File, chunk, length, coding, generation, roots, nodes,
        validUntilMs ?? (ulong)DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeMilliseconds());

    public static UploadTicket Sign(UploadTicket ticket, string owner = "alice")
    {
        byte[] signature = new byte[65];
        Assert.True(Secp256k1.TrySign(ticket.Digest(LogKeys.ChainId), LogKeys.Seed(owner), signature, out byte parity));
        signature[64] = (byte)(27 + parity);
        return ticket with { Signature = signature };
    }

    public static PutHeader Header(UploadTicket ticket, byte slot, ulong minSeq = 0, ulong offset = 0) =>
        new() { Ticket = ByteString.CopyFrom(ticket.Encode()), Slot = slot, MinSeq = minSeq, Offset = offset };

    /// <summary>Declares with these acknowledgements and those of nodes that only stand in the log.</summary>
    public AppliedBatch Declare(UploadTicket ticket, params IEnumerable<StoreAck> acks) => Log.Decide(log =>
    {
        ChunkDeclared declared = new(ticket.AgreementId, ticket.FileId, ticket.ChunkId, ticket.LengthBytes, ticket.Coding, ticket.Generation, ticket.Roots, []);
        ReservationEntry reserved = log.State.Queries.Reservation(Agreement, File, ticket.ChunkId) ?? throw new InvalidOperationException("not reserved");
        log.Owner("alice", declared with { Acks = [.. acks.OrderBy(ack => ack.Slot)] }).Committee(new PlacementDecided(ticket.ChunkId, Agreement, ticket.Generation, ticket.Coding, reserved.Seq, reserved.Places));
    });

    /// <summary>The word of a node that does not run.</summary>
    public StoreAck AckOf(UploadTicket ticket, byte slot, string node)
    {
        ChunkDeclared declared = new(ticket.AgreementId, ticket.FileId, ticket.ChunkId, ticket.LengthBytes, ticket.Coding, ticket.Generation, ticket.Roots, []);
        ushort zone = Log.Ask(queries => queries.Node(LogKeys.PublicKey(node)))?.Record.Zone ?? 0;
        StoreAck words = new(slot, LogKeys.PublicKey(node), zone, ticket.Digest(LogKeys.ChainId), 1_000, new byte[64]);
        return words with { Signature = LogKeys.Sign(node, StoreAck.Message(StoreAck.Id(LogKeys.ChainId, declared, words))) };
    }

    public RunningNode NodeOf(Hash256 id) => Nodes.Single(node => node.Id == id);

    public ChunkClient ClientOf(RunningNode node, TimeProvider? clock = null)
    {
        ServiceChannels channels = clock is null ? _channels : new ServiceChannels(_caller, Log.Chain, TlsRole.Service, clock);
        ChunkClient client = new(channels, new ServiceAddress("127.0.0.1", node.Process.Port, new PeerId(node.Id), node.TlsFingerprint));
        _clients.Add(client);
        return client;
    }

    public async Task<StoreAck> PutAsync(RunningNode node, UploadTicket ticket, byte slot, byte[] content, ulong minSeq)
    {
        ReadOnlyMemory<byte> encoded = await ClientOf(node).PutAsync(Header(ticket, slot, minSeq), content, null, Patience);
        Assert.Equal(Dsdn.Chain.Log.LogFault.None, StoreAck.TryDecode(encoded, out StoreAck? ack));
        return ack ?? throw new InvalidOperationException("no acknowledgement");
    }

    public static async Task<string> CodeOf(Func<Task> call)
    {
        GrpcException refused = await Assert.ThrowsAsync<GrpcException>(call);
        return ServiceCodes.TryCode(refused, out string? code) ? code : refused.Message;
    }

    /// <summary>Returns when the node has it like that.</summary>
    public async Task UntilAsync(RunningNode node, ChunkSlot slot, HoldingState state)
    {
        ChunkClient client = ClientOf(node);
        CancellationToken patience = Patience;
        while ((await client.HasAsync([slot], patience)).Holdings[0].State != state) await Task.Delay(20, patience);
    }

    /// <summary>The nine shards of a content.</summary>
    public static byte[][] Shards(byte[] content)
    {
        int length = ReedSolomon.ShardBytes(content.Length);
        byte[][] shards = [.. Enumerable.Range(0, ReedSolomon.Shards).Select(_ => new byte[length])];
        for (int i = 0; i < ReedSolomon.DataShards; i++)
        {
            int from = i * length, count = Math.Clamp(content.Length - from, 0, length);
            content.AsSpan(Math.Min(from, content.Length), count).CopyTo(shards[i]);
        }
        ReedSolomon.Encode([.. shards.Take(6).Select(shard => (ReadOnlyMemory<byte>)shard)], [.. shards.Skip(6).Select(shard => (Memory<byte>)shard)]);
        return shards;
    }

    public static byte[] Content(int seed, int bytes)
    {
        byte[] content = new byte[bytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChunkClient client in _clients) client.Dispose();
        foreach (RunningNode node in Nodes) await node.DisposeAsync();
        _channels.Dispose();
        _caller.Dispose();
        await Log.DisposeAsync();
    }
}

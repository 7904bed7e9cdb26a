using System.Net.Security;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Services;
using Dsdn.Services.Batches;
using Dsdn.Services.Batches.Wire;
using Dsdn.Services.Placements;
using Dsdn.Services.Placements.Wire;
using Google.Protobuf;

namespace Dsdn.Transfers.Tests.Doubles;

/// <summary>
/// A coordinator for tests, over real gRPC: every event is read and its signature checked as in a log, and makes a batch at once. Rules are those of a log as far as an upload meets them.
/// </summary>
internal sealed class ScriptedLog : IAsyncDisposable
{
    private readonly NodeIdentity _identity = NodeIdentity.Create();
    private readonly NodeCertificates _certificates;
    private readonly GrpcServer _server;
    private readonly Lock _lock = new();
    private readonly Dictionary<(Hash256 Author, ushort Lane), ulong> _lanes = [];
    private readonly Dictionary<(Hash256 File, Hash256 Chunk), ReservedEntry> _reserved = [];
    private readonly Dictionary<Hash256, ChunkEntry> _chunks = [];
    private readonly Dictionary<(Hash256 Agreement, Hash256 File), SortedSet<Hash256>> _files = [];
    private readonly Dictionary<Hash256, Hash256> _owners = [];
    private ulong _seq = 1;

    public ScriptedLog(ChainIdentity chain)
    {
        Chain = chain;
        _certificates = new NodeCertificates(_identity, chain, TlsRole.Coordinator, TimeProvider.System);
        GrpcServices services = new GrpcServices()
            .Unary(LogMethods.Status, (_, _) => Task.FromResult(new StatusReply { ChainId = chain.ChainId, Seq = _seq, OldestSeq = 1 }))
            .Unary(LogMethods.Submit, (request, _) => Task.FromResult(Submit(request)))
            .Unary(LogMethods.Places, (request, _) => Task.FromResult(PlacesOf(request)))
            .Unary(PlacementMethods.Nodes, (_, _) => Task.FromResult(NodesOf()))
            .Unary(PlacementMethods.Agreements, (request, _) => Task.FromResult(AgreementsOf(request)))
            .Unary(PlacementMethods.Files, (request, _) => Task.FromResult(FilesOf(request)))
            .Unary(PlacementMethods.Chunks, (request, _) => Task.FromResult(ChunksOf(request)))
            .Unary(PlacementMethods.Reservations, (request, _) => Task.FromResult(ReservationsOf(request)))
            .Unary(PlacementMethods.Lanes, (request, _) => Task.FromResult(LaneOf(request)));
        _server = new GrpcServer(services, new GrpcServerOptions { Tls = Tls });
    }

    public ChainIdentity Chain { get; }

    public List<ScriptedNode> Nodes { get; } = [];

    public int Port => _server.Port;

    /// <summary>Certificates are given for batches up to here.</summary>
    public ulong CertifiedTo { get; set; } = ulong.MaxValue;

    public TestValidators Validators { get; } = new();

    /// <summary>Instead of an honest certificate of a batch.</summary>
    public Func<ulong, byte[]>? Certify { get; set; }

    /// <summary>Called with each event before it counts; a code refuses it.</summary>
    public Func<EventBody, string?> Judge { get; set; } = static _ => null;

    public List<EventBody> Events { get; } = [];

    public int LiveChunks
    {
        get
        {
            lock (_lock) return _chunks.Values.Count(static chunk => chunk.IsLive);
        }
    }

    public IEnumerable<Hash256> ChunkIds => _chunks.Keys;

    public Task StartAsync() => _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificates.Dispose();
        _identity.Dispose();
    }

    private SslServerAuthenticationOptions Tls() => _certificates.Server(certificate => TlsBinding.Verify(certificate, Chain, TlsRole.Coordinator, TimeProvider.System.GetUtcNow(), out _) == BindingError.None);

    private SubmitReply Submit(SubmitRequest request)
    {
        lock (_lock)
        {
            var context = new EventContext(Chain.ChainId, _seq, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Hash256.Zero, ChecksAuthors: true);
            LogFault fault = EventReader.TryRead(request.Event.ToByteArray(), context, 0, out CheckedEvent? read);
            if (fault != LogFault.None || read is null) throw Refuse(fault.Code());
            AuthorNonce nonce = new(read.Event.Nonce);
            if (_lanes.TryGetValue((read.Event.Author, nonce.Lane), out ulong last) && nonce.Counter <= last) throw Refuse("DSDN-E-LOG-NONCE-USED");
            if (Judge(read.Body) is { } code) throw Refuse(code);
            _lanes[(read.Event.Author, nonce.Lane)] = nonce.Counter;
            Apply(read.Event.Author, read.Body);
            Events.Add(read.Body);
            _seq++;
            return new SubmitReply { EventId = Bytes(read.Id), Seq = _seq };
        }
    }

    private void Apply(Hash256 author, EventBody body)
    {
        switch (body)
        {
            case AgreementUse use:
                Own(author, use.AgreementId);
                foreach (ReservedChunk chunk in use.Chunks) _reserved[(use.FileId, chunk.Id)] = new ReservedEntry(_seq + 1, Place(use.Coding, chunk.Id));
                break;
            case ChunkDeclared declared:
                Own(author, declared.AgreementId);
                if (!_reserved.ContainsKey((declared.FileId, declared.ChunkId))) throw Refuse("DSDN-E-LOG-RESERVATION-MISSING");
                if (declared.Coding == ChunkCoding.Replicas ? declared.Acks.DistinctBy(static ack => ack.Zone).Count() < 2 : declared.Acks.Count < 8) throw Refuse("DSDN-E-LOG-ACK-QUORUM");
                SortedSet<Hash256> file = _files.TryGetValue((declared.AgreementId, declared.FileId), out SortedSet<Hash256>? known) ? known : _files[(declared.AgreementId, declared.FileId)] = [];
                if (!file.Add(declared.ChunkId)) throw Refuse("DSDN-E-LOG-CHUNK-CONFLICT");
                _chunks[declared.ChunkId] = new ChunkEntry(declared, true, _seq + 1);
                break;
            case DeleteRequested delete:
                int found = 0;
                foreach (Hash256 id in delete.Ids)
                {
                    if (!_files.Remove((delete.AgreementId, id), out SortedSet<Hash256>? gone)) continue;
                    found++;
                    foreach (Hash256 chunk in gone)
                        if (!_files.Values.Any(other => other.Contains(chunk))) _chunks[chunk] = _chunks[chunk] with { IsLive = false };
                }
                if (found == 0) throw Refuse("DSDN-E-LOG-NOTHING-TO-DELETE");
                break;
        }
    }

    private void Own(Hash256 author, Hash256 agreement)
    {
        if (!_owners.TryAdd(agreement, author) && _owners[agreement] != author) throw Refuse("DSDN-E-LOG-NOT-OWNER");
    }

    private List<(byte Slot, ScriptedNode Node)> Place(ChunkCoding coding, Hash256 chunk)
    {
        int perZone = coding == ChunkCoding.Replicas ? 1 : 2;
        var zones = new Dictionary<ushort, int>();
        List<(byte, ScriptedNode)> places = [];
        foreach (ScriptedNode node in Nodes.Where(static node => !node.IsDown).OrderBy(node => (byte)(node.Id.Span[0] ^ chunk.Span[0])))
        {
            int inZone = zones.GetValueOrDefault(node.Zone);
            if (inZone >= perZone || places.Count == coding.Slots()) continue;
            zones[node.Zone] = inZone + 1;
            places.Add(((byte)places.Count, node));
        }
        return places;
    }

    private PlacesReply PlacesOf(PlacesRequest request)
    {
        var reply = new PlacesReply();
        for (ulong seq = request.FromSeq; seq < request.FromSeq + request.Count && seq <= _seq; seq++)
        {
            byte[] certificate = seq > CertifiedTo ? [] : Certify?.Invoke(seq) ?? Validators.Certify(Validators.Statement(Chain.ChainId, seq), 0, 1, 2);
            reply.Places.Add(new Place { Seq = seq, Certificate = ByteString.CopyFrom(certificate) });
        }
        return reply;
    }

    private NodesReply NodesOf()
    {
        var reply = new NodesReply { Seq = _seq };
        foreach (ScriptedNode node in Nodes)
        {
            var wire = new Node { Id = Bytes(node.Id), Zone = node.Zone, Status = 1, TlsFingerprint = ByteString.CopyFrom(node.Fingerprint) };
            wire.Endpoints.Add(new Services.Placements.Wire.Endpoint { Role = 1, Host = "127.0.0.1", Port = (uint)node.Port });
            reply.Nodes.Add(wire);
        }
        return reply;
    }

    private AgreementsReply AgreementsOf(AgreementsRequest request)
    {
        lock (_lock)
        {
            var reply = new AgreementsReply { Seq = _seq };
            foreach ((Hash256 id, Hash256 owner) in _owners)
                if (owner.Span[12..].SequenceEqual(request.Owner.Span)) reply.Agreements.Add(new Agreement { Id = Bytes(id), Owner = request.Owner, Status = 1, QuotaBytes = "1000000000000", HeldBytes = "0", ReservedBytes = "0", ExpiresMs = ulong.MaxValue / 2 });
            return reply;
        }
    }

    private FilesReply FilesOf(FilesRequest request)
    {
        lock (_lock)
        {
            Behind(request.MinSeq);
            var reply = new FilesReply { Seq = _seq };
            Hash256 agreement = new(request.Agreement.Span);
            if (request.File.IsEmpty)
            {
                IEnumerable<Hash256> ids = _files.Keys.Where(key => key.Agreement == agreement).Select(static key => key.File).Order();
                if (!request.After.IsEmpty) ids = ids.Where(id => id.CompareTo(new Hash256(request.After.Span)) > 0);
                reply.Files.AddRange(ids.Take((int)request.Max).Select(static id => new Services.Placements.Wire.File { Id = Bytes(id) }));
            }
            else if (_files.TryGetValue((agreement, new Hash256(request.File.Span)), out SortedSet<Hash256>? chunks))
            {
                var file = new Services.Placements.Wire.File { Id = request.File };
                file.Chunks.AddRange(chunks.Select(Bytes));
                reply.Files.Add(file);
            }
            return reply;
        }
    }

    private ChunksReply ChunksOf(ChunksRequest request)
    {
        lock (_lock)
        {
            Behind(request.MinSeq);
            var reply = new ChunksReply { Seq = _seq };
            foreach (ByteString id in request.Ids) reply.Chunks.Add(ChunkOf(new Hash256(id.Span)));
            return reply;
        }
    }

    private Chunk ChunkOf(Hash256 id)
    {
        if (!_chunks.TryGetValue(id, out ChunkEntry? entry)) return new Chunk();
        var chunk = new Chunk { State = entry.IsLive ? 1u : 2u, Length = entry.Declared.LengthBytes, Coding = (uint)entry.Declared.Coding, Generation = entry.Declared.Generation, DeclaredSeq = entry.Seq, PlacedSeq = entry.Seq };
        chunk.Roots.AddRange(entry.Declared.Roots.Select(Bytes));
        chunk.Replicas.AddRange(entry.Declared.Acks.Select(ack => new Replica
        {
            Slot = ack.Slot, Node = Bytes(ack.NodeId), Zone = ack.Zone, IsHeld = true, IsReachable = Nodes.Any(node => node.Id == ack.NodeId && !node.IsDown),
        }));
        int live = chunk.Replicas.Count(static replica => replica.IsReachable), needed = entry.Declared.Coding == ChunkCoding.Replicas ? 1 : 6;
        (chunk.Margin, chunk.IsDegraded) = ((uint)Math.Max(0, live - needed), live < entry.Declared.Coding.Slots());
        return chunk;
    }

    private ReservationsReply ReservationsOf(ReservationsRequest request)
    {
        lock (_lock)
        {
            Behind(request.MinSeq);
            var reply = new ReservationsReply { Seq = _seq };
            foreach (ByteString bytes in request.Chunks)
            {
                Hash256 id = new(bytes.Span);
                var one = new Reservation { IsLive = _chunks.TryGetValue(id, out ChunkEntry? known) && known.IsLive, Generation = known is { IsLive: false } ? known.Declared.Generation + 1 : 0 };
                if (_reserved.TryGetValue((new Hash256(request.File.Span), id), out ReservedEntry? reserved))
                {
                    (one.Exists, one.ReservedSeq) = (true, reserved.Seq);
                    one.Places.AddRange(reserved.Places.Select(static place => new Replica { Slot = place.Slot, Node = Bytes(place.Node.Id), Zone = place.Node.Zone }));
                }
                reply.Reservations.Add(one);
            }
            return reply;
        }
    }

    private LanesReply LaneOf(LanesRequest request)
    {
        lock (_lock)
            return _lanes.TryGetValue((new Hash256(request.Author.Span), (ushort)request.Lane), out ulong counter) ? new LanesReply { IsUsed = true, Counter = counter } : new LanesReply();
    }

    private void Behind(ulong minSeq)
    {
        if (minSeq > _seq) throw ServiceCodes.RefuseBehind(_seq, minSeq);
    }

    private static GrpcException Refuse(string code) => ServiceCodes.Refuse(GrpcStatusCode.FailedPrecondition, code, "refused");

    private static ByteString Bytes(Hash256 hash) => ByteString.CopyFrom(hash.Span);

    private sealed record ReservedEntry(ulong Seq, IReadOnlyList<(byte Slot, ScriptedNode Node)> Places);

    private sealed record ChunkEntry(ChunkDeclared Declared, bool IsLive, ulong Seq);
}

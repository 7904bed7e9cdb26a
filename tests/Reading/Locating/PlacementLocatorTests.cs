using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Reading.Locating;
using Dsdn.Reading.Tests.Kit;
using Dsdn.Services;
using Dsdn.Services.Placements;
using Dsdn.Services.Placements.Wire;
using Google.Protobuf;

namespace Dsdn.Reading.Tests.Locating;

public sealed class PlacementLocatorTests : IAsyncLifetime
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly Hash256 Live = Word("live"), Gone = Word("gone"), Nothing = Word("nothing"), NodeId = Word("node");

    private readonly NodeIdentity _identity = NodeIdentity.Create();
    private readonly Source _first = new(), _second = new();
    private readonly ServiceChannels _channels;
    private readonly List<PlacementClient> _clients = [];

    public PlacementLocatorTests() => _channels = new ServiceChannels(_identity, ChunkNode.Chain, TlsRole.Service, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        foreach (Source source in (Source[])[_first, _second])
        {
            await source.StartAsync();
            _clients.Add(new PlacementClient(_channels, new ServiceAddress("127.0.0.1", source.Port)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PlacementClient client in _clients) client.Dispose();
        _channels.Dispose();
        _identity.Dispose();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task LiveDeletedAndUnknownAreToldApartWithTheirBatch()
    {
        IReadOnlyList<ChunkLookup> found = await Locator().LocateAsync([Live, Gone, Nothing], 0, Never);
        Assert.Equal([ChunkState.Live, ChunkState.Deleted, ChunkState.Unknown], found.Select(static one => one.State));
        Assert.All(found, static one => Assert.Equal(7UL, one.Seq));
        ReplicaLocation replica = Assert.Single(found[0].Location!.Replicas);
        Assert.Equal((NodeId, "127.0.0.9", 45_840, Word("key")), (replica.Node, replica.Address!.Host, replica.Address.Port, replica.Address.TlsFingerprint!.Value));
    }

    [Fact]
    public async Task TheNextOneIsAskedWhereTheFirstIsAway()
    {
        IChunkLocator locator = Locator();
        await _first.DisposeAsync();
        Assert.Equal(ChunkState.Live, (await locator.LocateAsync(Live, 0, Never)).State);
    }

    [Fact]
    public async Task TheNextOneIsAskedWhereTheFirstIsBehind()
    {
        _first.Seq = 3;
        Assert.Equal(7UL, (await Locator().LocateAsync(Live, 5, Never)).Seq);
    }

    [Fact]
    public async Task WhereAllAreBehindTheFurthestIsTold()
    {
        _first.Seq = 3;
        ReadFailedException failed = await Assert.ThrowsAsync<ReadFailedException>(() => Locator().LocateAsync(Live, 9, Never));
        Assert.Equal((ServiceCodes.Behind, 7UL, 9UL), (failed.Code, failed.Seq, failed.MinSeq));
    }

    [Fact]
    public async Task WhereNobodyAnswersThatIsSaid()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        Assert.Equal(ReadCodes.NoSource, (await Assert.ThrowsAsync<ReadFailedException>(() => Locator().LocateAsync(Live, 0, Never))).Code);
    }

    [Theory]
    [InlineData(0UL, 0u, 1)]
    [InlineData(ulong.MaxValue, 0u, 1)]
    [InlineData(10UL, 7u, 1)]
    [InlineData(10UL, 1u, 1)]
    [InlineData(10UL, 0u, 9)]
    public async Task AnAnswerThatDescribesNoChunkIsNoAnswer(ulong length, uint coding, int roots)
    {
        (_first.Length, _first.Coding, _first.Roots) = (length, coding, roots);
        Assert.Equal(ChunkState.Live, (await Locator().LocateAsync(Live, 0, Never)).State); // of the second
        Assert.Equal(1, _second.Asked);
    }

    private PlacementLocator Locator() => new(_clients, TimeProvider.System);

    private static Hash256 Word(string text) => Dsdn.Chain.Crypto.Keccak.Hash(System.Text.Encoding.ASCII.GetBytes(text));

    private static ByteString Bytes(Hash256 hash) => ByteString.CopyFrom(hash.Span);

    private sealed class Source : IAsyncDisposable
    {
        private readonly NodeIdentity _identity = NodeIdentity.Create();
        private readonly NodeCertificates _certificates;
        private readonly GrpcServer _server;
        private bool _isGone;

        public Source()
        {
            _certificates = new NodeCertificates(_identity, ChunkNode.Chain, TlsRole.Service, TimeProvider.System);
            _server = new GrpcServer(
                new GrpcServices().Unary(PlacementMethods.Chunks, (request, _) => Task.FromResult(Chunks(request))).Unary(PlacementMethods.Nodes, (_, _) => Task.FromResult(Nodes())),
                new GrpcServerOptions { Tls = () => _certificates.Server(static _ => true), StopGraceMs = 100 });
        }

        public int Port => _server.Port;

        public ulong Seq { get; set; } = 7;

        public ulong Length { get; set; } = 10;

        public uint Coding { get; set; }

        public int Roots { get; set; } = 1;

        public int Asked { get; private set; }

        public Task StartAsync() => _server.StartAsync();

        public async ValueTask DisposeAsync()
        {
            if (_isGone) return;
            _isGone = true;
            await _server.DisposeAsync();
            _certificates.Dispose();
            _identity.Dispose();
        }

        private ChunksReply Chunks(ChunksRequest request)
        {
            Asked++;
            if (request.MinSeq > Seq) throw ServiceCodes.RefuseBehind(Seq, request.MinSeq);
            var reply = new ChunksReply { Seq = Seq };
            foreach (ByteString id in request.Ids)
            {
                var chunk = new Chunk { State = id == Bytes(Live) ? 1u : id == Bytes(Gone) ? 2u : 0, Length = Length, Coding = Coding };
                chunk.Roots.AddRange(Enumerable.Range(0, Roots).Select(static i => Bytes(Word($"root {i}"))));
                if (chunk.State == 1) chunk.Replicas.Add(new Replica { Node = Bytes(NodeId), IsHeld = true, IsReachable = true });
                reply.Chunks.Add(chunk);
            }
            return reply;
        }

        private static NodesReply Nodes()
        {
            var node = new Node { Id = Bytes(NodeId), TlsFingerprint = Bytes(Word("key")) };
            node.Endpoints.Add(new Services.Placements.Wire.Endpoint { Role = (uint)EndpointRole.Health, Host = "127.0.0.8", Port = 1 });
            node.Endpoints.Add(new Services.Placements.Wire.Endpoint { Role = (uint)EndpointRole.Storage, Host = "127.0.0.9", Port = 45_840 });
            return new NodesReply { Nodes = { node } };
        }
    }
}

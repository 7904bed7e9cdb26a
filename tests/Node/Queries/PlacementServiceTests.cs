using System.Globalization;
using System.Net;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;
using Dsdn.Node.Queries;
using Dsdn.Services;
using Dsdn.Services.Placements;
using Dsdn.Services.Placements.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Queries;

public sealed class PlacementServiceTests : IAsyncLifetime
{
    private static readonly ChainIdentity Chain = new(17847, Keccak.Hash("placements of a test"u8));

    private readonly SampleLog _log = new();
    private readonly View _view;
    private readonly NodeIdentity _caller = NodeIdentity.Create();
    private readonly ServiceServer _server;
    private readonly ServiceChannels _channels;
    private PlacementClient? _client;
    private (byte Slot, string Node, ushort Zone)[] _places = [];

    public PlacementServiceTests()
    {
        _view = new View(_log);
        var service = new PlacementService(_view, Chain, TlsRole.Service, TimeProvider.System);
        _server = new ServiceServer(
            service.Register(new GrpcServices()), service.Callers, NodeIdentity.Create(), Chain, TlsRole.Service, IPAddress.Loopback, 0, PlacementMethods.MessageBytesMax, TimeProvider.System,
            NullLoggerFactory.Instance);
        _channels = new ServiceChannels(_caller, Chain, TlsRole.Service, TimeProvider.System);
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _client = new PlacementClient(_channels, new ServiceAddress("127.0.0.1", _server.Port));
        _log.WithNodes(6, 3).Commit();
        _log.Owner("alice", Use("a", "f", "c0", "c1")).Owner("bob", Use("b", "g", "d0")).Node("n0", Stats()).Commit();
        _places = _log.Places("a", "f", "c0")[..2];
        _log.Owner("alice", _log.Declared("a", "f", "c0", 10)).Commit();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _channels.Dispose();
        _caller.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task AChunkIsLiveUnknownOrDeletedAtASeq()
    {
        var request = new ChunksRequest();
        request.Ids.AddRange([Word("c0"), Word("c1"), Word("nothing")]);
        ChunksReply reply = await Client.ChunksAsync(request, CancellationToken.None);
        Assert.Equal((3UL, _log.State.LogTimeMs), (reply.Seq, reply.LogTimeMs));
        Assert.Equal([1u, 0u, 0u], reply.Chunks.Select(static chunk => chunk.State));
        Chunk live = reply.Chunks[0];
        Assert.Equal((10UL, 3UL, 1u, true), (live.Length, live.DeclaredSeq, live.Margin, live.IsDegraded));
        Assert.Equal(_places.Select(static place => ((uint)place.Slot, LogKeys.PublicKey(place.Node), (uint)place.Zone)), live.Replicas.Where(static replica => replica.IsHeld).Select(static replica => (replica.Slot, new Hash256(replica.Node.Span), replica.Zone)));
        Assert.All(live.Replicas, static replica => Assert.True(replica.IsReachable));

        _log.Owner("alice", new DeleteRequested(LogKeys.Word("a"), DeleteScope.Chunks, [LogKeys.Word("c0")])).Commit();
        Chunk deleted = (await Client.ChunksAsync(request, CancellationToken.None)).Chunks[0];
        Assert.Equal((2u, 4UL, 0), (deleted.State, deleted.DeletedSeq, deleted.Replicas.Count));
    }

    [Fact]
    public async Task NodesCarryWhereTheyAreAndWhatTheySaid()
    {
        NodesReply reply = await Client.NodesAsync(new NodesRequest(), CancellationToken.None);
        Assert.Equal(6, reply.Nodes.Count);
        Dsdn.Services.Placements.Wire.Node node = Assert.Single(reply.Nodes, static node => new Hash256(node.Id.Span) == LogKeys.PublicKey("n0"));
        Assert.Equal(("127.0.1.2", 45_840u, 1u), (node.Endpoints[0].Host, node.Endpoints[0].Port, node.Status));
        Assert.Equal((1UL << 40, 1UL << 39, 7UL, false), (node.CapacityBytes, node.FreeBytes, node.Chunks, node.IsDown));
    }

    [Fact]
    public async Task AReservationIsThereUntilItIsUsed()
    {
        var request = new ReservationsRequest { Agreement = Word("a"), File = Word("f") };
        request.Chunks.AddRange([Word("c0"), Word("c1"), Word("d0")]);
        ReservationsReply reply = await Client.ReservationsAsync(request, CancellationToken.None);
        Assert.Equal([(false, true), (true, false), (false, false)], reply.Reservations.Select(static entry => (entry.Exists, entry.IsLive)));
        Assert.Equal(2UL, reply.Reservations[1].ReservedSeq);
        Assert.Equal(_log.Places("a", "f", "c1").Select(static place => (uint)place.Slot), reply.Reservations[1].Places.Select(static place => place.Slot));
    }

    [Fact]
    public async Task AgreementsOfAnOwnerAreFoundAlsoThoseThatCameLater()
    {
        Assert.Equal([LogKeys.Word("a")], await AgreementsAsync("alice"));
        _log.Owner("alice", Use("another", "f", "e0")).Commit();
        Assert.Equal(new[] { LogKeys.Word("a"), LogKeys.Word("another") }.Order(), await AgreementsAsync("alice"));
        Assert.Equal([LogKeys.Word("b")], await AgreementsAsync("bob"));
        Assert.Empty(await AgreementsAsync("nobody"));
        AgreementsReply one = await Client.AgreementsAsync(new AgreementsRequest { Agreement = Word("a") }, CancellationToken.None);
        Assert.Equal(("10", 1UL), (one.Agreements[0].HeldBytes, one.Agreements[0].References));
    }

    [Fact]
    public async Task FilesComeInPagesWithoutGapsOrRepeats()
    {
        const int Files = 25;
        for (int i = 0; i < Files; i++) _log.Owner("bob", Use("b", $"file{i}", $"x{i}"));
        _log.Commit();
        for (int i = 0; i < Files; i++) _log.Owner("bob", _log.Declared("b", $"file{i}", $"x{i}", 10));
        _log.Commit();
        List<Hash256> got = [];
        var request = new FilesRequest { Agreement = Word("b"), Max = 7 };
        while (true)
        {
            FilesReply page = await Client.FilesAsync(request, CancellationToken.None);
            if (page.Files.Count == 0) break;
            got.AddRange(page.Files.Select(static file => new Hash256(file.Id.Span)));
            request.After = page.Files[^1].Id;
        }
        Assert.Equal(Enumerable.Range(0, Files).Select(static i => LogKeys.Word($"file{i}")).Order(), got);
        FilesReply one = await Client.FilesAsync(new FilesRequest { Agreement = Word("a"), File = Word("f") }, CancellationToken.None);
        Assert.Equal([Word("c0")], Assert.Single(one.Files).Chunks);
        Assert.Empty((await Client.FilesAsync(new FilesRequest { Agreement = Word("a"), File = Word("other") }, CancellationToken.None)).Files);
    }

    [Fact]
    public async Task ALaneSaysItsLastCounter()
    {
        LanesReply reply = await Client.LanesAsync(new LanesRequest { AuthorType = 99, Author = Word("x") }, CancellationToken.None);
        Assert.Equal((false, 3UL), (reply.IsUsed, reply.Seq));
    }

    /// <summary>walrus 3409: not found right after the upload, because the one that was asked was behind.</summary>
    [Fact]
    public async Task OneThatIsBehindWaitsForTheBatch()
    {
        Task<ChunksReply> asked = Client.ChunksAsync(new ChunksRequest { MinSeq = 4, Ids = { Word("c1") } }, CancellationToken.None);
        await _view.Asked.WaitAsync(TimeSpan.FromSeconds(20));
        _log.Owner("alice", _log.Declared("a", "f", "c1", 10)).Commit();
        _view.Tell();
        Assert.Equal(1u, Assert.Single((await asked).Chunks).State);
    }

    [Fact]
    public async Task OneThatStaysBehindRefusesWithBothNumbers()
    {
        GrpcException refused = await Assert.ThrowsAsync<GrpcException>(() => Client.NodesAsync(new NodesRequest { MinSeq = ulong.MaxValue }, CancellationToken.None));
        Assert.True(ServiceCodes.TryCode(refused, out string? code));
        Assert.Equal(ServiceCodes.Behind, code);
        Assert.True(refused.Trailers.TryGet(ServiceCodes.SeqTrailer, out string? seq) && refused.Trailers.TryGet(ServiceCodes.MinSeqTrailer, out string? minSeq) && minSeq == ulong.MaxValue.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("3", seq);
    }

    [Fact]
    public async Task WhatCannotBeReadIsRefusedWithACode()
    {
        await RefusedAsync(() => Client.ChunksAsync(new ChunksRequest { Ids = { ByteString.CopyFrom(1) } }, CancellationToken.None));
        var many = new ChunksRequest();
        many.Ids.AddRange(Enumerable.Repeat(Word("x"), PlacementMethods.IdsMax + 1));
        await RefusedAsync(() => Client.ChunksAsync(many, CancellationToken.None));
        await RefusedAsync(() => Client.AgreementsAsync(new AgreementsRequest { Owner = ByteString.CopyFrom(new byte[21]) }, CancellationToken.None));
        await RefusedAsync(() => Client.AgreementsAsync(new AgreementsRequest(), CancellationToken.None));
        await RefusedAsync(() => Client.FilesAsync(new FilesRequest { Agreement = ByteString.CopyFrom(new byte[33]) }, CancellationToken.None));
        await RefusedAsync(() => Client.FilesAsync(new FilesRequest { Agreement = Word("a"), After = ByteString.CopyFrom(1) }, CancellationToken.None));
        await RefusedAsync(() => Client.LanesAsync(new LanesRequest { Author = Word("x"), Lane = 65_536 }, CancellationToken.None));
        await RefusedAsync(() => Client.LanesAsync(new LanesRequest { Author = Word("x"), AuthorType = 256 }, CancellationToken.None));
    }

    [Fact]
    public async Task SomebodyOfAnotherChainGetsNoFurtherThanTheHandshake()
    {
        using var channels = new ServiceChannels(_caller, new ChainIdentity(17845, Chain.GenesisHash), TlsRole.Service, TimeProvider.System);
        using var stranger = new PlacementClient(channels, new ServiceAddress("127.0.0.1", _server.Port));
        await Assert.ThrowsAsync<GrpcException>(() => stranger.NodesAsync(new NodesRequest(), CancellationToken.None));
    }

    private PlacementClient Client => _client ?? throw new InvalidOperationException("not started");

    private async Task<IEnumerable<Hash256>> AgreementsAsync(string owner)
    {
        AgreementsReply reply = await Client.AgreementsAsync(new AgreementsRequest { Owner = ByteString.CopyFrom(LogKeys.AddressOf(owner).Span) }, CancellationToken.None);
        return reply.Agreements.Select(static entry => new Hash256(entry.Id.Span));
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        GrpcException refused = await Assert.ThrowsAsync<GrpcException>(call);
        Assert.Equal(GrpcStatusCode.InvalidArgument, refused.Status.Code);
        Assert.True(ServiceCodes.TryCode(refused, out string? code) && code == ServiceCodes.Request);
    }

    private static ByteString Word(string text) => ByteString.CopyFrom(LogKeys.Word(text).Span);

    private static AgreementUse Use(string agreement, string file, params string[] chunks) =>
        new(LogKeys.Word(agreement), LogKeys.Word(file), ChunkCoding.Replicas, [.. chunks.Select(static chunk => new ReservedChunk(LogKeys.Word(chunk), 10))]);

    private static NodeStats Stats() => new([new Dsdn.Chain.Log.Events.Endpoint(EndpointRole.Storage, IPAddress.Parse("127.0.1.2").MapToIPv6().GetAddressBytes(), 45_840)], 1UL << 40, 1UL << 39, 7, 10, 1, 1);

    /// <summary>A log that a test writes; questions and batches come on one thread at a time.</summary>
    private sealed class View(SampleLog log) : ILogView
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously), _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public ulong Seq => log.State.Seq;

        public void Tell() => _more.SetResult();

        public Task<T> ReadAsync<T>(Func<LogState, T> read) => Task.FromResult(read(log.State));

        public Task WaitAsync(ulong seq, CancellationToken cancel)
        {
            _asked.TrySetResult();
            return _more.Task.WaitAsync(cancel);
        }
    }
}

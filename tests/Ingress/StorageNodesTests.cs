using System.Net;
using System.Text.Json;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Ingress.Http;
using Dsdn.Log.State;
using Dsdn.Node.Queries;
using Dsdn.Reading;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.StorageNode.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Ingress.Tests;

/// <summary>From the log to the browser: real storage nodes with real disks, a log that is decided, an ingress that reads both.</summary>
public sealed class StorageNodesTests : IAsyncLifetime
{
    private const int Bytes = 1_500_000;

    private readonly NodeIdentity _identity = NodeIdentity.Create();
    private readonly IngressMetrics _metrics = new(null, TimeProvider.System);
    private readonly HttpClient _http = new();
    private Network _network = null!;
    private ServiceChannels _channels = null!;
    private ChunkFetcher _fetcher = null!;
    private IngressServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _network = await Network.StartAsync(running: 3, nodes: 3, zones: 3);
        _channels = new ServiceChannels(_identity, _network.Log.Chain, TlsRole.Service, TimeProvider.System);
        Restart();
        await _server.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _fetcher.Dispose();
        _channels.Dispose();
        _identity.Dispose();
        _metrics.Dispose();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task WhatWasAcknowledgedIsReadUntilTheLastNodeIsGoneAndDeletedWhenItsOwnerSaysSo()
    {
        byte[] content = Network.Content(7, Bytes);
        (Hash256 id, ulong seq) = await UploadAsync(content);
        Assert.Equal(content, await ReadAsync(id, seq));
        Assert.Equal(content[70_000..70_010], await ReadAsync(id, seq, "bytes=70000-70009"));

        // A disk that lies: the node finds it out itself, and the read goes on elsewhere.
        await AfreshAsync();
        Spoil(_network.Nodes[0], id);
        Assert.Equal(content, await ReadAsync(id, seq));

        await AfreshAsync();
        await _network.Nodes[0].StopAsync();
        await _network.Nodes[1].StopAsync();
        Assert.Equal(content, await ReadAsync(id, seq));

        await AfreshAsync();
        await _network.Nodes[2].StopAsync();
        using (HttpResponseMessage gone = await GetAsync(id, seq))
        {
            JsonElement error = await ErrorAsync(gone);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, ReadCodes.Unavailable), (gone.StatusCode, error.GetProperty("code").GetString()));
            Assert.InRange(error.GetProperty("nodes").GetArrayLength(), 2, 3); // the first may have said already that it lost its copy
        }

        ulong deleted = _network.Log.Decide(log => log.Owner("alice", new DeleteRequested(Network.Agreement, DeleteScope.Chunks, [id]))).Seq;
        using HttpResponseMessage after = await GetAsync(id, deleted);
        Assert.Equal((HttpStatusCode.Gone, deleted), (after.StatusCode, (await ErrorAsync(after)).GetProperty("seq").GetUInt64()));
    }

    /// <summary>A chunk that is asked for with the batch of its receipt is never "not found", however far behind the ingress is when it is asked.</summary>
    [Fact]
    public async Task AReadRightAfterTheReceiptWaitsForItsBatch()
    {
        byte[] content = Network.Content(8, 10_000);
        (UploadTicket ticket, StoreAck[] acks) = await StageAsync(content);
        ulong next = _network.Log.Status.Seq + 1;
        Task<HttpResponseMessage> asked = GetAsync(ticket.ChunkId, next);
        _network.Declare(ticket, acks);
        using HttpResponseMessage response = await asked;
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
    }

    private void Restart()
    {
        _fetcher = new ChunkFetcher(_channels, new ReadOptions { CacheBytes = 0, HedgeMs = 60_000, HedgeMsMin = 60_000, HedgeMsMax = 60_000 }, TimeProvider.System);
        var options = new HttpOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), RequestsPerSecond = 10_000 };
        _server = new IngressServer(new ObjectCatalog(new LogLocator(new View(_network.Log), TimeProvider.System), _fetcher), options, _metrics, static () => (true, "{}"), TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>An ingress that remembers nothing of the nodes.</summary>
    private async Task AfreshAsync()
    {
        await _server.DisposeAsync();
        _fetcher.Dispose();
        Restart();
        await _server.StartAsync(CancellationToken.None);
    }

    private async Task<(UploadTicket Ticket, StoreAck[] Acks)> StageAsync(byte[] content)
    {
        UploadTicket draft = Network.Ticket(content, new Hash256[3]);
        (ulong seq, Hash256[] places) = _network.Reserve(draft.ChunkId, (ulong)content.Length);
        UploadTicket ticket = Network.Ticket(content, places);
        var acks = new StoreAck[places.Length];
        for (byte slot = 0; slot < acks.Length; slot++) acks[slot] = await _network.PutAsync(_network.NodeOf(places[slot]), ticket, slot, content, seq);
        return (ticket, acks);
    }

    private async Task<(Hash256 Id, ulong Seq)> UploadAsync(byte[] content)
    {
        (UploadTicket ticket, StoreAck[] acks) = await StageAsync(content);
        ulong seq = _network.Declare(ticket, acks).Seq;
        foreach (RunningNode node in _network.Nodes) await _network.UntilAsync(node, new ChunkSlot(ticket.ChunkId, ChunkCoding.Replicas, 0, 0), HoldingState.Stored);
        return (ticket.ChunkId, seq);
    }

    private static void Spoil(RunningNode node, Hash256 id)
    {
        string file = Assert.Single(Directory.GetFiles(node.Folder, Convert.ToHexStringLower(id.Span) + "*", SearchOption.AllDirectories));
        using FileStream stream = File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = 100_000;
        int was = stream.ReadByte();
        stream.Position = 100_000;
        stream.WriteByte((byte)(was ^ 1));
    }

    private async Task<byte[]> ReadAsync(Hash256 id, ulong seq, string? range = null)
    {
        using HttpResponseMessage response = await GetAsync(id, seq, range);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadAsByteArrayAsync();
    }

    private Task<HttpResponseMessage> GetAsync(Hash256 id, ulong seq, string? range = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_server.Port}/object/{ObjectId.ToCid(id)}?min_seq={seq}");
        if (range is not null) request.Headers.TryAddWithoutValidation("Range", range);
        return _http.SendAsync(request);
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage response)
    {
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("error").Clone();
    }

    private sealed class View(ServedLog log) : ILogView
    {
        public ulong Seq => log.Status.Seq;

        public Task<T> ReadAsync<T>(Func<LogState, T> read) => Task.FromResult(log.Ask(_ => read(log.Log.State)));

        public Task WaitAsync(ulong seq, CancellationToken cancel) => log.WaitAsync(seq, cancel);
    }
}

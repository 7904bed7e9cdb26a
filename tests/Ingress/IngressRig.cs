using System.Net;
using Dsdn.Chain.Primitives;
using Dsdn.Ingress.Http;
using Dsdn.Reading;
using Dsdn.Reading.Locating;
using Dsdn.Reading.Tests.Kit;
using Dsdn.Sdk.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Ingress.Tests;

/// <summary>An ingress over real sockets, whose log is a table and whose nodes are of the test.</summary>
internal sealed class IngressRig : IAsyncDisposable
{
    private readonly IngressMetrics _metrics = new(null, TimeProvider.System);
    private readonly IngressServer _server;

    private IngressRig(ReadRig reading, HttpOptions options)
    {
        Reading = reading;
        _server = new IngressServer(new ObjectCatalog(Log, reading.Fetcher), options, _metrics, () => (true, """{"status":"ok"}"""), TimeProvider.System, NullLogger.Instance);
        Http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, MaxConnectionsPerServer = 256 });
    }

    /// <summary>Enough for one address of a test.</summary>
    public static readonly HttpOptions Options = new() { Listen = new IPEndPoint(IPAddress.Loopback, 0), RequestsPerSecond = 1_000_000, DrainMs = 5_000 };

    public ReadRig Reading { get; }

    public Table Log { get; } = new();

    public HttpClient Http { get; }

    public Uri Address => new($"http://127.0.0.1:{_server.Port}/");

    public IngressServer Server => _server;

    public static async Task<IngressRig> StartAsync(int nodes = 3, HttpOptions? options = null, ReadOptions? reading = null)
    {
        var rig = new IngressRig(await ReadRig.StartAsync(nodes, reading), options ?? Options);
        await rig._server.StartAsync(CancellationToken.None);
        return rig;
    }

    /// <summary>A chunk of bytes on three nodes and in the log.</summary>
    public Hash256 Put(byte[] content)
    {
        ChunkLocation chunk = Reading.Copies(content);
        Log.Chunks[chunk.Id] = (ChunkState.Live, chunk);
        return chunk.Id;
    }

    public Hash256 PutPublic(string contentType, params byte[][] parts)
    {
        var list = new PublicObject(contentType, [.. parts.Select(part => new PublicPart(Put(part), (uint)part.Length))]);
        Assert.Equal(FileFault.None, list.TryEncode(out byte[] bytes));
        return Put(bytes);
    }

    public Uri UrlOf(Hash256 id) => new(Address, "object/" + ObjectId.ToHex(id));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, url);
        foreach ((string name, string value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public Task<HttpResponseMessage> GetAsync(Hash256 id, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, UrlOf(id), headers);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        _metrics.Dispose();
        await Reading.DisposeAsync();
    }

    /// <summary>A log of a test.</summary>
    internal sealed class Table : IChunkLocator
    {
        public ulong Seq { get; set; } = 41;

        /// <summary>Done when its patience with a batch is over.</summary>
        public Task Behind { get; set; } = Task.CompletedTask;

        /// <summary>Done when somebody waits for a batch.</summary>
        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Dictionary<Hash256, (ChunkState State, ChunkLocation? Location)> Chunks { get; } = [];

        public async Task<IReadOnlyList<ChunkLookup>> LocateAsync(IReadOnlyList<Hash256> ids, ulong minSeq, CancellationToken cancel)
        {
            if (minSeq > Seq)
            {
                Waiting.TrySetResult();
                await Behind.WaitAsync(cancel);
                throw ReadFailedException.Behind(Seq, minSeq);
            }
            return [.. ids.Select(id => Chunks.TryGetValue(id, out (ChunkState State, ChunkLocation? Location) known)
                ? new ChunkLookup(id, Seq, known.State, known.State == ChunkState.Live ? known.Location : null)
                : new ChunkLookup(id, Seq, ChunkState.Unknown, null))];
        }
    }
}

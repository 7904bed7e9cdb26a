using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dsdn.CelestiaClient.Tests.Doubles;

/// <summary>A node over a <see cref="TestChain"/> that a test can make answer anything. It says what it was asked.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestNode(TestChain chain, WebApplication app) => (Chain, _app) = (chain, app);

    public TestChain Chain { get; }

    public string Url { get; private set; } = "";

    /// <summary>Asked before the truth; null leaves it at that.</summary>
    public Func<RpcRequest, TestReply?> Lie { get; set; } = static _ => null;

    /// <summary>What a submit does with its blobs, and the height it answers.</summary>
    public Func<IReadOnlyList<Blob>, ulong> Submit { get; set; } = static _ => 0;

    /// <summary>Null: everybody may do everything.</summary>
    public string? Token { get; set; }

    public UInt128 Balance { get; set; } = 5_000_000;

    public ConcurrentQueue<RpcRequest> Requests { get; } = [];

    /// <summary>Open subscriptions.</summary>
    public ConcurrentDictionary<WebSocket, bool> Sockets { get; } = [];

    public int SocketsOpened;

    public int Count(string method) => Requests.Count(request => request.Method == method);

    public static async Task<TestNode> StartAsync(TestChain? chain = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        TestNode node = new(chain ?? new TestChain(), app);
        node.Submit = blobs => node.Chain.Add([.. blobs]);
        app.UseWebSockets();
        app.Run(node.ServeAsync);
        await app.StartAsync();
        node.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return node;
    }

    /// <summary>Tells all subscriptions of a height.</summary>
    public async Task AnnounceAsync(ulong height)
    {
        foreach (WebSocket socket in Sockets.Keys)
            await socket.SendAsync(SubscriptionFrame.EncodeValue(1, json => BlobEvent.Write(json, height, [], null)), WebSocketMessageType.Text, true, CancellationToken.None);
    }

    public void DropSockets()
    {
        foreach (WebSocket socket in Sockets.Keys) socket.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        DropSockets();
        await _app.StopAsync(new CancellationToken(true));
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await ServeSocketAsync(context);
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        RpcRequest.TryRead(body.ToArray(), out IReadOnlyList<RpcRequest>? requests, out _);
        RpcRequest request = requests![0];
        Requests.Enqueue(request);
        TestReply reply = Lie(request)
            ?? (Token is not null && context.Request.Headers.Authorization != $"Bearer {Token}" ? new TestReply(401, []) : Answer(request));
        if (reply.DelayMs > 0) await Task.Delay(reply.DelayMs, context.RequestAborted);
        if (reply.Status == 0)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(reply.Body);
    }

    /// <summary>The truth.</summary>
    public TestReply Answer(RpcRequest request)
    {
        RpcParams values = new(request);
        switch (request.Method)
        {
            case RpcMethod.NetworkHead:
                return TestReply.Result(request, json => HeaderJson.Write(json, Chain.At(Chain.Height).Header));
            case RpcMethod.GetByHeight:
                return AtHeight(values.Number(0), block => json => HeaderJson.Write(json, block.Header));
            case RpcMethod.GetRangeByHeight:
                values.Header(0, out Celestia.Headers.ExtendedHeader? from);
                return TestReply.Result(request, json =>
                {
                    json.WriteStartArray();
                    for (ulong height = from!.Height + 1; height < values.Number(1); height++) HeaderJson.Write(json, Chain.At(height).Header);
                    json.WriteEndArray();
                });
            case RpcMethod.GetNamespaceData:
                return AtHeight(values.Number(0), block => json => NamespaceDataJson.Write(json, block.Prover.ProveNamespace(values.Namespace(1))));
            case RpcMethod.GetAll:
                IReadOnlyList<Namespace> names = values.Namespaces(1);
                return AtHeight(values.Number(0), block => json =>
                {
                    json.WriteStartArray();
                    foreach (Celestia.Proofs.VerifiedBlob blob in block.Blobs)
                        if (names.Contains(blob.Blob.Namespace)) BlobJson.Write(json, blob.Blob, blob.Commitment, blob.ExtendedIndex);
                    json.WriteEndArray();
                });
            case RpcMethod.GetCommitmentProof:
                return Proof(request, values);
            case RpcMethod.SyncState:
                return TestReply.Result(request, json => new SyncState(Chain.Height, 1, Chain.Height, "").Write(json, "", "0001-01-01T00:00:00Z"));
            case RpcMethod.SamplingStats:
                return TestReply.Result(request, json => new SamplingStats(Chain.Height, Chain.Height, Chain.Height, true, true).Write(json));
            case RpcMethod.Balance:
                return TestReply.Result(request, json => new AccountBalance("utia", Balance).Write(json));
            case RpcMethod.Submit:
                IReadOnlyList<RpcBlob> blobs = values.Blobs(0);
                if (blobs.Count == 0) return TestReply.Error(request, "state: no blobs provided");
                ulong height = Submit([.. blobs.Select(static one => one.Blob)]);
                return TestReply.Result(request, json => json.WriteNumberValue(height));
            default:
                return new TestReply(500, RpcReply.Encode(request.Id, RpcFailure.UnknownMethod(request.Method)));
        }

        TestReply AtHeight(ulong height, Func<TestBlock, Action<System.Text.Json.Utf8JsonWriter>> write) =>
            height > Chain.Height ? TestReply.Error(request, ErrorText.Future(Chain.Height, height)) : TestReply.Result(request, write(Chain.At(height)));
    }

    private TestReply Proof(RpcRequest request, RpcParams values)
    {
        TestBlock block = Chain.At(values.Number(0));
        if (block.Blobs.FirstOrDefault(one => one.Commitment == values.Commitment(2)) is not { } blob) return TestReply.Error(request, ErrorText.BlobNotFound);
        Assert.True(block.Prover.TryProveCommitment(blob.SquareIndex, blob.Blob.ShareCount, out Celestia.Proofs.CommitmentProof? proof).IsValid);
        return TestReply.Result(request, json => ProofJson.Write(json, proof!));
    }

    private async Task ServeSocketAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[4_096];
        WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, context.RequestAborted);
        RpcRequest.TryRead(buffer.AsSpan(0, received.Count), out IReadOnlyList<RpcRequest>? requests, out _);
        await socket.SendAsync(RpcReply.Encode(requests![0].Id!.Value, static json => json.WriteNumberValue(1)), WebSocketMessageType.Text, true, context.RequestAborted);
        Interlocked.Increment(ref SocketsOpened);
        Sockets[socket] = true;
        try
        {
            await socket.ReceiveAsync(buffer, context.RequestAborted);
        }
        catch (Exception ended) when (ended is WebSocketException or OperationCanceledException)
        {
        }
        Sockets.TryRemove(socket, out _);
    }
}

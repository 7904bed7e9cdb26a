using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Faults;
using Dsdn.DaServer.Rpc;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Dsdn.DaServer.Http;

/// <summary>
/// One endpoint: bodies of any method at / are JSON-RPC, "Connection: upgrade" is a WebSocket, GET /health and /metrics are the server's own. Limits come
/// first, then the token, then the body.
/// </summary>
internal sealed class DaHttpApplication(DaNode node, Dispatcher dispatcher, DaServerOptions options, TimeProvider clock, CancellationToken stopping) : IHttpApplication<HttpCall>
{
    private const string JsonType = "application/json", TextType = "text/plain; charset=utf-8", Bearer = "Bearer ", UpgradeMethod = "websocket";

    private readonly int? _requestsMax = options.ConcurrentRequestsMax ?? node.Preset.ConcurrentRequestsMax;
    private readonly RateLimit? _rate = options.RequestsPerSecondMax is { } perSecond ? new RateLimit(perSecond, clock) : null;
    private int _underWay;

    public HttpCall CreateContext(IFeatureCollection contextFeatures) => new(contextFeatures);

    public void DisposeContext(HttpCall context, Exception? exception)
    {
        // Nothing is kept.
    }

    public async Task ProcessRequestAsync(HttpCall call)
    {
        bool isFull = Interlocked.Increment(ref _underWay) > (_requestsMax ?? int.MaxValue);
        try
        {
            if (isFull) await RefuseAsync(call, StatusCodes.Status503ServiceUnavailable, ErrorText.ServerBusy, "busy");
            else if (_rate?.TryTake(call.Address) == false) await RefuseAsync(call, StatusCodes.Status429TooManyRequests, ErrorText.RateLimited, "rate");
            else await RouteAsync(call);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or BadHttpRequestException)
        {
            call.Drop(); // the caller went away, or sent what is no HTTP
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private Task RouteAsync(HttpCall call)
    {
        if (options.SkipAuth) WriteCors(call);
        if (options.SkipAuth && call.Request.Method == HttpMethods.Options) return call.SendAsync(StatusCodes.Status204NoContent, default, null);
        bool isGet = call.Request.Method == HttpMethods.Get;
        return call.Request.Path switch
        {
            "/" or "" => WebSocketUpgrade.IsRequested(call.Request.Headers) ? UpgradeAsync(call) : AnswerAsync(call),
            "/health" when isGet => HealthAsync(call),
            "/metrics" when isGet => call.SendAsync(StatusCodes.Status200OK, Encoding.UTF8.GetBytes(DaMetricsText.Write(node)), DaMetricsText.ContentType),
            _ => call.SendAsync(StatusCodes.Status404NotFound, "404 page not found\n"u8.ToArray(), TextType),
        };
    }

    private async Task AnswerAsync(HttpCall call)
    {
        if (Allowed(call) is not { } allowed)
        {
            await RefuseAsync(call, StatusCodes.Status401Unauthorized, "", "unauthorized");
            return;
        }
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Gone, stopping);
        byte[]? body = await ReadAsync(call, ended.Token);
        Reply reply = body is null
            ? Reply.Of(null, RpcFailure.TooLarge(node.Preset.BodyBytesMax))
            : await dispatcher.AnswerAsync(body, new Caller(allowed, null, ended.Token));
        if (reply.End == ReplyEnd.Dropped)
        {
            call.Drop();
            return;
        }
        // An empty reply (401) has no type; one that is torn has the length of its half.
        await call.SendAsync(reply.Status, reply.Body, reply.Body.Length == 0 ? null : reply.IsText ? TextType : JsonType);
    }

    private async Task UpgradeAsync(HttpCall call)
    {
        if (Allowed(call) is not { } allowed || node.Faults.Take(FaultKind.Unauthorized, UpgradeMethod) is not null)
        {
            await RefuseAsync(call, StatusCodes.Status401Unauthorized, "", "unauthorized");
            return;
        }
        if (node.Faults.Find(FaultKind.Down, UpgradeMethod) is { Rule.Value: null })
        {
            call.Drop();
            return;
        }
        using WebSocket? socket = await WebSocketUpgrade.AcceptAsync(call);
        if (socket is null) return;
        using WebSocketSession session = new(node, dispatcher, socket, allowed, stopping);
        await session.RunAsync();
    }

    /// <summary>What the caller's token permits; null where it sends one that is none.</summary>
    private IReadOnlyList<RpcPermission>? Allowed(HttpCall call)
    {
        if (options.SkipAuth) return RpcPermissions.UpTo(RpcPermission.Admin);
        string header = call.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            string token = QueryHelpers.ParseQuery(call.Request.QueryString).TryGetValue("token", out Microsoft.Extensions.Primitives.StringValues given) ? given.ToString() : "";
            return token.Length == 0 ? [RpcPermission.Public] : node.Verify(token);
        }
        return header.StartsWith(Bearer, StringComparison.Ordinal) ? node.Verify(header[Bearer.Length..]) : null;
    }

    /// <returns>Null where the body is too long; what was not read is then left to the connection, which drains some of it.</returns>
    private async Task<byte[]?> ReadAsync(HttpCall call, CancellationToken cancel)
    {
        const int ReadMsMax = 30_000;
        int most = node.Preset.BodyBytesMax;
        if (call.Request.Headers.ContentLength > most) return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ReadMsMax);
        PipeReader reader = call.Features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(limit.Token);
            if (read.Buffer.Length > most)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }
            if (read.IsCompleted)
            {
                byte[] body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Well as long as blocks are made and the port is not meant to be down.</summary>
    private Task HealthAsync(HttpCall call)
    {
        bool isDown = node.Faults.Find(FaultKind.Down) is not null, isHalted = node.Faults.Find(FaultKind.Halt) is not null;
        ulong head = node.Ledger.Height, age = node.Ledger.TimeMs(head) is { } time && node.NowMs > time ? node.NowMs - time : 0;
        byte[] json = DaJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", isDown ? "down" : isHalted ? "halted" : "ok");
            writer.WriteNumber("height", head);
            writer.WriteNumber("headAgeMs", age);
            writer.WriteNumber("faults", node.Faults.List().Count);
            writer.WriteEndObject();
        });
        return call.SendAsync(isDown || isHalted ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK, json, JsonType);
    }

    private Task RefuseAsync(HttpCall call, int status, string text, string outcome)
    {
        node.Metrics.Called("http", outcome);
        return call.SendAsync(status, Encoding.UTF8.GetBytes(text), text.Length == 0 ? null : TextType);
    }

    private static void WriteCors(HttpCall call)
    {
        if (call.Request.Headers.Origin.Count == 0) return;
        call.Response.Headers.AccessControlAllowOrigin = "*";
        call.Response.Headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        call.Response.Headers.AccessControlAllowHeaders = "*";
    }
}

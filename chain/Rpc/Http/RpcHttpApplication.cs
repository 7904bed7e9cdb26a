using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dsdn.Chain.Rpc.Http;

/// <summary>What one HTTP connection keeps from request to request.</summary>
internal sealed class HttpCall(RpcNode node) : IDisposable
{
    public IFeatureCollection Features { get; set; } = null!;

    public CallContext Context { get; } = new(node, null);

    public ReplyWriter Reply { get; } = new(node.Options.ResponseBytesMax);

    public void Dispose() => Reply.Dispose();
}

/// <summary>
/// HTTP without a pipeline of middleware: POST is JSON-RPC, GET / is a health check or a WebSocket, /health and /metrics are
/// the node's. Guards first: host name, origin, content type, size.
/// </summary>
internal sealed class RpcHttpApplication(RpcNode node, CancellationToken stopping) : IHttpApplication<HttpCall>
{
    private const string JsonType = "application/json";

    private readonly RequestGuard _guard = new(node.Options);

    public HttpCall CreateContext(IFeatureCollection features)
    {
        HttpCall call;
        if (features is IHostContextContainer<HttpCall> container) call = container.HostContext ??= new HttpCall(node);
        else call = new HttpCall(node);
        call.Features = features;
        return call;
    }

    public void DisposeContext(HttpCall context, Exception? exception)
    {
        context.Reply.Reset();
        context.Context.Calls.Clear();
        if (context.Features is not IHostContextContainer<HttpCall>) context.Dispose();
    }

    public Task ProcessRequestAsync(HttpCall call)
    {
        IHttpRequestFeature request = call.Features.Get<IHttpRequestFeature>()!;
        IHttpResponseFeature response = call.Features.Get<IHttpResponseFeature>()!;
        if (!_guard.AllowsHost(request.Headers)) return Refuse(call, response, StatusCodes.Status403Forbidden, "invalid host specified");
        bool isAllowedOrigin = _guard.WriteCors(request.Headers, response.Headers);
        switch (request.Method)
        {
            case "POST":
                if (!IsJson(request.Headers.ContentType))
                    return Refuse(call, response, StatusCodes.Status415UnsupportedMediaType, "invalid content type, only application/json is supported");
                if (request.Headers.ContentLength > node.Options.BodyBytesMax) return RefuseLarge(call, response);
                return Answer(call, response);
            case "GET":
                return Get(call, request, response, isAllowedOrigin);
            case "HEAD":
                response.Headers.ContentLength = 0;
                return Task.CompletedTask;
            case "OPTIONS":
                response.Headers.ContentLength = 0;
                response.Headers.Allow = "GET, POST, OPTIONS";
                return Task.CompletedTask;
            default:
                response.Headers.Allow = "GET, POST, OPTIONS";
                return Refuse(call, response, StatusCodes.Status405MethodNotAllowed, "method not allowed");
        }
    }

    private Task Answer(HttpCall call, IHttpResponseFeature response)
    {
        PipeReader body = call.Features.Get<IRequestBodyPipeFeature>()!.Reader;
        ValueTask<ReadResult> reading = body.ReadAsync();
        if (reading.IsCompletedSuccessfully)
        {
            ReadResult result = reading.Result;
            if (result.IsCompleted && result.Buffer.IsSingleSegment)
            {
                Task answered = AnswerBody(call, response, result.Buffer.First);
                if (!answered.IsCompletedSuccessfully) return AdvanceAfter(answered, body, result.Buffer.End);
                body.AdvanceTo(result.Buffer.End);
                return answered;
            }
            return AnswerInParts(call, response, body, result);
        }
        return AnswerLater(call, response, body, reading);
    }

    private static async Task AdvanceAfter(Task answered, PipeReader body, SequencePosition end)
    {
        await answered;
        body.AdvanceTo(end);
    }

    private async Task AnswerLater(HttpCall call, IHttpResponseFeature response, PipeReader body, ValueTask<ReadResult> reading) =>
        await AnswerInParts(call, response, body, await reading);

    private async Task AnswerInParts(HttpCall call, IHttpResponseFeature response, PipeReader body, ReadResult result)
    {
        while (!result.IsCompleted)
        {
            if (result.Buffer.Length > node.Options.BodyBytesMax) break;
            body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await body.ReadAsync();
        }
        if (result.Buffer.Length > node.Options.BodyBytesMax)
        {
            body.AdvanceTo(result.Buffer.End);
            await RefuseLarge(call, response);
            return;
        }
        if (result.Buffer.IsSingleSegment)
        {
            await AnswerBody(call, response, result.Buffer.First);
            body.AdvanceTo(result.Buffer.End);
            return;
        }
        int length = (int)result.Buffer.Length;
        byte[] whole = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            result.Buffer.CopyTo(whole);
            body.AdvanceTo(result.Buffer.End);
            await AnswerBody(call, response, whole.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private Task AnswerBody(HttpCall call, IHttpResponseFeature response, ReadOnlyMemory<byte> body)
    {
        long started = node.Metrics.StartRequest();
        ValueTask processing = node.Processor.Process(body, call.Context, call.Reply);
        if (!processing.IsCompletedSuccessfully) return FinishLater(call, response, processing, started);
        node.Metrics.EndRequest(started);
        return Send(call, response);
    }

    private async Task FinishLater(HttpCall call, IHttpResponseFeature response, ValueTask processing, long started)
    {
        await processing;
        node.Metrics.EndRequest(started);
        await Send(call, response);
    }

    private static Task Send(HttpCall call, IHttpResponseFeature response)
    {
        if (call.Reply.Position == 0)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
        response.Headers.ContentType = JsonType;
        response.Headers.ContentLength = call.Reply.Position;
        ValueTask<FlushResult> writing = call.Features.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(call.Reply.Written);
        if (!writing.IsCompletedSuccessfully) return writing.AsTask();
        writing.GetAwaiter().GetResult();
        return Task.CompletedTask;
    }

    private Task Get(HttpCall call, IHttpRequestFeature request, IHttpResponseFeature response, bool isAllowedOrigin)
    {
        if (call.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade && WebSocketUpgrade.IsRequested(request.Headers))
        {
            if (!isAllowedOrigin) return Refuse(call, response, StatusCodes.Status403Forbidden, "origin not allowed");
            return WebSocketUpgrade.Serve(node, upgrade, request.Headers, response, stopping);
        }
        switch (request.Path)
        {
            case "/health" when node.Hooks.Health is { } health:
                HealthReport report = health();
                response.StatusCode = report.Status;
                return SendText(call, response, report.Json, JsonType);
            case "/metrics" when node.Hooks.Metrics is { } metrics:
                return SendText(call, response, metrics(), "text/plain; version=0.0.4; charset=utf-8");
            case "/":
                response.Headers.ContentLength = 0; // geth: an empty GET is a health check
                return Task.CompletedTask;
            default:
                return Refuse(call, response, StatusCodes.Status404NotFound, "not found");
        }
    }

    private static Task SendText(HttpCall call, IHttpResponseFeature response, string text, string type)
    {
        call.Reply.Raw(Encoding.UTF8.GetBytes(text));
        response.Headers.ContentType = type;
        response.Headers.ContentLength = call.Reply.Position;
        return call.Features.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(call.Reply.Written).AsTask();
    }

    private Task RefuseLarge(HttpCall call, IHttpResponseFeature response) =>
        Refuse(call, response, StatusCodes.Status413PayloadTooLarge, $"content length too large (limit {node.Options.BodyBytesMax} bytes)");

    /// <summary>The HTTP status geth gives, with a JSON-RPC error as body, so that clients that only look there understand it.</summary>
    private Task Refuse(HttpCall call, IHttpResponseFeature response, int status, string message)
    {
        node.Metrics.Refused();
        response.StatusCode = status;
        BodyProcessor.WriteError(call.Reply, "null"u8, new RpcError(RpcError.InvalidRequestCode, message));
        return Send(call, response);
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is null) return false;
        ReadOnlySpan<char> type = contentType;
        int end = type.IndexOf(';');
        if (end >= 0) type = type[..end];
        type = type.Trim();
        return type.Equals(JsonType, StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/json-rpc", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/jsonrequest", StringComparison.OrdinalIgnoreCase);
    }
}

using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Observability;

namespace Dsdn.CelestiaClient.Transport;

/// <summary>Calls to one node over HTTP: a deadline and a limit of bytes for each, the token read anew each time.</summary>
internal sealed class EndpointClient : IDisposable
{
    private readonly HttpClient _pooled, _single;
    private readonly DaMetrics _metrics;
    private ulong _lastId;

    public EndpointClient(CelestiaEndpoint endpoint, DaTimeouts timeouts, DaMetrics metrics)
    {
        Endpoint = endpoint;
        _metrics = metrics;
        _pooled = Client(timeouts, TimeSpan.FromMinutes(5));
        // A connection that was used before can be gone when a request is sent, and the handler would send it again by itself: never for a submit.
        _single = Client(timeouts, TimeSpan.Zero);
    }

    public CelestiaEndpoint Endpoint { get; }

    /// <param name="encode">The request's bytes.</param>
    /// <param name="isSubmit">Takes a connection of its own.</param>
    /// <returns>The result, or a failure; one of both is null.</returns>
    public async Task<(JsonElement? Result, CallFailure? Failure)> CallAsync(
        string method, Func<RpcId, byte[]> encode, int deadlineMs, int replyBytesMax, bool isSubmit, CancellationToken cancel)
    {
        (JsonElement? result, CallFailure? failure) = await SendAsync(encode, deadlineMs, replyBytesMax, isSubmit, cancel);
        _metrics.Called(method, failure is { } failed ? failed.Failure.Code : "ok");
        return (result, failure);
    }

    public void Dispose()
    {
        _pooled.Dispose();
        _single.Dispose();
    }

    private async Task<(JsonElement? Result, CallFailure? Failure)> SendAsync(Func<RpcId, byte[]> encode, int deadlineMs, int replyBytesMax, bool isSubmit, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return (null, Fail(DaCodes.Cancelled, "not sent", isCertain: true));
        RpcId id = RpcId.Of(Interlocked.Increment(ref _lastId));
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint.Address) { Content = new ByteArrayContent(encode(id)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (Endpoint.Token.Current() is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(deadlineMs);
        try
        {
            using HttpResponseMessage response = await (isSubmit ? _single : _pooled).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (await ReadAsync(response, replyBytesMax, deadline.Token) is not { } body) return (null, Fail(DaCodes.ReplyTooLarge, $"more than {replyBytesMax} bytes", isCertain: false));
            return Read((int)response.StatusCode, body, id);
        }
        catch (OperationCanceledException)
        {
            if (cancel.IsCancellationRequested) return (null, Fail(DaCodes.Cancelled, "given up by the caller", isCertain: false));
            // Neither the caller nor the deadline: the handler's own limit for connecting.
            return (null, deadline.IsCancellationRequested
                ? Fail(DaCodes.Timeout, $"no answer within {deadlineMs} ms", isCertain: false)
                : Fail(DaCodes.Unreachable, "no connection in time", isCertain: true));
        }
        catch (HttpRequestException broken)
        {
            // No texts of exceptions: they may hold addresses of proxies and the like.
            bool isUnsent = broken.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
            return (null, Fail(isUnsent ? DaCodes.Unreachable : DaCodes.Dropped, broken.HttpRequestError.ToString(), isUnsent));
        }
        catch (IOException)
        {
            return (null, Fail(DaCodes.Dropped, "the connection broke while the answer came", isCertain: false));
        }
    }

    private (JsonElement? Result, CallFailure? Failure) Read(int status, byte[] body, RpcId id)
    {
        RpcReply reply = RpcReply.ReadHttp(status, body, id);
        if (reply.Error is not { } error) return (reply.Result, null);
        // A proxy in front of a node answers with a page of its own.
        CallFault? byProxy = error.Fault != CallFault.Malformed ? null : status switch { 403 => CallFault.Forbidden, 413 => CallFault.TooLarge, 502 or 504 => CallFault.Other, _ => null };
        if (byProxy is { } fault) error = new CallError(fault, 0, $"HTTP status {status}");
        return (null, CallFailure.Of(error, Endpoint.Name));
    }

    /// <returns>Null where it is more than may come.</returns>
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int bytesMax, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentLength > bytesMax) return null;
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancel);
        var body = new ArrayBufferWriter<byte>((int)Math.Min(response.Content.Headers.ContentLength ?? 16_384, 1 << 20) + 1);
        while (true)
        {
            int read = await stream.ReadAsync(body.GetMemory(16_384), cancel);
            if (read == 0) return body.WrittenSpan.ToArray();
            body.Advance(read);
            if (body.WrittenCount > bytesMax) return null;
        }
    }

    private CallFailure Fail(string code, string detail, bool isCertain) => new(new DaFailure(code, detail, Endpoint.Name), null, isCertain);

    private static HttpClient Client(DaTimeouts timeouts, TimeSpan lifetime) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // the token is for this node only
        UseCookies = false,
        UseProxy = false, // nor for whatever stands in between
        ConnectTimeout = TimeSpan.FromMilliseconds(timeouts.ConnectMs),
        PooledConnectionLifetime = lifetime,
        MaxConnectionsPerServer = 32,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each call has its own deadline
    };
}

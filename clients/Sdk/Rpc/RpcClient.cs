using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Rpc;

/// <summary>
/// JSON-RPC 2.0 over HTTP. Reads are tried again after transport failures and overload; writes never are. Server errors come
/// back as <see cref="RpcReply"/> from <see cref="TryCallAsync"/>, or as a coded <see cref="DsdnException"/> from <see cref="CallAsync"/>.
/// Thread-safe.
/// </summary>
public sealed class RpcClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly RpcOptions _options;
    private long _lastId;

    /// <param name="endpoint">An http or https address.</param>
    /// <param name="handler">Replaces the transport; not disposed. Null: a pooled socket handler of the client's own.</param>
    public RpcClient(Uri endpoint, RpcOptions? options = null, HttpMessageHandler? handler = null)
    {
        Endpoint = endpoint;
        _options = options ?? new RpcOptions();
        _http = handler is null
            ? new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AutomaticDecompression = DecompressionMethods.All })
            : new HttpClient(handler, disposeHandler: false);
        _http.Timeout = Timeout.InfiniteTimeSpan; // every attempt has a deadline of its own
    }

    public Uri Endpoint { get; }

    /// <summary>The result of a call; JSON null is a result.</summary>
    /// <exception cref="DsdnException">server error, unreachable, timeout, reply that is no JSON-RPC</exception>
    public async Task<JsonElement> CallAsync(string method, JsonNode?[] parameters, CancellationToken cancel = default)
    {
        RpcReply reply = await TryCallAsync(method, parameters, cancel).ConfigureAwait(false);
        return reply.Error is null ? reply.Result : throw new DsdnException(RpcFailure.From(method, reply.Error));
    }

    /// <summary>Like <see cref="CallAsync(string, JsonNode?[], CancellationToken)"/> without parameters.</summary>
    public Task<JsonElement> CallAsync(string method, CancellationToken cancel = default) => CallAsync(method, [], cancel);

    /// <summary>Result or server error of one call.</summary>
    /// <exception cref="DsdnException">unreachable, timeout, reply that is no JSON-RPC</exception>
    public async Task<RpcReply> TryCallAsync(string method, JsonNode?[] parameters, CancellationToken cancel = default)
    {
        long id = Interlocked.Increment(ref _lastId);
        byte[] body = RpcWire.Encode(id, new RpcRequest(method, parameters));
        byte[] reply = await PostAsync(body, IsIdempotent(method), cancel).ConfigureAwait(false);
        return RpcWire.DecodeOne(reply, id);
    }

    /// <summary>Replies in the order of the requests. Tried again only if every request of the batch is a read.</summary>
    /// <exception cref="ArgumentException">an empty batch, or more than <see cref="RpcOptions.BatchRequestsMax"/></exception>
    public async Task<IReadOnlyList<RpcReply>> BatchAsync(IReadOnlyList<RpcRequest> requests, CancellationToken cancel = default)
    {
        if (requests.Count == 0 || requests.Count > _options.BatchRequestsMax)
        {
            throw new ArgumentException($"a batch holds 1 to {_options.BatchRequestsMax} requests, not {requests.Count}");
        }
        long firstId = Interlocked.Add(ref _lastId, requests.Count) - requests.Count + 1;
        byte[] body = RpcWire.EncodeBatch(firstId, requests);
        byte[] reply = await PostAsync(body, requests.All(request => IsIdempotent(request.Method)), cancel).ConfigureAwait(false);
        return RpcWire.DecodeBatch(reply, firstId, requests.Count);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Reads by prefix; anything not known to be a read counts as a write.</summary>
    private static bool IsIdempotent(string method) =>
        !method.StartsWith("eth_send", StringComparison.Ordinal) && !method.StartsWith("eth_sign", StringComparison.Ordinal)
        && !method.Contains("Filter", StringComparison.Ordinal)
        && (method.StartsWith("eth_", StringComparison.Ordinal) || method.StartsWith("net_", StringComparison.Ordinal)
            || method.StartsWith("web3_", StringComparison.Ordinal) || method.StartsWith("txpool_", StringComparison.Ordinal)
            || method.StartsWith("dsdn_", StringComparison.Ordinal) || method.StartsWith("debug_getRaw", StringComparison.Ordinal));

    private async Task<byte[]> PostAsync(byte[] body, bool mayRetry, CancellationToken cancel)
    {
        int attempts = mayRetry ? _options.AttemptsMax : 1;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await PostOnceAsync(body, cancel).ConfigureAwait(false);
            }
            catch (DsdnException failure) when (attempt < attempts && failure.Error.Class == ErrorClass.Unreachable && failure.Error.Code != ErrorCodes.BadReply)
            {
                await Task.Delay(_options.RetryDelayMs << (attempt - 1), cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task<byte[]> PostOnceAsync(byte[] body, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(_options.TimeoutMs);
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint) { Content = content };
            using HttpResponseMessage response =
                await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            byte[] reply = await ReadLimitedAsync(response.Content, deadline.Token).ConfigureAwait(false);
            // Some servers send JSON-RPC errors with a 4xx; the body decides unless it is none.
            if (!response.IsSuccessStatusCode && !LooksLikeJson(reply)) throw Failure(ErrorCodes.ConnectionLost, $"HTTP {(int)response.StatusCode}");
            return reply;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failure(ErrorCodes.Timeout, $"no answer within {_options.TimeoutMs} ms");
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            throw Failure(ErrorCodes.Unreachable, failure.InnerException?.Message ?? failure.Message); // the request did not leave
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw Failure(ErrorCodes.ConnectionLost, failure.InnerException?.Message ?? failure.Message);
        }
    }

    private async Task<byte[]> ReadLimitedAsync(HttpContent content, CancellationToken cancel)
    {
        await using Stream stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        using var buffer = new MemoryStream();
        byte[] block = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(block, cancel).ConfigureAwait(false)) > 0;)
        {
            if (buffer.Length + read > _options.ResponseBytesMax) throw Failure(ErrorCodes.BadReply, $"reply above {_options.ResponseBytesMax} bytes");
            buffer.Write(block, 0, read);
        }
        return buffer.ToArray();
    }

    private static bool LooksLikeJson(byte[] reply)
    {
        foreach (byte b in reply)
        {
            if (b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') continue;
            return b is (byte)'{' or (byte)'[';
        }
        return false;
    }

    private DsdnException Failure(string code, string details) =>
        new(ClientError.Of(code, ErrorClass.Unreachable, Endpoint.GetLeftPart(UriPartial.Authority)).With(details));
}

namespace Dsdn.Grpc.Client;

/// <summary>Calls methods of one server over one HTTP/2 connection, which is opened by the first call and again after it broke.</summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly GrpcChannelOptions _options;
    private readonly Uri _server;

    public GrpcChannel(GrpcChannelOptions options)
    {
        _options = options;
        _server = new UriBuilder(options.Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps, options.Host, options.Port).Uri;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = false,
            ConnectTimeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            InitialHttp2StreamWindowSize = options.StreamWindowBytes,
            MaxResponseHeadersLength = options.HeaderKiBMax,
            KeepAlivePingDelay = TimeSpan.FromMilliseconds(options.KeepAlivePingDelayMs),
            KeepAlivePingTimeout = TimeSpan.FromMilliseconds(options.KeepAlivePingTimeoutMs),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (options.Tls is { } tls) handler.SslOptions = tls;
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>Starts a call; nothing has been sent but headers. The way to all kinds of streaming.</summary>
    /// <param name="cancellation">Ends the call at any time.</param>
    public GrpcClientCall<TRequest, TResponse> Open<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, GrpcCallOptions? options = null, CancellationToken cancellation = default) =>
        new(_http, new Uri(_server, method.Path), method, _options, options, cancellation);

    /// <summary>One request, one response.</summary>
    /// <exception cref="GrpcException">it did not end with Ok</exception>
    /// <exception cref="OperationCanceledException">the caller's token</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options = null, CancellationToken cancellation = default)
    {
        using GrpcClientCall<TRequest, TResponse> call = Open(method, options, cancellation);
        await SendOnlyAsync(call, request);
        return await call.ReadSingleAsync();
    }

    /// <summary>One request, a stream of responses.</summary>
    public async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using GrpcClientCall<TRequest, TResponse> call = Open(method, options, cancellation);
        await SendOnlyAsync(call, request);
        while (await call.Responses.MoveNextAsync()) yield return call.Responses.Current;
    }

    /// <summary>Closes the connection; calls on it end.</summary>
    public void Dispose() => _http.Dispose();

    private static async Task SendOnlyAsync<TRequest, TResponse>(GrpcClientCall<TRequest, TResponse> call, TRequest request)
    {
        call.Requests.Buffer(request);
        try
        {
            await call.Requests.CompleteAsync();
        }
        catch (GrpcException)
        {
            // A server may answer without reading; the response says how the call ended.
        }
    }
}

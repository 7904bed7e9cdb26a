using System.IO.Pipelines;
using System.Net;
using Dsdn.Grpc.Wire;

namespace Dsdn.Grpc.Client;

/// <summary>
/// A call under way. Write to <see cref="Requests"/>, read from <see cref="Responses"/>, at the same time if wanted. Disposing a
/// call that has not ended cancels it.
/// </summary>
public sealed class GrpcClientCall<TRequest, TResponse> : IAsyncDisposable, IDisposable, IResponseSource<TResponse>
{
    /// <summary>For the headers of an answer that is on its way while a write breaks.</summary>
    private static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(5);

    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly GrpcChannelOptions _options;
    private readonly StreamingContent _content = new();
    private readonly CancellationTokenSource _ending;

    /// <summary>
    /// Ends a write that waits for the server's window. The transport does so by itself only while it still sends the body, and the end of the body may come first: such a write waited for ever.
    /// </summary>
    private readonly CancellationTokenSource _writing = new();
    private readonly CancellationToken _caller;
    private readonly Task<HttpResponseMessage> _sending;
    private readonly CancellationTokenRegistration _onEnding;
    private HttpResponseMessage? _response;
    private PipeReader? _pipe;
    private readonly bool _hasDeadline;
    private int _isDisposed;

    internal GrpcClientCall(
        HttpMessageInvoker http, Uri uri, GrpcMethod<TRequest, TResponse> method, GrpcChannelOptions channel, GrpcCallOptions? options, CancellationToken cancellation)
    {
        _method = method;
        _options = channel;
        _caller = cancellation;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, HeaderNames.Identity);
        foreach ((string key, string value) in options?.Headers ?? []) request.Headers.TryAddWithoutValidation(key, value);
        Requests = new RequestWriter<TRequest>(_content, method.Request, method.MessageBytesMax ?? channel.RequestBytesMax, this);
        Responses = new ResponseReader<TResponse>(this);
        if (options?.Deadline is { } deadline)
        {
            TimeSpan timeout = GrpcTimeout.Bounded(deadline);
            request.Headers.TryAddWithoutValidation(HeaderNames.Timeout, GrpcTimeout.Format(timeout));
            _hasDeadline = true;
            _ending.CancelAfter(timeout);
        }
        _onEnding = _ending.Token.Register(End);
        _sending = SendAsync(http, request);
    }

    public GrpcWriter<TRequest> Requests { get; }

    public GrpcReader<TResponse> Responses { get; }

    /// <summary>How it ended; null while it runs.</summary>
    public GrpcStatus? Status { get; private set; }

    /// <summary>What the server sent behind the last message.</summary>
    public GrpcMetadata Trailers { get; private set; } = new();

    /// <summary>The headers of the response, as soon as the server sends them.</summary>
    /// <exception cref="GrpcException">the call failed before</exception>
    public async Task<GrpcMetadata> ReadHeadersAsync(CancellationToken cancellation = default)
    {
        HttpResponseMessage response;
        try
        {
            response = await _sending.WaitAsync(cancellation);
        }
        catch (Exception e)
        {
            throw Failure(e, cancellation);
        }
        if (Status is { IsOk: false }) ThrowUnlessOk();
        GrpcMetadata metadata = new();
        foreach ((string key, IEnumerable<string> values) in response.Headers)
            foreach (string value in values) metadata.AddReceived(key, value);
        return metadata;
    }

    /// <summary>The single response of a unary or client-streaming method.</summary>
    /// <exception cref="GrpcException">the call did not end with Ok, or not with one message</exception>
    public async Task<TResponse> ReadSingleAsync(CancellationToken cancellation = default)
    {
        if (!await Responses.MoveNextAsync(cancellation)) throw new GrpcException(GrpcStatusCode.Internal, "the server answered Ok without a message");
        TResponse response = Responses.Current;
        if (await Responses.MoveNextAsync(cancellation)) throw new GrpcException(GrpcStatusCode.Internal, "the server answered with more than one message");
        return response;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        End();
        _onEnding.Dispose();
        _ending.Cancel();
        _ending.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    CancellationToken ICallEnd.Ended => _writing.Token;

    async ValueTask<FrameReader<TResponse>?> IResponseSource<TResponse>.OpenAsync(CancellationToken cancellation)
    {
        HttpResponseMessage response = await _sending.WaitAsync(cancellation);
        if (Status is not null) return null;
        _pipe = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellation), new StreamPipeReaderOptions(bufferSize: 32 * 1024));
        return new FrameReader<TResponse>(_pipe, _method.Response, _method.MessageBytesMax ?? _options.ResponseBytesMax);
    }

    void IResponseSource<TResponse>.ThrowUnlessOk() => ThrowUnlessOk();

    Exception ICallEnd.Failure(Exception cause, CancellationToken cancellation) => Failure(cause, cancellation);

    async ValueTask<Exception> ICallEnd.BrokenWriteAsync(Exception cause, CancellationToken cancellation)
    {
        bool isOwn = cause is GrpcException || cancellation.IsCancellationRequested || _ending.IsCancellationRequested || Volatile.Read(ref _isDisposed) != 0;
        if (isOwn) return Failure(cause, cancellation);
        try
        {
            await _sending.WaitAsync(AnswerWait, cancellation);
        }
        catch (Exception)
        {
            return Failure(cause, cancellation); // there is no answer
        }
        // The server answered before it had read everything, which breaks the write and nothing else: who reads learns what it said.
        return Status is { IsOk: false } ? Failure(cause, cancellation) : new GrpcException(GrpcStatusCode.Cancelled, "the server answered before it had read all requests", cause);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http, HttpRequestMessage request)
    {
        try
        {
            HttpResponseMessage response = await http.SendAsync(request, _ending.Token);
            _response = response;
            if (_ending.IsCancellationRequested) End();
            ReadStatusOfHeaders(response);
            return response;
        }
        catch (Exception e)
        {
            _content.Fail(Failure(e, _caller));
            throw;
        }
    }

    /// <summary>A status in the headers (trailers-only), or an answer that is not gRPC at all.</summary>
    private void ReadStatusOfHeaders(HttpResponseMessage response)
    {
        if (ResponseStatus.Find(response.Headers) is { } status) (Status, Trailers) = (status, ResponseStatus.Metadata(response.Headers));
        else if (response.StatusCode != HttpStatusCode.OK) Status = ResponseStatus.OfHttp(response.StatusCode);
        else if (!HeaderNames.IsGrpc(response.Content.Headers.ContentType?.ToString())) Status = new GrpcStatus(GrpcStatusCode.Unknown, "the answer is not gRPC");
    }

    private void ThrowUnlessOk()
    {
        if (Status is null)
        {
            // The end of the body: the status is behind it.
            Trailers = ResponseStatus.Metadata(_response!.TrailingHeaders);
            Status = ResponseStatus.Find(_response.TrailingHeaders) ?? new GrpcStatus(GrpcStatusCode.Internal, "the server ended the call without a status");
        }
        End();
        if (Status is { IsOk: false } status) throw new GrpcException(status, Trailers);
    }

    private Exception Failure(Exception cause, CancellationToken cancellation)
    {
        if (cause is GrpcException { Status: var own })
        {
            Status ??= own;
            End();
            return cause;
        }
        if (cancellation.IsCancellationRequested || _caller.IsCancellationRequested)
        {
            if (_caller.IsCancellationRequested) Status ??= new GrpcStatus(GrpcStatusCode.Cancelled, "cancelled here");
            return new OperationCanceledException("the call was cancelled", cause, cancellation.IsCancellationRequested ? cancellation : _caller);
        }
        // The server may end a call before it has read all requests; its status says more than the broken write.
        if (_response is { } response && Status is null && ResponseStatus.Find(response.TrailingHeaders) is { } sent) (Status, Trailers) = (sent, ResponseStatus.Metadata(response.TrailingHeaders));
        GrpcStatus status = Status ??= DeadlinePassed
            ? new GrpcStatus(GrpcStatusCode.DeadlineExceeded, "the deadline has passed")
            : Volatile.Read(ref _isDisposed) != 0 ? new GrpcStatus(GrpcStatusCode.Cancelled, "cancelled here") : ResponseStatus.OfTransport(cause);
        End();
        return new GrpcException(status, Trailers, cause);
    }

    /// <summary>Asked, not noted by a callback: what the cancellation breaks may come to light before a callback has run.</summary>
    private bool DeadlinePassed => _hasDeadline && _ending.IsCancellationRequested && !_caller.IsCancellationRequested && Volatile.Read(ref _isDisposed) == 0;

    /// <summary>Lets go of the stream: after its end nothing happens, before it the server sees a reset.</summary>
    private void End()
    {
        if (Status is { IsOk: true }) _content.Complete();
        else _content.Fail(new GrpcException(Status ?? (DeadlinePassed ? new GrpcStatus(GrpcStatusCode.DeadlineExceeded, "the deadline has passed") : new GrpcStatus(GrpcStatusCode.Cancelled, "the call is over"))));
        _response?.Dispose();
        _writing.Cancel();
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dsdn.Grpc.Server;

/// <summary>What a handler knows of its call besides the messages.</summary>
public sealed class GrpcServerCall
{
    private readonly IFeatureCollection _features;
    private GrpcMetadata? _requestHeaders;

    internal GrpcServerCall(IFeatureCollection features, string path, DateTimeOffset? deadline, CancellationToken cancellation)
    {
        _features = features;
        Path = path;
        Deadline = deadline;
        Cancellation = cancellation;
        Connection = features.Get<GrpcConnection>() ?? throw new InvalidOperationException("no connection");
    }

    /// <summary><c>/service/method</c>.</summary>
    public string Path { get; }

    public GrpcConnection Connection { get; }

    /// <summary>When the client stops waiting; null where it did not say.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>The client cancelled or is gone, the deadline has passed, or the server stops.</summary>
    public CancellationToken Cancellation { get; }

    public GrpcMetadata RequestHeaders => _requestHeaders ??= ReadHeaders();

    /// <summary>Sent with <see cref="SendHeadersAsync"/> or the first message.</summary>
    public GrpcMetadata ResponseHeaders { get; } = new();

    /// <summary>Sent behind the last message, also with an error.</summary>
    public GrpcMetadata Trailers { get; } = new();

    internal bool HasStarted { get; private set; }

    /// <summary>Sends the headers before any message, so that a client of a stream knows it was accepted.</summary>
    public async Task SendHeadersAsync()
    {
        StartResponse();
        await _features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.FlushAsync(Cancellation);
    }

    internal void StartResponse()
    {
        if (HasStarted) return;
        HasStarted = true;
        IHeaderDictionary headers = _features.GetRequiredFeature<IHttpResponseFeature>().Headers;
        headers.ContentType = Wire.HeaderNames.ContentType;
        Append(ResponseHeaders, headers);
    }

    internal static void Append(GrpcMetadata from, IHeaderDictionary to)
    {
        foreach ((string key, string value) in from) to.Append(key, value);
    }

    private GrpcMetadata ReadHeaders()
    {
        GrpcMetadata metadata = new();
        foreach ((string key, Microsoft.Extensions.Primitives.StringValues values) in _features.GetRequiredFeature<IHttpRequestFeature>().Headers)
            foreach (string? value in values) metadata.AddReceived(key, value);
        return metadata;
    }
}

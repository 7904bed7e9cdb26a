using Dsdn.Grpc.Trunks;

namespace Dsdn.Grpc.Server;

/// <summary>What a handler knows of its call besides the messages.</summary>
public sealed class GrpcServerCall
{
    private readonly ICallHead _head;
    private GrpcMetadata? _requestHeaders;

    /// <param name="trunkEnd">Of a call on a trunk: where its requests end.</param>
    internal GrpcServerCall(GrpcConnection connection, string path, DateTimeOffset? deadline, CancellationToken cancellation, ICallHead head, TrunkEnd? trunkEnd = null)
    {
        _head = head;
        Connection = connection;
        Path = path;
        Deadline = deadline;
        Cancellation = cancellation;
        TrunkEnd = trunkEnd;
    }

    /// <summary><c>/service/method</c>.</summary>
    public string Path { get; }

    public GrpcConnection Connection { get; }

    /// <summary>When the client stops waiting; null where it did not say.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>The client cancelled or is gone, the deadline has passed, or the server stops.</summary>
    public CancellationToken Cancellation { get; }

    public GrpcMetadata RequestHeaders => _requestHeaders ??= _head.Read();

    /// <summary>Sent with <see cref="SendHeadersAsync"/> or the first message; not on a trunk.</summary>
    public GrpcMetadata ResponseHeaders { get; } = new();

    /// <summary>Sent behind the last message, also with an error.</summary>
    public GrpcMetadata Trailers { get; } = new();

    internal TrunkEnd? TrunkEnd { get; }

    internal bool HasStarted { get; private set; }

    /// <summary>Sends the headers before any message, so that a client of a stream knows it was accepted.</summary>
    public async Task SendHeadersAsync()
    {
        StartResponse();
        await _head.FlushAsync(Cancellation);
    }

    internal void StartResponse()
    {
        if (HasStarted) return;
        HasStarted = true;
        _head.Send(ResponseHeaders);
    }
}

/// <summary>What stands in front of the messages, as the transport has it.</summary>
internal interface ICallHead
{
    void Send(GrpcMetadata headers);

    ValueTask FlushAsync(CancellationToken cancel);

    /// <summary>Of the request.</summary>
    GrpcMetadata Read();
}

namespace Dsdn.Grpc;

/// <summary>Whether each side sends one message or a stream of them.</summary>
public enum GrpcMethodKind
{
    Unary,
    ServerStreaming,
    ClientStreaming,
    Duplex,
}

/// <summary>A method of a service, as both ends declare it.</summary>
/// <param name="Service">With its package: <c>dsdn.peer.v1.Peer</c>.</param>
public sealed record GrpcMethod<TRequest, TResponse>(
    GrpcMethodKind Kind, string Service, string Name, GrpcMarshaller<TRequest> Request, GrpcMarshaller<TResponse> Response)
{
    /// <summary>Where not null: the limit of a message of this method, both ways, instead of the server's and the channel's.</summary>
    public int? MessageBytesMax { get; init; }

    /// <summary>The <c>:path</c> of HTTP/2.</summary>
    public string Path { get; } = $"/{Service}/{Name}";
}

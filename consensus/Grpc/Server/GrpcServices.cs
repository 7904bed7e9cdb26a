using System.Collections.Frozen;

namespace Dsdn.Grpc.Server;

/// <summary>The methods that a server offers with their handlers. Declare all, then start the server.</summary>
/// <remarks>A handler answers with a status other than Ok by throwing <see cref="GrpcException"/>. It must end when its call is cancelled.</remarks>
public sealed class GrpcServices
{
    private readonly Dictionary<string, ServerMethod> _methods = new(StringComparer.Ordinal);
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);

    public GrpcServices Unary<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, Func<TRequest, GrpcServerCall, Task<TResponse>> handler) =>
        Add(method, GrpcMethodKind.Unary, async (reader, writer, call) => writer.Buffer(await handler(await reader.ReadSingleAsync(), call)));

    public GrpcServices ServerStreaming<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, Func<TRequest, GrpcWriter<TResponse>, GrpcServerCall, Task> handler) =>
        Add(method, GrpcMethodKind.ServerStreaming, async (reader, writer, call) => await handler(await reader.ReadSingleAsync(), writer, call));

    public GrpcServices ClientStreaming<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, Func<GrpcReader<TRequest>, GrpcServerCall, Task<TResponse>> handler) =>
        Add(method, GrpcMethodKind.ClientStreaming, async (reader, writer, call) => writer.Buffer(await handler(reader, call)));

    public GrpcServices Duplex<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, Func<GrpcReader<TRequest>, GrpcWriter<TResponse>, GrpcServerCall, Task> handler) =>
        Add(method, GrpcMethodKind.Duplex, (reader, writer, call) => handler(reader, writer, call));

    internal FrozenDictionary<string, ServerMethod> Methods => _methods.ToFrozenDictionary(StringComparer.Ordinal);

    internal FrozenSet<string> Names => _services.ToFrozenSet(StringComparer.Ordinal);

    private GrpcServices Add<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, GrpcMethodKind kind, Func<RequestReader<TRequest>, ResponseWriter<TResponse>, GrpcServerCall, Task> run)
    {
        if (method.Kind != kind) throw new ArgumentException($"{method.Path} is declared as {method.Kind}, its handler is {kind}");
        if (!_methods.TryAdd(method.Path, new ServerMethod<TRequest, TResponse>(method, run))) throw new ArgumentException($"{method.Path} has a handler already");
        _services.Add(method.Service);
        return this;
    }
}

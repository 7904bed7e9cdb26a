using System.IO.Pipelines;

namespace Dsdn.Grpc.Server;

/// <summary>A method without its types.</summary>
internal abstract class ServerMethod
{
    /// <summary>Runs the handler; what it writes goes through the writer, which the caller can close.</summary>
    public abstract (Task Running, IClosable Writer) Start(GrpcServerCall call, PipeReader request, PipeWriter response, GrpcServerOptions options);
}

internal sealed class ServerMethod<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method, Func<RequestReader<TRequest>, ResponseWriter<TResponse>, GrpcServerCall, Task> run) : ServerMethod
{
    public override (Task Running, IClosable Writer) Start(GrpcServerCall call, PipeReader request, PipeWriter response, GrpcServerOptions options)
    {
        var reader = new RequestReader<TRequest>(request, method.Request, method.MessageBytesMax ?? options.RequestBytesMax, call.Cancellation, call.TrunkEnd);
        var writer = new ResponseWriter<TResponse>(call, response, method.Response, method.MessageBytesMax ?? options.ResponseBytesMax);
        return (Run(reader, writer, call), writer);
    }

    /// <summary>A handler that throws before its first await throws into the task as well.</summary>
    private async Task Run(RequestReader<TRequest> reader, ResponseWriter<TResponse> writer, GrpcServerCall call) => await run(reader, writer, call);
}

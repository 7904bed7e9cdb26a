using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Test.V1;

namespace Dsdn.GrpcTestServer;

/// <summary>The service of echo.proto.</summary>
internal sealed class EchoService
{
    private const string Name = "dsdn.test.v1.Echo";

    private static readonly GrpcMarshaller<Request> Requests = GrpcMarshallers.Protobuf(Request.Parser);
    private static readonly GrpcMarshaller<Reply> Replies = GrpcMarshallers.Protobuf(Reply.Parser);

    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _cancelled;

    public Task Stopped => _stopped.Task;

    public GrpcServices Services() => new GrpcServices()
        .Unary(Method(GrpcMethodKind.Unary, "Unary"), UnaryAsync)
        .ServerStreaming(Method(GrpcMethodKind.ServerStreaming, "Down"), (request, writer, call) => Counted(() => DownAsync(request, writer, call)))
        .ClientStreaming(Method(GrpcMethodKind.ClientStreaming, "Up"), UpAsync)
        .Duplex(Method(GrpcMethodKind.Duplex, "Both"), (reader, writer, call) => Counted(() => BothAsync(reader, writer, call)))
        .Unary(Method(GrpcMethodKind.Unary, "Cancelled"), (_, _) => Task.FromResult(new Reply { Count = (ulong)Volatile.Read(ref _cancelled) }))
        .Unary(Method(GrpcMethodKind.Unary, "Stop"), (_, _) =>
        {
            _stopped.TrySetResult();
            return Task.FromResult(new Reply());
        });

    private static GrpcMethod<Request, Reply> Method(GrpcMethodKind kind, string name) => new(kind, Name, name, Requests, Replies);

    private static async Task<Reply> UnaryAsync(Request request, GrpcServerCall call)
    {
        foreach ((string key, string value) in call.RequestHeaders)
        {
            if (key == "echo") call.ResponseHeaders.Add("echo", value);
        }
        if (call.RequestHeaders.TryGetBytes("echo-bin", out byte[]? bytes)) call.Trailers.Add("echo-bin", bytes);
        if (request.PauseMs > 0) await Task.Delay((int)request.PauseMs, call.Cancellation);
        if (request.Text == "throw") throw new InvalidOperationException("secret of the handler");
        if (request.Fail > 0) throw new GrpcException((GrpcStatusCode)request.Fail, request.Text);
        return new Reply { Text = request.Text, Data = request.Data, Count = request.Count };
    }

    private static async Task DownAsync(Request request, GrpcWriter<Reply> writer, GrpcServerCall call)
    {
        for (ulong i = 0; request.Count == 0 || i < request.Count; i++)
        {
            await writer.WriteAsync(new Reply { Text = request.Text, Data = request.Data, Count = i });
            if (request.PauseMs > 0) await Task.Delay((int)request.PauseMs, call.Cancellation);
        }
        if (request.Fail > 0) throw new GrpcException((GrpcStatusCode)request.Fail, request.Text);
    }

    private static async Task<Reply> UpAsync(GrpcReader<Request> reader, GrpcServerCall call)
    {
        ulong count = 0;
        int bytes = 0;
        await foreach (Request request in reader.ReadAllAsync())
        {
            count++;
            bytes += request.Data.Length;
            if (request.Fail > 0) throw new GrpcException((GrpcStatusCode)request.Fail, request.Text);
        }
        return new Reply { Count = count, Text = $"{bytes}" };
    }

    private static async Task BothAsync(GrpcReader<Request> reader, GrpcWriter<Reply> writer, GrpcServerCall call)
    {
        await foreach (Request request in reader.ReadAllAsync())
        {
            await writer.WriteAsync(new Reply { Text = request.Text, Data = request.Data, Count = request.Count });
            if (request.PauseMs > 0) await Task.Delay((int)request.PauseMs, call.Cancellation);
        }
    }

    private async Task Counted(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception e) when (e is not GrpcException { Status.Code: not GrpcStatusCode.Cancelled })
        {
            Interlocked.Increment(ref _cancelled);
            throw;
        }
    }
}

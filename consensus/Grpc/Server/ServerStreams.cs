using System.IO.Pipelines;
using Dsdn.Grpc.Trunks;
using Dsdn.Grpc.Wire;

namespace Dsdn.Grpc.Server;

/// <summary>Requests of one call.</summary>
internal sealed class RequestReader<T>(PipeReader body, GrpcMarshaller<T> marshaller, int messageBytesMax, CancellationToken call, TrunkEnd? trunk) : GrpcReader<T>
{
    private readonly FrameReader<T> _frames = new(body, marshaller, messageBytesMax, trunk);
    private CancellationToken _given;
    private CancellationToken _both;

    public override T Current => _frames.Current;

    public override ValueTask<bool> MoveNextAsync(CancellationToken cancellation = default)
    {
        if (!cancellation.CanBeCanceled || cancellation == call) return _frames.MoveNextAsync(call);
        if (cancellation != _given)
        {
            // Mostly the same token for all messages of a call; both sources outlive it, so the link needs no disposal.
            _given = cancellation;
            _both = CancellationTokenSource.CreateLinkedTokenSource(call, cancellation).Token;
        }
        return _frames.MoveNextAsync(_both);
    }

    /// <summary>The single request of a unary or server-streaming method.</summary>
    public async ValueTask<T> ReadSingleAsync()
    {
        if (!await _frames.MoveNextAsync(call)) throw new GrpcException(GrpcStatusCode.Internal, "the request has no message");
        T request = _frames.Current;
        if (await _frames.MoveNextAsync(call)) throw new GrpcException(GrpcStatusCode.Internal, "the request has more than one message");
        return request;
    }
}

/// <summary>Responses of one call. After <see cref="Close"/> nothing more can be written: the status has been sent.</summary>
internal sealed class ResponseWriter<T>(GrpcServerCall call, PipeWriter body, GrpcMarshaller<T> marshaller, int messageBytesMax) : GrpcWriter<T>, IClosable
{
    private readonly Lock _lock = new();
    private bool _isClosed;

    public override void Buffer(T message)
    {
        lock (_lock)
        {
            if (_isClosed) throw new GrpcException(GrpcStatusCode.Cancelled, "the call is over");
            call.StartResponse();
            Frame.Write(message, marshaller, body, messageBytesMax);
        }
    }

    public override async ValueTask FlushAsync(CancellationToken cancellation = default)
    {
        ValueTask<FlushResult> flushing;
        lock (_lock)
        {
            if (_isClosed) throw new GrpcException(GrpcStatusCode.Cancelled, "the call is over");
            flushing = body.FlushAsync(cancellation.CanBeCanceled ? cancellation : call.Cancellation);
        }
        FlushResult result = await flushing;
        if (result.IsCompleted || result.IsCanceled) throw new GrpcException(GrpcStatusCode.Cancelled, "the client is gone");
    }

    public override ValueTask CompleteAsync() => ValueTask.CompletedTask;

    public void Close()
    {
        lock (_lock) _isClosed = true;
    }
}

/// <summary>Something that a call closes before it sends its status.</summary>
internal interface IClosable
{
    void Close();
}

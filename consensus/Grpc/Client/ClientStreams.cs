using System.Buffers;
using Dsdn.Grpc.Wire;

namespace Dsdn.Grpc.Client;

/// <summary>Requests of one call.</summary>
internal sealed class RequestWriter<T>(StreamingContent content, GrpcMarshaller<T> marshaller, int messageBytesMax, ICallEnd call) : GrpcWriter<T>
{
    /// <summary>A buffer that grew beyond this for one message is not kept for the next.</summary>
    private const int KeptBytesMax = 256 * 1024;

    private ArrayBufferWriter<byte> _buffer = new();
    private bool _isComplete;

    public override void Buffer(T message)
    {
        if (_isComplete) throw new InvalidOperationException("the requests were completed");
        Frame.Write(message, marshaller, _buffer, messageBytesMax);
    }

    public override async ValueTask FlushAsync(CancellationToken cancellation = default)
    {
        if (_buffer.WrittenCount == 0) return;
        try
        {
            Stream stream = await content.Opened.WaitAsync(cancellation);
            using CancellationTokenSource? either = cancellation.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellation, call.Ended) : null;
            CancellationToken stop = either?.Token ?? call.Ended;
            await stream.WriteAsync(_buffer.WrittenMemory, stop);
            await stream.FlushAsync(stop);
        }
        catch (Exception e)
        {
            throw await call.BrokenWriteAsync(e, cancellation);
        }
        if (_buffer.Capacity > KeptBytesMax) _buffer = new();
        else _buffer.ResetWrittenCount();
    }

    /// <summary>Bytes of the stream as they stand, to see what a server makes of them.</summary>
    internal async Task WriteRawAsync(ReadOnlyMemory<byte> bytes)
    {
        _buffer.Write(bytes.Span);
        await FlushAsync();
    }

    public override async ValueTask CompleteAsync()
    {
        if (_isComplete) return;
        await FlushAsync();
        _isComplete = true;
        content.Complete();
    }
}

/// <summary>Responses of one call; the end of them is where its status is known.</summary>
internal sealed class ResponseReader<T>(IResponseSource<T> source) : GrpcReader<T>
{
    private FrameReader<T>? _frames;
    private bool _ended;

    public override T Current => _frames is null ? default! : _frames.Current;

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellation = default)
    {
        if (_ended) return false;
        try
        {
            _frames ??= await source.OpenAsync(cancellation);
            if (_frames is not null && await _frames.MoveNextAsync(cancellation)) return true;
        }
        catch (Exception e)
        {
            _ended = true;
            throw source.Failure(e, cancellation);
        }
        _ended = true;
        source.ThrowUnlessOk();
        return false;
    }
}

/// <summary>Turns what the transport throws into how the call ended.</summary>
internal interface ICallEnd
{
    /// <summary>Cancelled when nothing more can be written.</summary>
    CancellationToken Ended { get; }

    /// <param name="cancellation">Of the caller: where that was it, an <see cref="OperationCanceledException"/>.</param>
    Exception Failure(Exception cause, CancellationToken cancellation);

    /// <summary>As <see cref="Failure"/>, for a write: where the server has answered, the answer is left to be read.</summary>
    ValueTask<Exception> BrokenWriteAsync(Exception cause, CancellationToken cancellation);
}

internal interface IResponseSource<T> : ICallEnd
{
    /// <summary>Null where the server answered with a status alone.</summary>
    ValueTask<FrameReader<T>?> OpenAsync(CancellationToken cancellation);

    void ThrowUnlessOk();
}

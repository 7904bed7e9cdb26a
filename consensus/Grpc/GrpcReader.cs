using System.Runtime.CompilerServices;

namespace Dsdn.Grpc;

/// <summary>Messages that arrive, one after another. One reader at a time.</summary>
public abstract class GrpcReader<T>
{
    /// <summary>The message that the last <see cref="MoveNextAsync"/> read.</summary>
    public abstract T Current { get; }

    /// <summary>False at the end of the stream. A reader of responses ends like that only where the call ended with Ok.</summary>
    /// <exception cref="GrpcException">the stream ended otherwise, or what came is not gRPC or too large</exception>
    /// <exception cref="OperationCanceledException">the caller's token</exception>
    public abstract ValueTask<bool> MoveNextAsync(CancellationToken cancellation = default);

    /// <summary>Everything until the end.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (await MoveNextAsync(cancellation)) yield return Current;
    }
}

/// <summary>Messages to the other side. One writer at a time.</summary>
public abstract class GrpcWriter<T>
{
    /// <summary>Adds a message to what the next flush sends. It is copied before this returns.</summary>
    /// <exception cref="GrpcException">larger than the limit, or the call is over</exception>
    public abstract void Buffer(T message);

    /// <summary>Sends what is buffered; completes when the transport took it, which is where a slow receiver is felt.</summary>
    public abstract ValueTask FlushAsync(CancellationToken cancellation = default);

    /// <summary>Sends one message at once.</summary>
    public ValueTask WriteAsync(T message, CancellationToken cancellation = default)
    {
        Buffer(message);
        return FlushAsync(cancellation);
    }

    /// <summary>No message follows. On a server this is implied by the end of the handler.</summary>
    public abstract ValueTask CompleteAsync();
}

using System.Buffers;
using System.IO.Pipelines;
using Dsdn.Grpc.Trunks;
using Google.Protobuf;

namespace Dsdn.Grpc.Wire;

/// <summary>Cuts messages out of a pipe. What is buffered is at most one message and what the flow control let in behind it.</summary>
/// <param name="trunk">Where the pipe is one: its messages end with a block of headers, not with the pipe.</param>
internal sealed class FrameReader<T>(PipeReader pipe, GrpcMarshaller<T> marshaller, int messageBytesMax, TrunkEnd? trunk = null)
{
    public T Current { get; private set; } = default!;

    /// <returns>False at a clean end.</returns>
    /// <exception cref="GrpcException">no frame, too large, cut off, or not the message of this method</exception>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellation)
    {
        if (trunk?.Block is not null) return false;
        ReadResult result = await pipe.ReadAtLeastAsync(Frame.HeaderBytes, cancellation);
        if (result.IsCanceled) throw new OperationCanceledException();
        if (result.Buffer.IsEmpty && result.IsCompleted)
        {
            pipe.AdvanceTo(result.Buffer.End);
            return trunk is null ? false : throw new GrpcException(GrpcStatusCode.Unavailable, "the connection ended inside a call");
        }
        if (trunk is not null && result.Buffer.Length >= Frame.HeaderBytes && TrunkProtocol.IsBlock(result.Buffer))
        {
            await EndAsync(result, trunk, cancellation);
            return false;
        }
        int length = HeaderOf(result);
        if (result.Buffer.Length < Frame.HeaderBytes + length)
        {
            pipe.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await pipe.ReadAtLeastAsync(Frame.HeaderBytes + length, cancellation);
            if (result.IsCanceled) throw new OperationCanceledException();
        }
        ReadOnlySequence<byte> buffer = result.Buffer;
        if (buffer.Length < Frame.HeaderBytes + length) throw Refuse(buffer, CutOff());
        ReadOnlySequence<byte> message = buffer.Slice(Frame.HeaderBytes, length);
        try
        {
            Current = marshaller.Read(message);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            throw Refuse(buffer, new GrpcException(GrpcStatusCode.Internal, "the bytes are not the message of this method", e) { IsViolation = true });
        }
        pipe.AdvanceTo(message.End);
        return true;
    }

    private async ValueTask EndAsync(ReadResult result, TrunkEnd trunk, CancellationToken cancellation)
    {
        int length = Frame.HeaderBytes + TrunkProtocol.BlockLength(result.Buffer);
        if (result.Buffer.Length < length)
        {
            pipe.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await pipe.ReadAtLeastAsync(length, cancellation);
            if (result.IsCanceled) throw new OperationCanceledException();
        }
        if (result.Buffer.Length < length) throw Refuse(result.Buffer, CutOff());
        byte[] block = result.Buffer.Slice(Frame.HeaderBytes, length - Frame.HeaderBytes).ToArray();
        pipe.AdvanceTo(result.Buffer.GetPosition(length));
        trunk.Block = block;
    }

    private int HeaderOf(ReadResult result)
    {
        if (result.Buffer.Length < Frame.HeaderBytes) throw Refuse(result.Buffer, CutOff());
        try
        {
            return Frame.ReadLength(result.Buffer, messageBytesMax);
        }
        catch (GrpcException e)
        {
            throw Refuse(result.Buffer, e);
        }
    }

    private GrpcException Refuse(ReadOnlySequence<byte> buffer, GrpcException refusal)
    {
        pipe.AdvanceTo(buffer.End);
        if (trunk is not null) trunk.IsBroken = true;
        return refusal;
    }

    private static GrpcException CutOff() => new(GrpcStatusCode.Internal, "the stream ended inside a message") { IsViolation = true };
}

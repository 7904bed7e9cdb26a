using System.Buffers;
using System.Buffers.Binary;

namespace Dsdn.Grpc.Wire;

/// <summary>What stands in front of each message: a flag (1 = compressed, never sent or taken here) and the length, big-endian.</summary>
internal static class Frame
{
    public const int HeaderBytes = 5;

    /// <exception cref="GrpcException">the message is larger than the limit</exception>
    public static void Write<T>(T message, GrpcMarshaller<T> marshaller, IBufferWriter<byte> output, int messageBytesMax)
    {
        int size = marshaller.Size(message);
        if (size > messageBytesMax) throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"a message of {size} bytes is over the limit of {messageBytesMax}");
        Span<byte> header = output.GetSpan(HeaderBytes);
        header[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)size);
        output.Advance(HeaderBytes);
        marshaller.Write(message, output);
    }

    /// <param name="bytes">At least <see cref="HeaderBytes"/>.</param>
    /// <returns>Length of the message.</returns>
    /// <exception cref="GrpcException">compressed, no frame, or over the limit; said before any of the message is kept</exception>
    public static int ReadLength(ReadOnlySequence<byte> bytes, int messageBytesMax)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        bytes.Slice(0, HeaderBytes).CopyTo(header);
        if (header[0] == 1) throw new GrpcException(GrpcStatusCode.Unimplemented, "compressed messages are not supported") { IsViolation = true };
        if (header[0] != 0) throw new GrpcException(GrpcStatusCode.Internal, $"unknown flag {header[0]} of a message") { IsViolation = true };
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > messageBytesMax) throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"a message of {length} bytes is over the limit of {messageBytesMax}") { IsViolation = true };
        return (int)length;
    }
}

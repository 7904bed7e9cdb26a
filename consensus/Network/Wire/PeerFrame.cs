using System.Buffers;
using System.Buffers.Binary;
using Dsdn.Grpc;

namespace Dsdn.Consensus.Network.Wire;

/// <summary>The message <c>Frame</c> of peer.proto. Written by hand: one copy of the payload each way, and only the one form of each frame is taken.</summary>
/// <param name="Payload">Empty where the frame is a ping or pong.</param>
internal readonly record struct PeerFrame(ReadOnlyMemory<byte> Payload, ulong Ping, ulong Pong)
{
    /// <summary>Tag and length in front of the payload.</summary>
    public const int OverheadBytesMax = 6;

    private const byte PayloadTag = (1 << 3) | 2;
    private const byte PingTag = (2 << 3) | 1;
    private const byte PongTag = (3 << 3) | 1;
    private const int NumberBytes = 1 + sizeof(ulong);

    public static readonly GrpcMarshaller<PeerFrame> Marshaller = new(Size, Write, Read);

    public static PeerFrame OfPayload(ReadOnlyMemory<byte> payload) => new(payload, 0, 0);

    private static int Size(PeerFrame frame) =>
        frame.Payload.Length > 0 ? 1 + VarintBytes((uint)frame.Payload.Length) + frame.Payload.Length : NumberBytes;

    private static void Write(PeerFrame frame, IBufferWriter<byte> output)
    {
        if (frame.Payload.Length > 0)
        {
            Span<byte> head = output.GetSpan(OverheadBytesMax);
            head[0] = PayloadTag;
            uint rest = (uint)frame.Payload.Length;
            int at = 1;
            for (; rest >= 0x80; rest >>= 7) head[at++] = (byte)(rest | 0x80);
            head[at++] = (byte)rest;
            output.Advance(at);
            output.Write(frame.Payload.Span);
            return;
        }
        Span<byte> number = output.GetSpan(NumberBytes);
        number[0] = frame.Ping != 0 ? PingTag : PongTag;
        BinaryPrimitives.WriteUInt64LittleEndian(number[1..], frame.Ping != 0 ? frame.Ping : frame.Pong);
        output.Advance(NumberBytes);
    }

    private static PeerFrame Read(ReadOnlySequence<byte> bytes)
    {
        SequenceReader<byte> reader = new(bytes);
        if (!reader.TryRead(out byte tag)) throw new InvalidDataException("an empty frame");
        switch (tag)
        {
            case PayloadTag:
                long length = ReadVarint(ref reader);
                if (length == 0 || length != reader.Remaining) throw new InvalidDataException("a payload that does not fill its frame");
                return OfPayload(reader.UnreadSequence.ToArray());
            case PingTag or PongTag:
                if (reader.Remaining != sizeof(ulong) || !reader.TryReadLittleEndian(out long number) || number == 0) throw new InvalidDataException("a ping without a number");
                return tag == PingTag ? new PeerFrame(default, (ulong)number, 0) : new PeerFrame(default, 0, (ulong)number);
            default:
                throw new InvalidDataException("an unknown field in a frame");
        }
    }

    private static long ReadVarint(ref SequenceReader<byte> reader)
    {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (!reader.TryRead(out byte unit)) break;
            value |= (long)(unit & 0x7f) << shift;
            if (unit < 0x80) return value;
        }
        throw new InvalidDataException("a length that does not end");
    }

    private static int VarintBytes(uint value)
    {
        int bytes = 1;
        for (; value >= 0x80; value >>= 7) bytes++;
        return bytes;
    }
}

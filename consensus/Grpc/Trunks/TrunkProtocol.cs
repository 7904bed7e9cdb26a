using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Security;
using System.Text;
using Dsdn.Grpc.Wire;

namespace Dsdn.Grpc.Trunks;

/// <summary>
/// A trunk is a TLS connection that carries one call after another without HTTP/2, for much data (docs/decisions/0034). Messages stand on it as gRPC frames them, and blocks of headers as gRPC-Web
/// does: flag 0x80, length, lines of <c>name: value</c>. A call is a block with its path, messages, and an empty block; its answer is messages and a block with status and trailers. Who cannot end a
/// call properly closes the connection.
/// </summary>
internal static class TrunkProtocol
{
    public const string Path = ":path";

    /// <summary>Of a block.</summary>
    public const int BlockBytesMax = 16 * 1024;

    /// <summary>What a write takes at once: a message of 64 KiB with all that surrounds it.</summary>
    private const int WriteBytes = 128 * 1024;

    private const int ReadBytes = 64 * 1024, RecordBytes = 16 * 1024;
    private const byte BlockFlag = 0x80;

    /// <summary>What both ends name in the TLS handshake (RFC 7301).</summary>
    public static readonly SslApplicationProtocol Alpn = new("dsdn-trunk/1");

    public static PipeReader Reader(Stream stream) => PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBytes, minimumReadSize: RecordBytes, leaveOpen: true, useZeroByteReads: true));

    public static PipeWriter Writer(Stream stream) => PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: WriteBytes, leaveOpen: true));

    public static bool IsBlock(ReadOnlySequence<byte> frame) => frame.FirstSpan[0] == BlockFlag;

    /// <param name="frame">At least the header of one.</param>
    /// <exception cref="GrpcException">longer than a block may be</exception>
    public static int BlockLength(ReadOnlySequence<byte> frame)
    {
        uint length = Length(frame);
        return length <= BlockBytesMax ? (int)length : throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"headers of {length} bytes are over the limit of {BlockBytesMax}") { IsViolation = true };
    }

    public static void WriteBlock(IBufferWriter<byte> output, IEnumerable<KeyValuePair<string, string>> lines)
    {
        string text = string.Concat(lines.Select(static line => $"{line.Key}: {line.Value}\r\n"));
        Span<byte> frame = output.GetSpan(Frame.HeaderBytes + text.Length);
        frame[0] = BlockFlag;
        int length = Encoding.ASCII.GetBytes(text, frame[Frame.HeaderBytes..]);
        BinaryPrimitives.WriteUInt32BigEndian(frame[1..], (uint)length);
        output.Advance(Frame.HeaderBytes + length);
    }

    public static IEnumerable<KeyValuePair<string, string>> Lines(GrpcStatus status, GrpcMetadata trailers) =>
    [
        new(HeaderNames.Status, ((int)status.Code).ToString(CultureInfo.InvariantCulture)),
        new(HeaderNames.Message, StatusText.Encode(status.Detail)),
        .. trailers,
    ];

    /// <summary>Lines that are none are left out.</summary>
    public static List<KeyValuePair<string, string>> ReadBlock(byte[] block)
    {
        List<KeyValuePair<string, string>> lines = [];
        foreach (string line in Encoding.ASCII.GetString(block).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = line.IndexOf(':', 1);
            if (colon > 0) lines.Add(new(line[..colon], line[(colon + 1)..].Trim(' ')));
        }
        return lines;
    }

    /// <summary>Passes the requests that nobody read.</summary>
    /// <returns>False: the other side closed the connection before their end.</returns>
    /// <exception cref="GrpcException">what came is none</exception>
    public static async ValueTask<bool> SkipRequestsAsync(PipeReader pipe, CancellationToken cancel)
    {
        for (; ; )
        {
            ReadResult result = await pipe.ReadAtLeastAsync(Frame.HeaderBytes, cancel);
            if (result.Buffer.Length < Frame.HeaderBytes) return false;
            bool isEnd = IsBlock(result.Buffer);
            long left = Frame.HeaderBytes + (isEnd ? BlockLength(result.Buffer) : (long)Length(result.Buffer));
            for (; ; )
            {
                long take = Math.Min(left, result.Buffer.Length);
                left -= take;
                pipe.AdvanceTo(result.Buffer.GetPosition(take));
                if (left == 0) break;
                if (result.IsCompleted) return false;
                result = await pipe.ReadAsync(cancel);
            }
            if (isEnd) return true;
        }
    }

    /// <summary>A block at the start of a call.</summary>
    /// <returns>Null: the other side closed the connection.</returns>
    /// <exception cref="GrpcException">something else came</exception>
    public static async ValueTask<List<KeyValuePair<string, string>>?> ReadHeadAsync(PipeReader pipe, CancellationToken cancel)
    {
        ReadResult result = await pipe.ReadAtLeastAsync(Frame.HeaderBytes, cancel);
        if (result.Buffer.Length < Frame.HeaderBytes) return null;
        if (!IsBlock(result.Buffer)) throw new GrpcException(GrpcStatusCode.Internal, "a call begins with its headers") { IsViolation = true };
        int length = Frame.HeaderBytes + BlockLength(result.Buffer);
        if (result.Buffer.Length < length)
        {
            pipe.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await pipe.ReadAtLeastAsync(length, cancel);
        }
        if (result.Buffer.Length < length) return null;
        byte[] block = result.Buffer.Slice(Frame.HeaderBytes, length - Frame.HeaderBytes).ToArray();
        pipe.AdvanceTo(result.Buffer.GetPosition(length));
        return ReadBlock(block);
    }

    private static uint Length(ReadOnlySequence<byte> frame)
    {
        Span<byte> header = stackalloc byte[Frame.HeaderBytes];
        frame.Slice(0, Frame.HeaderBytes).CopyTo(header);
        return BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
    }
}

/// <summary>What the reader of a trunk's messages found behind them.</summary>
internal sealed class TrunkEnd
{
    /// <summary>The block that ended them; null: not yet.</summary>
    public byte[]? Block { get; set; }

    /// <summary>What came is no message: where the next begins is not known.</summary>
    public bool IsBroken { get; set; }
}

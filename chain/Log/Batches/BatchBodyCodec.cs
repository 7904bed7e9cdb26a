using System.Buffers;
using System.IO.Compression;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Batches;

/// <summary>
/// count u32 of events, each u32 length | bytes; count u32 of receipts, each u32 length | bytes. In the envelope as it is, or
/// compressed by Brotli; decompression stops at the length that the header declares.
/// </summary>
public static class BatchBodyCodec
{
    private const int ItemBytesMin = 4;

    /// <summary>1 MiB bodies gain nothing from more.</summary>
    private const int WindowBits = 20;

    /// <summary>Before compression.</summary>
    public static byte[] Encode(BatchBody body)
    {
        LogWriter writer = new(4_096);
        Write(writer, body.Events);
        Write(writer, body.Receipts);
        return writer.ToArray();
    }

    /// <param name="body">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out BatchBody? body)
    {
        body = null;
        if (bytes.Length > LogLimits.BatchBodyBytesMax) return LogFault.TooLong;
        LogReader reader = new(bytes);
        ReadOnlyMemory<byte>[] events = Read(ref reader, LogLimits.EventsMax, EventCodec.BytesMax);
        ReadOnlyMemory<byte>[] receipts = Read(ref reader, LogLimits.ReceiptsMax, LogLimits.ReceiptBytesMax);
        LogFault fault = reader.End();
        if (fault == LogFault.None) body = new BatchBody(events, receipts);
        return fault;
    }

    /// <summary>Brotli at this quality (0 to 11); null where the result would not be shorter.</summary>
    public static byte[]? Compress(ReadOnlySpan<byte> body, int quality)
    {
        byte[] compressed = new byte[body.Length];
        return BrotliEncoder.TryCompress(body, compressed, out int written, quality, WindowBits) && written < body.Length ? compressed.AsSpan(0, written).ToArray() : null;
    }

    /// <summary>The body before compression, exactly as long as the header says.</summary>
    /// <param name="plain">Empty where it is refused.</param>
    public static LogFault TryUnpack(BodyCodec codec, ReadOnlyMemory<byte> encoded, uint declaredBytes, out ReadOnlyMemory<byte> plain)
    {
        plain = default;
        if (declaredBytes > LogLimits.BatchBodyBytesMax) return LogFault.TooLong;
        if (codec == BodyCodec.Raw)
        {
            if ((uint)encoded.Length != declaredBytes) return LogFault.BodyLength;
            plain = encoded;
            return LogFault.None;
        }
        return codec == BodyCodec.Brotli ? Decompress(encoded.Span, (int)declaredBytes, out plain) : LogFault.BodyCodec;
    }

    /// <summary>All of the input, and nothing behind the end of its stream.</summary>
    private static LogFault Decompress(ReadOnlySpan<byte> encoded, int declaredBytes, out ReadOnlyMemory<byte> plain)
    {
        plain = default;
        byte[] output = new byte[declaredBytes];
        BrotliDecoder decoder = default;
        try
        {
            OperationStatus status = decoder.Decompress(encoded, output, out int taken, out int made);
            if (status == OperationStatus.DestinationTooSmall) return LogFault.BodyLength;
            if (status != OperationStatus.Done || taken != encoded.Length) return LogFault.BodyCodec;
            if (made != declaredBytes) return LogFault.BodyLength;
            plain = output;
            return LogFault.None;
        }
        finally
        {
            decoder.Dispose();
        }
    }

    private static void Write(LogWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        writer.U32((uint)items.Count);
        for (int i = 0; i < items.Count; i++) writer.Prefixed(items[i].Span);
    }

    private static ReadOnlyMemory<byte>[] Read(ref LogReader reader, int itemsMax, int itemBytesMax)
    {
        ReadOnlyMemory<byte>[] items = new ReadOnlyMemory<byte>[reader.Count32(itemsMax, ItemBytesMin)];
        for (int i = 0; i < items.Length; i++) items[i] = reader.Prefixed(itemBytesMax);
        return items;
    }
}

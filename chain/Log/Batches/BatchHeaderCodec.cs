using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Batches;

/// <summary>The fields of the header in the order of its declaration behind a version byte: 328 bytes.</summary>
public static class BatchHeaderCodec
{
    public const int Bytes = 328;

    public static byte[] Encode(BatchHeader header)
    {
        LogWriter writer = new(Bytes);
        Write(writer, header);
        return writer.ToArray();
    }

    /// <param name="header">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out BatchHeader? header)
    {
        LogReader reader = new(bytes);
        BatchHeader read = Read(ref reader);
        LogFault fault = reader.End();
        header = fault == LogFault.None ? read : null;
        return fault;
    }

    internal static void Write(LogWriter writer, BatchHeader header) => writer
        .U8(BatchHeader.CurrentVersion).U64(header.ChainId).Hash(header.LogId).U64(header.Epoch).U64(header.Seq).Hash(header.PreviousHash)
        .Hash(header.CommitteeHash).U64(header.LogTimeMs).U64(header.AnchorHeight).Hash(header.AnchorHash).U64(header.ForcedCursor)
        .U32(header.EventsCount).Hash(header.EventsRoot).U32(header.ReceiptsCount).Hash(header.ReceiptsRoot)
        .U8((byte)header.BodyCodec).U32(header.BodyBytes).Hash(header.BodyHash).U64(header.CheckpointSeq).Hash(header.CheckpointRoot).U16(header.Author);

    internal static BatchHeader Read(ref LogReader reader)
    {
        if (reader.U8() != BatchHeader.CurrentVersion) reader.Fail(LogFault.Version);
        BatchHeader read = new()
        {
            ChainId = reader.U64(), LogId = reader.Hash(), Epoch = reader.U64(), Seq = reader.U64(), PreviousHash = reader.Hash(),
            CommitteeHash = reader.Hash(), LogTimeMs = reader.U64(), AnchorHeight = reader.U64(), AnchorHash = reader.Hash(),
            ForcedCursor = reader.U64(), EventsCount = reader.U32(), EventsRoot = reader.Hash(), ReceiptsCount = reader.U32(),
            ReceiptsRoot = reader.Hash(), BodyCodec = (BodyCodec)reader.U8(), BodyBytes = reader.U32(), BodyHash = reader.Hash(),
            CheckpointSeq = reader.U64(), CheckpointRoot = reader.Hash(), Author = reader.U16(),
        };
        if (read.BodyCodec > BodyCodec.Brotli) reader.Fail(LogFault.BodyCodec);
        if (read.BodyBytes > LogLimits.BatchBodyBytesMax || read.EventsCount > LogLimits.EventsMax || read.ReceiptsCount > LogLimits.ReceiptsMax) reader.Fail(LogFault.TooLong);
        if (read.Seq == 0 || read.LogTimeMs > LogLimits.TimeMsMax) reader.Fail(LogFault.Value);
        return read;
    }
}

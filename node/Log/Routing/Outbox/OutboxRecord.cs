using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Log.Routing.Outbox;

/// <summary>What a frame says. Kinds are never reused.</summary>
internal abstract record OutboxRecord
{
    /// <summary>The first of a generation: so many frames, this one too, are its content at that time.</summary>
    public sealed record Begin(uint Frames, ulong HighestSeq) : OutboxRecord;

    public sealed record Batch(PendingBatch Item) : OutboxRecord;

    public sealed record Forget(ulong Seq) : OutboxRecord;

    public sealed record Memory(RouterMemory Item) : OutboxRecord;

    public sealed record Announce(OpenAnnouncement Item) : OutboxRecord;

    public sealed record Announced(ulong Id) : OutboxRecord;
}

/// <summary>An event that is to stand in the next batch.</summary>
/// <param name="Id">Of the effect.</param>
public sealed record OpenAnnouncement(ulong Id, EventKind Kind, ReadOnlyMemory<byte> Body);

/// <summary>kind u8 | fields of fixed width, big-endian.</summary>
internal static class OutboxCodec
{
    private const byte BeginKind = 1, BatchKind = 2, ForgetKind = 3, MemoryKind = 4, AnnounceKind = 5, AnnouncedKind = 6;

    public static byte[] Encode(OutboxRecord record)
    {
        LogWriter writer = new(192);
        return (record switch
        {
            OutboxRecord.Begin begin => writer.U8(BeginKind).U32(begin.Frames).U64(begin.HighestSeq),
            OutboxRecord.Batch batch => Write(writer.U8(BatchKind), batch.Item),
            OutboxRecord.Forget forget => writer.U8(ForgetKind).U64(forget.Seq),
            OutboxRecord.Memory memory => Write(writer.U8(MemoryKind), memory.Item),
            OutboxRecord.Announce announce => writer.U8(AnnounceKind).U64(announce.Item.Id).U8((byte)announce.Item.Kind).Prefixed(announce.Item.Body.Span),
            OutboxRecord.Announced announced => writer.U8(AnnouncedKind).U64(announced.Id),
            _ => throw new InvalidOperationException($"unknown record {record.GetType().Name}"),
        }).ToArray();
    }

    /// <summary>Null where it is of no known form.</summary>
    public static OutboxRecord? Decode(ReadOnlyMemory<byte> bytes)
    {
        LogReader reader = new(bytes);
        OutboxRecord? record = reader.U8() switch
        {
            BeginKind => new OutboxRecord.Begin(reader.U32(), reader.U64()),
            BatchKind => ReadBatch(ref reader),
            ForgetKind => new OutboxRecord.Forget(reader.U64()),
            MemoryKind => ReadMemory(ref reader),
            AnnounceKind => new OutboxRecord.Announce(new OpenAnnouncement(reader.U64(), (EventKind)reader.U8(), reader.Prefixed(OutboxFrames.RecordBytesMax))),
            AnnouncedKind => new OutboxRecord.Announced(reader.U64()),
            _ => null,
        };
        return reader.End() == Chain.Log.LogFault.None ? record : null;
    }

    private static LogWriter Write(LogWriter writer, PendingBatch batch) => writer
        .U64(batch.Seq).Hash(batch.CoreHash).Hash(batch.Commitment).U32(batch.DataBytes).U64(batch.DecidedMs).U64(batch.SearchFromHeight).U8((byte)batch.Attempt)
        .U8(batch.Pointers.Canonical is { } tier ? (byte)tier : (byte)0).U64(batch.Pointers.CelestiaHeight).Hash(batch.Pointers.CertificateHash)
        .U8(batch.Pointers.HasEmergencyCopy ? (byte)1 : (byte)0);

    private static OutboxRecord.Batch ReadBatch(ref LogReader reader)
    {
        ulong seq = reader.U64();
        var core = reader.Hash();
        var commitment = reader.Hash();
        uint bytes = reader.U32();
        ulong decidedMs = reader.U64(), searchFrom = reader.U64();
        var attempt = (AttemptState)reader.U8((byte)AttemptState.Unpostable);
        byte tier = reader.U8((byte)DaTier.Emergency);
        BatchPointers pointers = new(tier == 0 ? null : (DaTier)tier, reader.U64(), reader.Hash(), reader.U8(1) == 1);
        return new OutboxRecord.Batch(new PendingBatch(seq, core, commitment, bytes, decidedMs, searchFrom, attempt, pointers));
    }

    private static LogWriter Write(LogWriter writer, RouterMemory memory) => writer
        .U8((byte)memory.Mode).U8(memory.IsForced ? (byte)1 : (byte)0).U64(memory.OutageSinceMs).U64(memory.BacklogEnd).U64(memory.Reconciled).U64(memory.LastHeight)
        .U64(memory.NextAnnouncement);

    private static OutboxRecord? ReadMemory(ref LogReader reader)
    {
        var mode = (RouterMode)reader.U8((byte)RouterMode.Recovering);
        RouterMemory memory = new(mode, reader.U8(1) == 1, reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64());
        return mode == 0 ? null : new OutboxRecord.Memory(memory);
    }
}

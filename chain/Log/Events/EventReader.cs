using System.Buffers;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// All checks of an event that need no state, in one fixed order: two who replay the log must skip the same event for the same
/// reason. Form, author, kind, body, end, signature, acknowledgements. Nonces come after, with the state.
/// </summary>
public static class EventReader
{
    /// <summary>Signatures that are worth a piece of work of their own.</summary>
    private const int SignaturesPerPiece = 16;

    /// <param name="encoded">As it stands in the batch; kept, not copied.</param>
    /// <param name="place">Index of the event in the batch.</param>
    /// <param name="read">Null where the event is to be skipped for the returned reason.</param>
    public static LogFault TryRead(ReadOnlyMemory<byte> encoded, EventContext context, int place, out CheckedEvent? read)
    {
        read = null;
        LogFault fault = Decode(encoded, context, place, out LogEvent? entry, out EventBody? body);
        if (entry is null || body is null) return fault;
        CheckedEvent made = new(entry, EventCodec.IdOf(encoded.Span, entry.AuthorType), body);
        fault = context.ChecksAuthors ? CheckAuthor(made) : LogFault.None;
        read = fault == LogFault.None ? made : null;
        return fault;
    }

    /// <summary>All events of a batch: as <see cref="TryRead"/> one by one, with ids hashed side by side and signatures spread over the cores.</summary>
    public static EventReading[] ReadAll(IReadOnlyList<ReadOnlyMemory<byte>> events, EventContext context, IParallel parallel)
    {
        EventReading[] readings = new EventReading[events.Count];
        int[] offsets = new int[events.Count + 1];
        int bytes = 0;
        for (int i = 0; i < readings.Length; i++) bytes += events[i].Length;
        byte[] packed = ArrayPool<byte>.Shared.Rent(bytes);
        for (int i = 0; i < readings.Length; i++)
        {
            LogFault fault = Decode(events[i], context, i, out LogEvent? entry, out EventBody? body);
            offsets[i + 1] = offsets[i];
            readings[i] = new EventReading(fault, entry is null || body is null ? null : new CheckedEvent(entry, default, body));
            if (entry is null) continue;
            ReadOnlySpan<byte> signed = events[i].Span[..^EventCodec.SignatureBytes(entry.AuthorType)];
            signed.CopyTo(packed.AsSpan(offsets[i]));
            offsets[i + 1] += signed.Length;
        }
        Hash256[] ids = new Hash256[readings.Length];
        Sha256Many.Hash(LogTag.Of(LogDomain.Event), packed, offsets, ids);
        ArrayPool<byte>.Shared.Return(packed);
        for (int i = 0; i < readings.Length; i++)
            if (readings[i].Event is { } read) readings[i] = new EventReading(LogFault.None, read with { Id = ids[i] });
        if (context.ChecksAuthors) CheckAuthors(readings, parallel);
        return readings;
    }

    /// <summary>The nonce of a committee's event: where it stands in the log.</summary>
    /// <param name="place">Index in the batch, below <see cref="LogLimits.EventsMax"/>.</param>
    public static ulong NonceOf(ulong seq, int place) => unchecked((seq << 16) | (uint)place);

    private static LogFault Decode(ReadOnlyMemory<byte> encoded, EventContext context, int place, out LogEvent? entry, out EventBody? body)
    {
        body = null;
        LogFault fault = EventCodec.TryDecode(encoded, context.ChainId, out entry);
        if (entry is null) return fault;
        if (entry.AuthorType == AuthorType.Committee && (entry.Author != context.CommitteeHash || entry.Nonce != NonceOf(context.Seq, place))) return LogFault.AuthorNotAllowed;
        fault = EventBodyCodec.TryDecode(entry, context.Seq, out EventBody? read);
        if (read is null) return fault;
        if (entry.ValidUntilMs != 0 && context.LogTimeMs > entry.ValidUntilMs) return LogFault.EventExpired;
        body = read;
        return LogFault.None;
    }

    private static void CheckAuthors(EventReading[] readings, IParallel parallel) => parallel.For(readings.Length, SignaturesPerPiece, (first, end) =>
    {
        for (int i = first; i < end; i++)
            if (readings[i].Event is { } read && CheckAuthor(read) is not LogFault.None and var fault) readings[i] = new EventReading(fault, null);
    });

    private static LogFault CheckAuthor(CheckedEvent read)
    {
        if (!EventSignature.Holds(read.Event, read.Id, read.Body)) return LogFault.EventSignature;
        if (read.Body is not ChunkDeclared chunk) return LogFault.None;
        foreach (StoreAck ack in chunk.Acks)
            if (!ack.HoldsFor(read.Event.ChainId, chunk)) return LogFault.AckSignature;
        return LogFault.None;
    }
}

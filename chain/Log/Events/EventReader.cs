using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// All checks of an event that need no state, in one fixed order: two who replay the log must skip the same event for the same
/// reason. Form, author, kind, body, end, signatures. Nonces come after, with the state.
/// </summary>
public static class EventReader
{
    /// <param name="encoded">As it stands in the batch; kept, not copied.</param>
    /// <param name="place">Index of the event in the batch.</param>
    /// <param name="read">Null where the event is to be skipped for the returned reason.</param>
    public static LogFault TryRead(ReadOnlyMemory<byte> encoded, EventContext context, int place, out CheckedEvent? read)
    {
        read = null;
        LogFault fault = EventCodec.TryDecode(encoded, context.ChainId, out LogEvent? entry);
        if (entry is null) return fault;
        if (entry.AuthorType == AuthorType.Committee && (entry.Author != context.CommitteeHash || entry.Nonce != NonceOf(context.Seq, place))) return LogFault.AuthorNotAllowed;
        fault = EventBodyCodec.TryDecode(entry, context.Seq, out EventBody? body);
        if (body is null) return fault;
        if (entry.ValidUntilMs != 0 && context.LogTimeMs > entry.ValidUntilMs) return LogFault.EventExpired;
        Hash256 id = EventCodec.IdOf(encoded.Span, entry.AuthorType);
        if (context.ChecksAuthors && !EventSignature.Holds(entry, id, body)) return LogFault.EventSignature;
        if (context.ChecksAuthors && body is ChunkDeclared chunk && !AreAcknowledged(chunk, context.ChainId)) return LogFault.AckSignature;
        read = new CheckedEvent(entry, id, body);
        return LogFault.None;
    }

    /// <summary>The nonce of a committee's event: where it stands in the log.</summary>
    /// <param name="place">Index in the batch, below <see cref="LogLimits.EventsMax"/>.</param>
    public static ulong NonceOf(ulong seq, int place) => unchecked((seq << 16) | (uint)place);

    private static bool AreAcknowledged(ChunkDeclared chunk, ulong chainId)
    {
        foreach (StoreAck ack in chunk.Acks)
            if (!ack.HoldsFor(chainId, chunk)) return false;
        return true;
    }
}

using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>
/// What the chain's agreements allow: who signs for them, until when, how much, in which coding; and what ends with them. Nothing of it holds
/// in a log whose network has no such module (docs/decisions/0026).
/// </summary>
internal sealed class AgreementRules(LogTables tables, bool hasAgreements)
{
    public LogFault CheckAuthor(CheckedEvent read, BatchScope scope)
    {
        if (!hasAgreements) return LogFault.SessionUnknown;
        if (!AuthorAddress.TryRead(read.Event.Author, out Address signer)) return LogFault.AuthorNotAllowed;
        int agreement = tables.Agreements.Find(new IdKey(OwnerRules.AgreementOf(read.Body)));
        if (agreement == LogTables.None) return LogFault.AgreementUnknown;
        Address owner = tables.Agreements.Row(agreement).Owner;
        if (read.Event.AuthorType == AuthorType.Account) return owner == signer ? LogFault.None : LogFault.NotOwner;
        return CheckSession(tables, owner, signer, read.Body is DeleteRequested ? SessionScopes.Delete : SessionScopes.Upload, scope.LogTimeMs);
    }

    public static LogFault CheckSession(LogTables tables, in Address owner, in Address key, SessionScopes scopes, ulong logTimeMs)
    {
        int slot = tables.Sessions.Find(new SessionKey(owner, key));
        if (slot == LogTables.None) return LogFault.SessionUnknown;
        ref SessionRow session = ref tables.Sessions.Row(slot);
        if (session.ExpiresMs <= logTimeMs) return LogFault.SessionEnded;
        return (session.Scopes & scopes) == scopes ? LogFault.None : LogFault.SessionScope;
    }

    /// <summary>What is held, what is reserved and these together stay within the quota. What is reserved anew counts once.</summary>
    public LogFault Check(AgreementUse use, BatchScope scope)
    {
        if (!hasAgreements) return LogFault.None;
        if (CheckOpen(use.AgreementId, scope) is not LogFault.None and var ended) return ended;
        ref TermRow term = ref tables.Terms.Row(tables.Terms.Find(new IdKey(use.AgreementId)));
        if (term.Coding != ChunkCoding.Replicas && use.Coding != term.Coding) return LogFault.AgreementCoding; // copies cost more than shards, so they pay for both
        UInt128 bytes = tables.Agreements.Row(tables.Agreements.Find(new IdKey(use.AgreementId))).HeldBytes + term.ReservedBytes;
        foreach (ReservedChunk chunk in use.Chunks)
        {
            int reserved = tables.Reservations.Find(new TripleKey(use.AgreementId, use.FileId, chunk.Id));
            if (reserved != LogTables.None) bytes -= tables.Reservations.Row(reserved).LengthBytes;
            bytes += chunk.LengthBytes;
        }
        return bytes <= term.QuotaBytes ? LogFault.None : LogFault.QuotaExceeded;
    }

    /// <summary>Until its end an agreement takes something new.</summary>
    public LogFault CheckOpen(in Hash256 agreement, BatchScope scope)
    {
        if (!hasAgreements) return LogFault.None;
        int term = tables.Terms.Find(new IdKey(agreement));
        if (term == LogTables.None) return LogFault.AgreementUnknown;
        return tables.Terms.Row(term).EndMs > scope.LogTimeMs ? LogFault.None : LogFault.AgreementEnded;
    }

    /// <summary>Takes over what the chain says. What was used before the network had agreements stays its first user's.</summary>
    public void Apply(AgreementChanged changed)
    {
        if (!hasAgreements) return;
        IdKey key = new(changed.AgreementId);
        if (!tables.Agreements.Has(key)) tables.Agreements.Add(key, new AgreementRow { Owner = changed.Owner });
        int known = tables.Terms.Find(key);
        tables.Releases.Set(changed.AgreementId, known == LogTables.None ? null : tables.Terms.Row(known).ReleaseMs, changed.ReleaseMs);
        tables.Terms.Set(key, new TermRow
        {
            Coding = changed.Coding, QuotaBytes = changed.QuotaBytes, EndMs = changed.EndMs, ReleaseMs = changed.ReleaseMs, IsClosed = changed.IsClosed,
            ReservedBytes = known == LogTables.None ? 0 : tables.Terms.Row(known).ReservedBytes,
        });
    }

    public void Apply(SessionChanged changed)
    {
        if (!hasAgreements) return;
        SessionKey key = new(changed.Owner, changed.Key);
        if (changed.Scopes != SessionScopes.None) tables.Sessions.Set(key, new SessionRow { Scopes = changed.Scopes, ExpiresMs = changed.ExpiresMs });
        else if (tables.Sessions.Find(key) is not LogTables.None and var known) tables.Sessions.Remove(known);
    }

    /// <summary>Lets go of what nobody has to store any more, as if it were deleted: at most a batch's share, earliest agreement first.</summary>
    public void ReleaseEnded(BatchScope scope)
    {
        for (int left = LogRules.ReleasesPerBatch; left > 0 && tables.Releases.Next(tables, scope.LogTimeMs) is { } reference; left--)
            ChunkChains.Release(tables, tables.References.Find(reference), scope.Seq);
    }
}

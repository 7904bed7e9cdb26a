using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>What accounts do with their agreements. Where a network has no module for them, an agreement is the account's that used it first (docs/decisions/0026).</summary>
internal sealed class OwnerRules(LogTables tables)
{
    private readonly AckRules _acks = new(tables);
    private readonly ChunkPlaces _places = new(tables);

    /// <summary>Where the chunks of the reservation go that was checked last: it is applied right after, over the same state.</summary>
    private (AgreementUse? Use, PlacedReplica[][] Places) _checked = (null, []);

    public LogFault CheckAuthor(CheckedEvent read)
    {
        if (!AuthorAddress.TryRead(read.Event.Author, out Address author)) return LogFault.AuthorNotAllowed;
        int agreement = tables.Agreements.Find(new IdKey(AgreementOf(read.Body)));
        if (agreement == LogTables.None) return read.Body is AgreementUse ? LogFault.None : LogFault.NotOwner;
        return tables.Agreements.Row(agreement).Owner == author ? LogFault.None : LogFault.NotOwner;
    }

    public LogFault Check(ChunkDeclared declared, BatchScope scope)
    {
        int reserved = tables.Reservations.Find(new TripleKey(declared.AgreementId, declared.FileId, declared.ChunkId));
        if (reserved == LogTables.None) return LogFault.ReservationMissing;
        ref ReservationRow reservation = ref tables.Reservations.Row(reserved);
        if (reservation.LengthBytes != declared.LengthBytes || reservation.Coding != declared.Coding || reservation.ExpiresMs <= scope.LogTimeMs) return LogFault.ReservationMissing;
        LogFault fault = CheckChunk(declared);
        return fault == LogFault.None ? _acks.Check(declared, reservation.Places) : fault;
    }

    /// <summary>Every chunk has as many places as must acknowledge it: an owner hears before it sends bytes that there are too few.</summary>
    public LogFault Check(AgreementUse use, LogEvent entry, BatchScope scope)
    {
        PlacedReplica[][] places = new PlacedReplica[use.Chunks.Count][];
        if (!AuthorAddress.TryRead(entry.Author, out Address owner)) return LogFault.AuthorNotAllowed;
        if (tables.Agreements.Find(new IdKey(use.AgreementId)) is not LogTables.None and var agreement) owner = tables.Agreements.Row(agreement).Owner; // a session signs for it
        for (int i = 0; i < places.Length; i++)
            if (_places.TryReserve(use, use.Chunks[i], owner, scope.LogTimeMs, out places[i]) is not LogFault.None and var fault) return fault;
        _checked = (use, places);
        return LogFault.None;
    }

    /// <summary>At least one of the ids must be there; the others are passed over.</summary>
    public LogFault Check(DeleteRequested delete)
    {
        foreach (Hash256 id in delete.Ids)
            if (FirstReference(delete, id) != LogTables.None) return LogFault.None;
        return LogFault.NothingToDelete;
    }

    public void Apply(AgreementUse use, LogEvent entry, BatchScope scope)
    {
        int agreement = tables.Agreements.Find(new IdKey(use.AgreementId));
        if (agreement == LogTables.None && AuthorAddress.TryRead(entry.Author, out Address owner)) tables.Agreements.Add(new IdKey(use.AgreementId), new AgreementRow { Owner = owner });
        if (!ReferenceEquals(_checked.Use, use)) throw new InvalidOperationException("applied without its check");
        ulong expiresMs = scope.LogTimeMs + LogRules.ReservedMs;
        for (int i = 0; i < use.Chunks.Count; i++)
        {
            TripleKey key = new(use.AgreementId, use.FileId, use.Chunks[i].Id);
            ReservationRow row = new() { Coding = use.Coding, LengthBytes = use.Chunks[i].LengthBytes, ExpiresMs = expiresMs, Seq = scope.Seq, Places = _checked.Places[i] };
            if (tables.Reservations.Find(key) is not LogTables.None and var before) ReservedQuota.Free(tables, before);
            ReservedQuota.Add(tables, use.AgreementId, row.LengthBytes);
            tables.Reservations.Set(key, row);
            tables.Expiries.Add(expiresMs, key);
        }
        _checked = (null, []);
    }

    public void Apply(ChunkDeclared declared, BatchScope scope)
    {
        TripleKey reservation = new(declared.AgreementId, declared.FileId, declared.ChunkId);
        int reserved = tables.Reservations.Find(reservation);
        PlacedReplica[] places = tables.Reservations.Row(reserved).Places ?? [];
        int chunk = FindOrAddChunk(declared, tables.Reservations.Row(reserved).Seq, scope.Seq, out bool isNew);
        ReservedQuota.Free(tables, reserved);
        tables.Reservations.Remove(reserved);
        ChunkChains.AddReference(tables, chunk, new TripleKey(declared.ChunkId, declared.AgreementId, declared.FileId));
        ref AgreementRow agreement = ref tables.Agreements.Edit(tables.Agreements.Find(new IdKey(declared.AgreementId)));
        agreement.References++;
        agreement.HeldBytes += declared.LengthBytes;
        foreach (PlacedReplica place in isNew ? places : [])
            ChunkChains.AddReplica(tables, chunk, new ReplicaKey(declared.ChunkId, place.Slot, place.NodeId), new ReplicaRow { Life = ReplicaLife.Assigned, Zone = place.Zone, Generation = declared.Generation });
        foreach (StoreAck ack in declared.Acks)
            ChunkChains.AddReplica(tables, chunk, new ReplicaKey(declared.ChunkId, ack.Slot, ack.NodeId), new ReplicaRow { Life = ReplicaLife.Held, Zone = ack.Zone, Generation = declared.Generation, HeldSeq = scope.Seq });
    }

    public void Apply(DeleteRequested delete, BatchScope scope)
    {
        foreach (Hash256 id in delete.Ids)
            while (FirstReference(delete, id) is not LogTables.None and var reference) ChunkChains.Release(tables, reference, scope.Seq);
    }

    /// <summary>The chunk as it is declared against the one that is known.</summary>
    private LogFault CheckChunk(ChunkDeclared declared)
    {
        int chunk = tables.Chunks.Find(new IdKey(declared.ChunkId));
        if (chunk == LogTables.None) return declared.Generation == 0 ? LogFault.None : LogFault.Generation;
        ref ChunkRow row = ref tables.Chunks.Row(chunk);
        if (row.Life == ChunkLife.Deleted) return row.Generation != uint.MaxValue && declared.Generation == row.Generation + 1 ? LogFault.None : LogFault.Generation;
        if (declared.Generation != row.Generation) return LogFault.Generation;
        if (declared.LengthBytes != row.LengthBytes || declared.Coding != row.Coding || !row.HasRoots(declared.Roots)) return LogFault.ChunkConflict;
        return tables.References.Has(new TripleKey(declared.ChunkId, declared.AgreementId, declared.FileId)) ? LogFault.ChunkConflict : LogFault.None;
    }

    private int FindOrAddChunk(ChunkDeclared declared, ulong reservedSeq, ulong seq, out bool isNew)
    {
        int chunk = tables.Chunks.Find(new IdKey(declared.ChunkId));
        isNew = chunk == LogTables.None || tables.Chunks.Row(chunk).Life != ChunkLife.Live;
        if (!isNew) return chunk;
        ChunkRow row = new()
        {
            Life = ChunkLife.Live, Coding = declared.Coding, Generation = declared.Generation, LengthBytes = declared.LengthBytes, ReservedSeq = reservedSeq, DeclaredSeq = seq,
            Root = declared.Roots[0], ShardRoots = declared.Roots.Count == 1 ? null : [.. declared.Roots], FirstReference = LogTables.None, FirstReplica = LogTables.None,
        };
        if (chunk == LogTables.None) return tables.Chunks.Add(new IdKey(declared.ChunkId), row);
        row.FirstReplica = tables.Chunks.Row(chunk).FirstReplica; // nodes may still have those of the generation before
        tables.Chunks.Edit(chunk) = row;
        return chunk;
    }

    /// <summary>Any reference that the id of a deletion stands for.</summary>
    private int FirstReference(DeleteRequested delete, in Hash256 id)
    {
        if (delete.Scope == DeleteScope.Files)
        {
            int file = tables.Files.Find(new FileKey(delete.AgreementId, id));
            return file == LogTables.None ? LogTables.None : tables.Files.Row(file).FirstReference;
        }
        int chunk = tables.Chunks.Find(new IdKey(id));
        if (chunk == LogTables.None) return LogTables.None;
        int reference = tables.Chunks.Row(chunk).FirstReference;
        while (reference != LogTables.None && tables.References.Key(reference).Second != delete.AgreementId) reference = tables.References.Row(reference).NextOfChunk;
        return reference;
    }

    public static Hash256 AgreementOf(EventBody body) => body switch
    {
        AgreementUse use => use.AgreementId,
        ChunkDeclared declared => declared.AgreementId,
        DeleteRequested delete => delete.AgreementId,
        _ => throw new InvalidOperationException($"{body.Kind} is not an owner's"),
    };
}

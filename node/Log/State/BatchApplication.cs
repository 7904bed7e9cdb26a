using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Roots;
using Dsdn.Log.State.Rules;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State;

/// <summary>
/// A batch against the state. Everything that can refuse the batch as a whole is looked at before the first change; from then on only single
/// events can be skipped.
/// </summary>
internal sealed class BatchApplication(LogGenesis genesis, LogTables tables, StateRoots roots)
{
    private readonly ChainAnchorVerifier _anchors = genesis.AnchorVerifier;
    private readonly Reducer _reducer = new(tables, genesis.Audits, genesis.HasAgreements);

    /// <param name="batch">Continues the head, is signed, and its body holds.</param>
    public LogVerdict TryApply(PreparedBatch batch, out AppliedBatch? applied)
    {
        applied = null;
        if (Check(batch, out AnchoredChain chain, out EventReading[] readings) is { IsValid: false } refused) return refused;
        BatchHeader header = batch.Envelope.Header;
        BatchScope scope = Scope(header.Seq, header.LogTimeMs, header.AnchorHeight, readings);
        KeepRoots(scope);
        roots.Forget();
        EndReservations(header.LogTimeMs);
        _reducer.ReleaseEnded(scope);
        AppliedEvent[] events = new AppliedEvent[readings.Length];
        int count = 0;
        for (int i = 0; i < readings.Length; i++)
        {
            events[i] = readings[i].Event is { } read
                ? new AppliedEvent(read.Body.Kind, read.Id, _reducer.Take(read, scope))
                : Unread(batch.Content.Events[i], readings[i].Fault);
            if (events[i].IsApplied) count++;
            tables.Count(events[i].IsApplied ? TallyScope.Applied : TallyScope.Skipped, events[i].IsApplied ? (ushort)events[i].Kind : (ushort)events[i].Fault);
        }
        for (int i = 0; i < batch.Content.Receipts.Count; i++) tables.Count(TallyScope.Skipped, (ushort)LogFault.KindNotActive); // no batch carries one yet
        if (chain.Block is { } block)
        {
            tables.DaSet = tables.DaSet.After(block.NextValidators);
            _reducer.Follow(block);
        }
        tables.Chain = chain;
        tables.Head = header;
        Committees.Forget(tables, header.LogTimeMs);
        applied = new AppliedBatch(batch.Envelope, batch.Encoded, batch.CoreHash, events, count, tables.DaSet, tables.Touched.Take());
        return LogVerdict.Valid;
    }

    /// <summary>What can refuse a batch whose signatures and body hold: the block and the checkpoint that its header names.</summary>
    /// <param name="readings">With those events skipped that speak of the chain and are not proven.</param>
    public LogVerdict Check(PreparedBatch batch, out AnchoredChain chain, out EventReading[] readings)
    {
        BatchHeader header = batch.Envelope.Header;
        readings = batch.Readings.AsSpan().ToArray();
        LogVerdict anchored = tables.Chain.Apply(header, readings, _anchors, out chain);
        if (!anchored.IsValid) return anchored;
        (ulong seq, Hash256 root) = CheckpointAfter(readings);
        return header.CheckpointSeq == seq && header.CheckpointRoot == root
            ? LogVerdict.Valid
            : new LogVerdict(LogFault.Checkpoint, $"batch {header.Seq} names checkpoint {header.CheckpointSeq} {header.CheckpointRoot}, the last one is {seq} {root}");
    }

    /// <summary>The header with the block and the checkpoint that it must name.</summary>
    public BatchHeader Complete(BatchHeader header, EventReading[] readings)
    {
        tables.Chain.Apply(header, readings, _anchors, out AnchoredChain chain);
        (ulong seq, Hash256 root) = CheckpointAfter(readings);
        return header with { AnchorHeight = chain.Block?.Height ?? 0, AnchorHash = chain.Block?.Hash ?? genesis.LogId, CheckpointSeq = seq, CheckpointRoot = root };
    }

    public LogFault Judge(CheckedEvent read, ulong logTimeMs) => _reducer.Check(read, Scope((tables.Head?.Seq ?? 0) + 1, logTimeMs, tables.Chain.Block?.Height ?? 0, []));

    private BatchScope Scope(ulong seq, ulong logTimeMs, ulong anchorHeight, EventReading[] readings)
    {
        Hash256[] active = Array.Exists(readings, reading => reading.Event?.Body is LivenessBitmap) ? Active() : [];
        return new BatchScope(seq, logTimeMs, anchorHeight, tables.Chain.Feed(FeedChain.Nodes).Sequence, active, RootsBefore());
    }

    /// <summary>Where checkpoints are taken after the batch before: its roots, which are known from here on.</summary>
    private LogRootsAt? RootsBefore() =>
        tables.Head is { } head && genesis.IsCheckpointSeq(head.Seq) ? new LogRootsAt(head.Seq, head.CoreHash, roots.Now()) : null;

    private Hash256[] Active()
    {
        List<Hash256> active = [];
        foreach (int slot in tables.Nodes.SortedSlots())
            if (tables.Nodes.Row(slot).Record is { IsActive: true }) active.Add(tables.Nodes.Key(slot).Id);
        return [.. active];
    }

    /// <summary>What the header of a batch with these events must name.</summary>
    private (ulong Seq, Hash256 Root) CheckpointAfter(EventReading[] readings)
    {
        Checkpoint? last = tables.LastCheckpoint;
        if (Array.Exists(readings, reading => reading.Event?.Body is Checkpoint))
        {
            LogRootsAt? before = RootsBefore();
            foreach (EventReading reading in readings)
                if (reading.Event?.Body is Checkpoint checkpoint && _reducer.IsNext(checkpoint, last, before)) last = checkpoint;
        }
        return last is null ? (0, Hash256.Zero) : (last.Seq, last.Root);
    }

    private void KeepRoots(BatchScope scope)
    {
        if (scope.RootsBefore is not { } kept) return;
        tables.KeptRoots.Set(new NumberKey(kept.Seq), new RootsRow { CoreHash = kept.CoreHash, Data = kept.Roots.Data, Operations = kept.Roots.Operations });
        if (tables.KeptRoots.Count > LogRules.RootsKept) tables.KeptRoots.Remove(tables.KeptRoots.SortedSlots()[0]);
    }

    private void EndReservations(ulong nowMs)
    {
        while (tables.Expiries.TryTake(nowMs, out ulong expiresMs, out TripleKey key))
        {
            int slot = tables.Reservations.Find(key);
            if (slot == LogTables.None || tables.Reservations.Row(slot).ExpiresMs != expiresMs) continue;
            ReservedQuota.Free(tables, slot);
            tables.Reservations.Remove(slot);
        }
    }

    /// <summary>An event that was skipped before its body was looked at: named as far as its bytes can be read.</summary>
    private AppliedEvent Unread(ReadOnlyMemory<byte> encoded, LogFault fault)
    {
        EventCodec.TryDecode(encoded, genesis.ChainId, out LogEvent? entry);
        return entry is null ? new AppliedEvent(0, Hash256.Zero, fault) : new AppliedEvent(entry.Kind, EventCodec.IdOf(encoded.Span, entry.AuthorType), fault);
    }
}

namespace Dsdn.Log.Routing;

/// <summary>
/// Which pointer of a batch is canonical, set once. Celestia's where it comes first or while Celestia is the one that is written;
/// a certificate's in Degraded, Emergency and Recovering; an emergency copy's only in Emergency and while the quorum is silent.
/// </summary>
internal sealed class PointerLedger(RouterState state, PendingTable pending, QuorumWatch quorum)
{
    public ulong Found { get; private set; }

    public ulong Reconciled { get; private set; }

    /// <summary>Its blob was proven to be there: it is not pending any more.</summary>
    public void Landed(Pending batch, ulong height)
    {
        Add(batch, PointerFacts.OnCelestia(height), isCanonical: true);
        pending.Remove(batch);
        Found++;
        RouterMemory memory = state.Memory;
        if (state.IsBacklog(batch.Seq))
        {
            Reconciled++;
            memory = memory with { Reconciled = memory.Reconciled + 1 };
        }
        state.Memory = memory with { LastHeight = Math.Max(memory.LastHeight, height) };
    }

    public void Certified(ulong seq, in Chain.Primitives.Hash256 certificateHash)
    {
        if (pending.Find(seq) is not { } batch)
        {
            // On Celestia already, or never heard of: only the first is worth a note.
            if (seq <= pending.HighestSeq) state.Emit(new RouterEffect.Record(seq, PointerFacts.AtQuorum(certificateHash), IsCanonical: false));
            return;
        }
        if (!batch.Batch.Pointers.IsCertified) Add(batch, PointerFacts.AtQuorum(certificateHash), state.IsQuorumCanonical);
    }

    public void Stored(ulong seq)
    {
        if (pending.Find(seq) is not { } batch)
        {
            if (seq <= pending.HighestSeq) state.Emit(new RouterEffect.Record(seq, PointerFacts.Emergency, IsCanonical: false));
            return;
        }
        if (!batch.Batch.Pointers.HasEmergencyCopy) Add(batch, PointerFacts.Emergency, IsEmergencyCanonical);
    }

    /// <summary>The mode or the quorum changed: pointers that are known may have become canonical.</summary>
    public void Settle()
    {
        if (!state.IsQuorumCanonical) return;
        foreach (Pending batch in pending.All)
        {
            BatchPointers pointers = batch.Batch.Pointers;
            if (pointers.Canonical is not null) continue;
            if (pointers.IsCertified) Add(batch, PointerFacts.AtQuorum(pointers.CertificateHash), isCanonical: true);
            else if (pointers.HasEmergencyCopy && IsEmergencyCanonical) Add(batch, PointerFacts.Emergency, isCanonical: true);
        }
    }

    private bool IsEmergencyCanonical => state.Mode == RouterMode.Emergency && quorum.IsSilent(state.NowMs);

    private void Add(Pending batch, in PointerFacts facts, bool isCanonical)
    {
        bool becomesCanonical = isCanonical && batch.Batch.Pointers.Canonical is null;
        batch.Batch = batch.Batch with { Pointers = batch.Batch.Pointers.With(facts, becomesCanonical) };
        state.Emit(new RouterEffect.Record(batch.Seq, facts, becomesCanonical));
    }
}

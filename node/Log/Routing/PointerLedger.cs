using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Routing;

/// <summary>
/// Which pointer of a batch is canonical: the first that is recorded. Celestia's where it comes first or while Celestia is the one that
/// is written; a certificate's in Degraded, Emergency and Recovering; an emergency copy's only in Emergency and while the quorum is
/// silent. What is known before is kept and recorded behind the canonical one.
/// </summary>
internal sealed class PointerLedger(RouterState state, PendingTable pending, QuorumWatch quorum)
{
    public ulong Found { get; private set; }

    public ulong Reconciled { get; private set; }

    /// <summary>Its blob was proven to be there: it is not pending any more.</summary>
    public void Landed(Pending batch, ulong height)
    {
        Add(batch, PointerFacts.OnCelestia(height));
        pending.Remove(batch);
        state.Emit(new RouterEffect.Forget(batch.Seq));
        Found++;
        RouterMemory memory = state.Memory;
        if (state.IsBacklog(batch.Seq))
        {
            Reconciled++;
            memory = memory with { Reconciled = memory.Reconciled + 1 };
        }
        state.Memory = memory with { LastHeight = Math.Max(memory.LastHeight, height) };
    }

    public void Certified(ulong seq, in Hash256 certificateHash)
    {
        if (pending.Find(seq) is not { } batch) AddLate(seq, PointerFacts.AtQuorum(certificateHash));
        else if (!batch.Batch.Pointers.IsCertified) Add(batch, PointerFacts.AtQuorum(certificateHash));
    }

    public void Stored(ulong seq)
    {
        if (pending.Find(seq) is not { } batch) AddLate(seq, PointerFacts.Emergency);
        else if (!batch.Batch.Pointers.HasEmergencyCopy) Add(batch, PointerFacts.Emergency);
    }

    /// <summary>The mode or the quorum changed: pointers that are known may have become canonical.</summary>
    public void Settle()
    {
        if (!state.IsQuorumCanonical) return;
        foreach (Pending batch in pending.All)
        {
            if (batch.Batch.Pointers.Canonical is null && Choose(batch.Batch.Pointers) is { } choice) MakeCanonical(batch, choice);
        }
    }

    private void Add(Pending batch, in PointerFacts facts)
    {
        batch.Batch = batch.Batch with { Pointers = batch.Batch.Pointers.With(facts, isCanonical: false) };
        if (batch.Batch.Pointers.Canonical is not null) state.Emit(new RouterEffect.Record(batch.Seq, facts, IsCanonical: false));
        else if (Choose(batch.Batch.Pointers) is { } choice) MakeCanonical(batch, choice);
        else state.Emit(new RouterEffect.Remember(batch.Batch));
    }

    /// <summary>On Celestia already; of a batch that was never heard of nothing is noted.</summary>
    private void AddLate(ulong seq, in PointerFacts facts)
    {
        if (seq <= pending.HighestSeq) state.Emit(new RouterEffect.Record(seq, facts, IsCanonical: false));
    }

    private DaTier? Choose(in BatchPointers pointers)
    {
        if (pointers.IsOnCelestia) return DaTier.Celestia;
        if (pointers.IsCertified && state.IsQuorumCanonical) return DaTier.Quorum;
        return pointers.HasEmergencyCopy && state.Mode == RouterMode.Emergency && quorum.IsSilent(state.NowMs) ? DaTier.Emergency : null;
    }

    private void MakeCanonical(Pending batch, DaTier tier)
    {
        BatchPointers pointers = batch.Batch.Pointers with { Canonical = tier };
        batch.Batch = batch.Batch with { Pointers = pointers };
        state.Emit(new RouterEffect.Record(batch.Seq, pointers.Facts(tier), IsCanonical: true));
        if (pointers.IsOnCelestia && tier != DaTier.Celestia) state.Emit(new RouterEffect.Record(batch.Seq, pointers.Facts(DaTier.Celestia), IsCanonical: false));
        if (pointers.IsCertified && tier != DaTier.Quorum) state.Emit(new RouterEffect.Record(batch.Seq, pointers.Facts(DaTier.Quorum), IsCanonical: false));
        if (pointers.HasEmergencyCopy && tier != DaTier.Emergency) state.Emit(new RouterEffect.Record(batch.Seq, PointerFacts.Emergency, IsCanonical: false));
    }
}

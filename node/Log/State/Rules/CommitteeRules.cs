using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>What the committee says. It orders events and strikes what is gone; it cannot speak for an owner or a node.</summary>
internal sealed class CommitteeRules(LogTables tables)
{
    private readonly PlacementRules _placement = new(tables);
    private readonly LossRules _loss = new(tables);

    public LogFault Check(PlacementDecided placed, BatchScope scope) => _placement.Check(placed, scope);

    public void Apply(PlacementDecided placed, BatchScope scope) => _placement.Apply(placed, scope);

    public LogFault Check(ReplicaLost lost, BatchScope scope)
    {
        int replica = ChunkChains.FindReplica(tables, lost.ChunkId, lost.Slot, lost.NodeId, lost.Generation);
        if (replica == LogTables.None) return LogFault.ReplicaUnknown;
        return _loss.ReasonToStrike(replica, scope.LogTimeMs) == lost.Reason ? LogFault.None : LogFault.NodeNotLost;
    }

    public void Apply(ReplicaLost lost)
    {
        int replica = tables.Replicas.Find(new ReplicaKey(lost.ChunkId, lost.Slot, lost.NodeId));
        AuditFreeze.Departs(tables, replica, isExcused: true);
        ChunkChains.RemoveReplica(tables, tables.Chunks.Find(new IdKey(lost.ChunkId)), replica);
    }

    /// <summary>The next round, about all nodes that were Active before this batch.</summary>
    public LogFault Check(LivenessBitmap bitmap, BatchScope scope) =>
        bitmap.Round == tables.LivenessRound + 1 && bitmap.RegistrySequence == scope.RegistryBefore && bitmap.Count == (uint)scope.ActiveBefore.Length
            ? LogFault.None
            : LogFault.LivenessRound;

    public void Apply(LivenessBitmap bitmap, BatchScope scope)
    {
        tables.LivenessRound = bitmap.Round;
        tables.LivenessRegistry = bitmap.RegistrySequence;
        Hash256[] nodes = scope.ActiveBefore;
        for (int i = 0; i < nodes.Length; i++)
        {
            ref LivenessRow row = ref tables.Liveness.Edit(tables.Liveness.FindOrAdd(new IdKey(nodes[i])));
            uint missedBefore = row.Missed;
            if (bitmap.IsAlive(i))
            {
                row = new LivenessRow { ReachedRound = bitmap.Round };
            }
            else
            {
                if (row.Missed == 0) row.DownSinceMs = scope.LogTimeMs;
                if (row.Missed != uint.MaxValue) row.Missed++;
            }
            if (row.Missed != missedBefore) tables.Placeable.Changed(nodes[i]);
        }
    }

    public LogFault Check(Checkpoint checkpoint, BatchScope scope) =>
        IsNext(checkpoint, tables.LastCheckpoint, scope.RootsBefore) ? LogFault.None : LogFault.Checkpoint;

    /// <summary>Newer than the last one, and what this state was after that batch.</summary>
    public bool IsNext(Checkpoint checkpoint, Checkpoint? last, LogRootsAt? rootsBefore) =>
        checkpoint.Seq > (last?.Seq ?? 0) && RootsAt(checkpoint.Seq, rootsBefore) is { } known
        && known.CoreHash == checkpoint.CoreHash && known.Roots == new LogRoots(checkpoint.DataRoot, checkpoint.OperationsRoot);

    /// <summary>A second activation must name another tier: from the quorum to the emergency copy, or back.</summary>
    public LogFault Check(FallbackActivated activated) =>
        tables.Fallback is { IsActive: true } running && running.Tier == activated.Tier ? LogFault.FallbackState : LogFault.None;

    public LogFault CheckDeactivation() => tables.Fallback is { IsActive: true } ? LogFault.None : LogFault.FallbackState;

    public LogFault CheckReconciliation(bool isToRun) => (tables.Reconciliation is { IsRunning: true }) == isToRun ? LogFault.FallbackState : LogFault.None;

    public void Apply(FallbackActivated activated, BatchScope scope) => tables.Fallback = new FallbackStatus(
        true, activated.Reason, activated.Tier, activated.LastHeight, activated.AtMs, scope.Seq, (tables.Fallback?.Activations ?? 0) + 1,
        tables.Fallback?.RecoveryHeight ?? 0, tables.Fallback?.Reconciled ?? 0);

    public void Apply(FallbackDeactivated ended, BatchScope scope)
    {
        if (tables.Fallback is { } running)
            tables.Fallback = running with { IsActive = false, RecoveryHeight = ended.RecoveryHeight, Reconciled = ended.Reconciled, AtMs = ended.AtMs, Seq = scope.Seq };
    }

    public void Apply(ReconciliationStarted started, BatchScope scope) =>
        tables.Reconciliation = new ReconciliationStatus(true, started.FirstSeq, started.Pending, 0, 0, 0, started.AtMs, scope.Seq);

    public void Apply(ReconciliationCompleted completed, BatchScope scope)
    {
        if (tables.Reconciliation is not { } running) return;
        tables.Reconciliation = running with
        {
            IsRunning = false, LastSeq = completed.LastSeq, Reconciled = completed.Reconciled, Failed = completed.Failed, AtMs = completed.AtMs, Seq = scope.Seq,
        };
    }

    private LogRootsAt? RootsAt(ulong seq, LogRootsAt? rootsBefore)
    {
        if (rootsBefore is { } last && last.Seq == seq) return last;
        int slot = tables.KeptRoots.Find(new NumberKey(seq));
        if (slot == LogTables.None) return null;
        ref RootsRow row = ref tables.KeptRoots.Row(slot);
        return new LogRootsAt(seq, row.CoreHash, new LogRoots(row.Data, row.Operations));
    }
}

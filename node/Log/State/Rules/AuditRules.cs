using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>
/// Whether nodes still have what they said they hold (docs/decisions/0030). The committee opens an audit and later judges; what nodes are asked for follows
/// from what they held and from a block of the chain, and no rule here needs to draw.
/// </summary>
internal sealed class AuditRules(LogTables tables, AuditTimes times)
{
    public LogFault Check(AuditOpened opened, BatchScope scope)
    {
        if (tables.Audit is not { } last) return opened.Epoch == 1 ? LogFault.None : LogFault.AuditEpoch;
        return opened.Epoch == last.Epoch + 1 && scope.LogTimeMs >= last.OpenedMs + times.EveryMs ? LogFault.None : LogFault.AuditEpoch;
    }

    /// <summary>Freezes. The one event whose work grows with the state, as that of a root does; hence not more often than the network's hour.</summary>
    public void Apply(AuditOpened opened, BatchScope scope)
    {
        foreach (int slot in tables.Departed.SortedSlots().ToArray()) tables.Departed.Remove(slot);
        tables.Audit = new AuditStatus(opened.Epoch, scope.Seq, scope.LogTimeMs, scope.AnchorHeight, 0, Hash256.Zero, 0);
        foreach ((Hash256 node, AuditHoldings holdings) in AuditFreeze.Holdings(tables, scope.Seq - 1))
        {
            if (Answering(node) is not { } record) continue;
            ref NodeAuditRow row = ref tables.NodeAudits.Edit(tables.NodeAudits.FindOrAdd(new IdKey(node)));
            row.Epoch = opened.Epoch;
            (row.HoldingsRoot, row.Replicas, row.Bytes) = (holdings.Root, (uint)holdings.Replicas.Count, holdings.TotalBytes);
            row.Draws = times.DrawsOf(record.RegisteredMs, scope.LogTimeMs);
            (row.AnswersRoot, row.AnsweredMs, row.IsJudged) = (Hash256.Zero, 0, false);
        }
        foreach (int slot in tables.AuditFaults.SortedSlots().ToArray())
            if (tables.AuditFaults.Row(slot).Fault.JudgedMs + AuditTimes.KeptMs < scope.LogTimeMs) tables.AuditFaults.Remove(slot);
    }

    /// <summary>
    /// After a batch that anchored a block: the first one that is enough blocks after the freeze and was made after it is the beacon. Nobody who could still
    /// choose holdings knew it, whenever the committee anchors.
    /// </summary>
    public void Follow(LightBlock anchored)
    {
        if (tables.Audit is not { BeaconHeight: 0 } audit || anchored.Height < audit.AnchorHeight + times.BeaconBlocks || anchored.TimeMs <= audit.OpenedMs) return;
        tables.Audit = audit with { BeaconHeight = anchored.Height, Beacon = anchored.Header.MixHash };
    }

    public LogFault Check(AuditSeed seed)
    {
        if (tables.Audit is not { IsSeeded: false } audit || seed.Epoch != audit.Epoch) return LogFault.AuditEpoch;
        bool isIts = audit.BeaconHeight != 0 && seed.AtSeq == audit.AtSeq && seed.Height == audit.BeaconHeight && seed.Beacon == audit.Beacon && seed.Draws == times.Draws;
        return isIts ? LogFault.None : LogFault.AuditBeacon;
    }

    public void Apply(AuditSeed seed, BatchScope scope)
    {
        if (tables.Audit is { } audit && audit.Epoch == seed.Epoch) tables.Audit = audit with { SeededMs = scope.LogTimeMs };
    }

    public LogFault Check(AuditAnswerRoot answered, in Hash256 node, BatchScope scope)
    {
        if (tables.Audit is not { IsSeeded: true } audit || answered.Epoch != audit.Epoch) return LogFault.AuditEpoch;
        int slot = tables.NodeAudits.Find(new IdKey(node));
        if (slot == LogTables.None) return LogFault.AuditNode;
        ref NodeAuditRow row = ref tables.NodeAudits.Row(slot);
        if (row.Epoch != audit.Epoch || row.IsJudged || !row.AnswersRoot.IsZero) return LogFault.AuditNode;
        return answered.Count == row.Draws && scope.LogTimeMs <= audit.SeededMs + times.HardMs ? LogFault.None : LogFault.AuditAnswers;
    }

    public void Apply(AuditAnswerRoot answered, in Hash256 node, BatchScope scope)
    {
        ref NodeAuditRow row = ref tables.NodeAudits.Edit(tables.NodeAudits.Find(new IdKey(node)));
        (row.AnswersRoot, row.AnsweredMs) = (answered.AnswersRoot, scope.LogTimeMs);
    }

    /// <summary>A full pass counts at once, anything else only when nothing more can come. Lateness is the log's, not the committee's.</summary>
    public LogFault Check(AuditVerdict verdict, BatchScope scope)
    {
        if (tables.Audit is not { IsSeeded: true } audit || verdict.Epoch != audit.Epoch) return LogFault.AuditEpoch;
        int slot = tables.NodeAudits.Find(new IdKey(verdict.NodeId));
        if (slot == LogTables.None || Answering(verdict.NodeId) is null) return LogFault.AuditNode;
        ref NodeAuditRow row = ref tables.NodeAudits.Row(slot);
        if (row.Epoch != audit.Epoch || row.IsJudged) return LogFault.AuditNode;
        if (verdict.Draws != row.Draws) return LogFault.AuditVerdict;
        bool fits = verdict.AnswersRoot.IsZero ? verdict.PassedCount == 0 : verdict.AnswersRoot == row.AnswersRoot;
        bool isLate = row.AnsweredMs > audit.SeededMs + times.SoftMs;
        bool isLateAsSaid = isLate ? verdict.Late.Span.SequenceEqual(verdict.Passed.Span) : Bitmap.Count(verdict.Late.Span) == 0;
        bool isTimely = verdict.IsPass || scope.LogTimeMs > audit.SeededMs + times.HardMs;
        return fits && isLateAsSaid && isTimely ? LogFault.None : LogFault.AuditVerdict;
    }

    public void Apply(AuditVerdict verdict, BatchScope scope)
    {
        if (tables.Audit is not { } audit) return;
        ref NodeAuditRow row = ref tables.NodeAudits.Edit(tables.NodeAudits.Find(new IdKey(verdict.NodeId)));
        row.IsJudged = true;
        row.Judged++;
        if (verdict.IsPass)
        {
            (row.Silent, row.Failed, row.SinceMs) = (0, 0, 0);
            (row.ProvenSeq, row.ProvenMs) = (audit.AtSeq - 1, scope.LogTimeMs);
            return;
        }
        bool isSilent = verdict.AnswersRoot.IsZero, isFirst = isSilent ? row.Silent == 0 : row.Failed == 0;
        if (isFirst) row.SinceMs = audit.SeededMs;
        (row.Silent, row.Failed) = isSilent ? (Next(row.Silent), 0u) : (0u, Next(row.Failed));
        (row.FirstFaultMs, row.SecondFaultMs, row.ThirdFaultMs) = (scope.LogTimeMs, row.FirstFaultMs, row.SecondFaultMs);
        AuditFault fault = new(
            isSilent ? AuditFaultKind.Silent : AuditFaultKind.Failed, isSilent ? row.Silent : row.Failed, row.SinceMs, scope.LogTimeMs, verdict.Draws,
            (ushort)(verdict.Draws - verdict.PassedCount), verdict.AnswersRoot);
        tables.AuditFaults.Set(new AuditKey(verdict.NodeId, verdict.Epoch), new AuditFaultRow { Fault = fault });
    }

    /// <summary>The record of a node that can still post its answers: Active, or draining; null of another.</summary>
    private NodeRecord? Answering(in Hash256 node)
    {
        int slot = tables.Nodes.Find(new IdKey(node));
        if (slot == LogTables.None || tables.Nodes.Row(slot).Record is not { } record) return null;
        return record.IsActive || record.IsLeaving ? record : null;
    }

    private static uint Next(uint count) => count == uint.MaxValue ? count : count + 1;
}

using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Rules;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State;

/// <summary>What the state knows of audits. Nothing here changes anything.</summary>
public sealed class AuditQueries
{
    private readonly LogTables _tables;

    internal AuditQueries(LogTables tables) => _tables = tables;

    /// <summary>The last one that was opened; null before the first.</summary>
    public AuditStatus? Last => _tables.Audit;

    public NodeAuditEntry? Node(in Hash256 id)
    {
        int slot = _tables.NodeAudits.Find(new IdKey(id));
        return slot == LogTables.None ? null : Entry(slot);
    }

    /// <summary>By id.</summary>
    public IReadOnlyList<NodeAuditEntry> Nodes()
    {
        List<NodeAuditEntry> nodes = [];
        foreach (int slot in _tables.NodeAudits.SortedSlots()) nodes.Add(Entry(slot));
        return nodes;
    }

    /// <summary>Of the last seven days, by node and epoch.</summary>
    public IReadOnlyList<AuditFaultEntry> Faults()
    {
        List<AuditFaultEntry> faults = [];
        foreach (int slot in _tables.AuditFaults.SortedSlots())
            faults.Add(new AuditFaultEntry(_tables.AuditFaults.Key(slot).Node, _tables.AuditFaults.Key(slot).Epoch, _tables.AuditFaults.Row(slot).Fault));
        return faults;
    }

    /// <summary>What each node held when the last audit froze, also where it is gone since. Empty before the first. Reads the table of replicas.</summary>
    public SortedDictionary<Hash256, AuditHoldings> Holdings() => _tables.Audit is { } audit ? AuditFreeze.Holdings(_tables, audit.AtSeq - 1) : [];

    /// <summary>Of one node; null where it held nothing, or before the first audit.</summary>
    public AuditHoldings? HoldingsOf(in Hash256 node) => _tables.Audit is { } audit ? AuditFreeze.HoldingsOf(_tables, node, audit.AtSeq - 1) : null;

    /// <summary>Whether a node need not show this any more: since the freeze it was deleted, replaced or struck.</summary>
    public bool IsExcused(in Hash256 node, HeldReplica replica)
    {
        int slot = _tables.Departed.Find(new ReplicaKey(replica.ChunkId, replica.Slot, node));
        return slot != LogTables.None && _tables.Departed.Row(slot) is { IsExcused: true } row && row.Generation == replica.Generation;
    }

    /// <summary>When a replica was last part of an audit that its node passed, log time; 0 where never.</summary>
    public ulong ProvenMs(ReplicaEntry replica)
    {
        int row = _tables.Replicas.Find(new ReplicaKey(replica.ChunkId, replica.Slot, replica.NodeId)), audits = _tables.NodeAudits.Find(new IdKey(replica.NodeId));
        if (row == LogTables.None || audits == LogTables.None || _tables.Replicas.Row(row) is not { Life: ReplicaLife.Held } held) return 0;
        ref NodeAuditRow audit = ref _tables.NodeAudits.Row(audits);
        return held.HeldSeq <= audit.ProvenSeq ? audit.ProvenMs : 0;
    }

    private NodeAuditEntry Entry(int slot)
    {
        ref NodeAuditRow row = ref _tables.NodeAudits.Row(slot);
        return new NodeAuditEntry(
            _tables.NodeAudits.Key(slot).Id, row.Epoch, row.HoldingsRoot, row.Replicas, row.Bytes, row.Draws, row.AnswersRoot, row.AnsweredMs, row.IsJudged, row.Judged, row.Silent,
            row.Failed, row.ProvenSeq, row.ProvenMs, [row.FirstFaultMs, row.SecondFaultMs, row.ThirdFaultMs]);
    }
}

using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Proofs;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.State.Tables;

namespace Dsdn.Coordinator.Audits;

/// <summary>An audit that a node did not pass, as it goes to the chain with the anchor of this root.</summary>
internal sealed record FaultReport(Hash256 NodeId, ulong Epoch, AuditFault Fault, byte[] Leaf, byte[] Path);

/// <summary>
/// Proofs of faults, made while the state is the one that validators anchor: later it is another, and its paths lead elsewhere. Whoever follows the log can
/// make the same. Safe for all threads.
/// </summary>
internal sealed class FaultReports
{
    /// <summary>Anchors are some batches behind.</summary>
    private const int RootsMax = 32;

    /// <summary>The last faults of so many nodes: the others have their turn at a later anchor.</summary>
    private const int FaultsMax = 64;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, (Hash256 Root, IReadOnlyList<FaultReport> Reports)> _bySeq = [];
    private readonly SortedDictionary<Hash256, ulong> _done = [];

    /// <summary>On the loop's thread, right after a batch of which the validators anchor the state.</summary>
    public void Collect(LogState state, LogRootsAt roots)
    {
        SortedDictionary<Hash256, AuditFaultEntry> last = [];
        foreach (AuditFaultEntry fault in state.Queries.Audits.Faults()) last[fault.NodeId] = fault; // by epoch ascending
        List<FaultReport> reports = [];
        foreach ((Hash256 node, AuditFaultEntry entry) in last)
            if (reports.Count < FaultsMax && !IsDone(node, entry.Epoch)) reports.Add(Prove(state, roots, entry));
        lock (_lock)
        {
            if (reports.Count > 0) _bySeq[roots.Seq] = (roots.Roots.State, reports);
            while (_bySeq.Count > RootsMax) _bySeq.Remove(_bySeq.Keys.First());
        }
    }

    /// <summary>What can be proven under the last anchor of the chain.</summary>
    public IReadOnlyList<FaultReport> Under(in Hash256 stateRoot)
    {
        lock (_lock)
        {
            foreach ((Hash256 root, IReadOnlyList<FaultReport> reports) in _bySeq.Values)
                if (root == stateRoot) return [.. reports.Where(report => !IsDone(report.NodeId, report.Epoch))];
            return [];
        }
    }

    /// <summary>The chain took it, or never will.</summary>
    public void Done(FaultReport report)
    {
        lock (_lock) _done[report.NodeId] = Math.Max(report.Epoch, _done.GetValueOrDefault(report.NodeId));
    }

    private bool IsDone(in Hash256 node, ulong epoch)
    {
        lock (_lock) return _done.TryGetValue(node, out ulong done) && done >= epoch;
    }

    private static FaultReport Prove(LogState state, LogRootsAt roots, AuditFaultEntry entry)
    {
        byte[] leaf = AuditFaultLeaf.Encode(entry.NodeId, entry.Epoch, entry.Fault);
        ProvenLeaf proven = state.Prove(LogTableId.AuditFault, leaf.AsSpan(1, Hash256.Size + sizeof(ulong))).Present ?? throw new InvalidOperationException("a row without a leaf");
        return new FaultReport(entry.NodeId, entry.Epoch, entry.Fault, leaf, new StateLeafProof(proven, roots.Roots.Data).EncodePath());
    }
}

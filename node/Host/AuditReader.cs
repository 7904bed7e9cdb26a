using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Audits;
using Dsdn.Log.State;

namespace Dsdn.Host;

/// <summary>A node in an audit, as the log alone shows it.</summary>
internal sealed class AuditedNode(Hash256 nodeId, AuditDraw[] draws)
{
    public Hash256 NodeId { get; } = nodeId;

    public AuditDraw[] Draws { get; } = draws;

    /// <summary>Zero where it said nothing.</summary>
    public Hash256 PostedRoot { get; set; }

    /// <summary>Null where none counted.</summary>
    public AuditVerdict? Verdict { get; set; }

    public ulong VerdictSeq { get; set; }

    /// <summary>What it need not show any more, up to the verdict.</summary>
    public HashSet<HeldReplica> Excused { get; } = [];
}

/// <summary>An audit from its seed on.</summary>
internal sealed record AuditRecord(ulong Epoch, ulong AtSeq, ulong OpenedMs, ulong SeededMs, ulong BeaconHeight, Hash256 Beacon, IReadOnlyList<AuditedNode> Nodes);

/// <summary>Gathers one audit while its log is replayed: the draws, computed anew, and what was said of them.</summary>
internal sealed class AuditReader(ulong chainId, ulong epoch)
{
    private readonly SortedDictionary<Hash256, AuditedNode> _nodes = [];

    /// <summary>Null before the seed.</summary>
    public AuditRecord? Record { get; private set; }

    /// <summary>False where nothing more can come.</summary>
    public bool Look(LogState after, AppliedBatch batch)
    {
        AuditStatus? last = after.Queries.Audits.Last;
        if (Record is null && last is { IsSeeded: true } audit && audit.Epoch == epoch) Open(after, audit);
        if (Record is not null) Take(batch);
        if (last?.Epoch == epoch) Excuse(after);
        return last is null || last.Epoch <= epoch;
    }

    private void Open(LogState state, AuditStatus audit)
    {
        foreach ((Hash256 node, AuditHoldings holdings) in state.Queries.Audits.Holdings())
        {
            AuditDraw[] draws = AuditCheck.Draws(state, node, holdings);
            if (draws.Length > 0) _nodes[node] = new AuditedNode(node, draws);
        }
        Record = new AuditRecord(epoch, audit.AtSeq, audit.OpenedMs, audit.SeededMs, audit.BeaconHeight, audit.Beacon, [.. _nodes.Values]);
    }

    private void Take(AppliedBatch batch)
    {
        if (!batch.Events.Any(static entry => entry is { IsApplied: true, Kind: EventKind.AuditAnswerRoot or EventKind.AuditVerdict })) return;
        if (BatchVerifier.CheckBody(batch.Envelope, out BatchBody? body) is not { IsValid: true } || body is null) return;
        for (int i = 0; i < batch.Events.Count; i++)
        {
            if (!batch.Events[i].IsApplied || EventCodec.TryDecode(body.Events[i], chainId, out LogEvent? entry) != LogFault.None || entry is null) continue;
            if (EventBodyCodec.TryDecode(entry, batch.Seq, out EventBody? said) != LogFault.None) continue;
            if (said is AuditAnswerRoot answered && answered.Epoch == epoch && _nodes.TryGetValue(entry.Author, out AuditedNode? author)) author.PostedRoot = answered.AnswersRoot;
            if (said is AuditVerdict verdict && verdict.Epoch == epoch && _nodes.TryGetValue(verdict.NodeId, out AuditedNode? judged)) (judged.Verdict, judged.VerdictSeq) = (verdict, batch.Seq);
        }
    }

    private void Excuse(LogState state)
    {
        foreach (AuditedNode node in _nodes.Values)
        {
            if (node.VerdictSeq != 0 && node.VerdictSeq < state.Seq) continue;
            foreach (AuditDraw draw in node.Draws)
                if (state.Queries.Audits.IsExcused(node.NodeId, draw.Replica)) node.Excused.Add(draw.Replica);
        }
    }
}

/// <summary>What the answers of a node show, against the verdict.</summary>
/// <param name="IsShown">The answers are there, and the node signed them.</param>
/// <param name="Passed">Computed anew.</param>
/// <param name="Contradicts">The answers are shown, and the verdict says something else of them.</param>
/// <param name="FirstWrong">The first draw that was not shown; empty where all were.</param>
internal sealed record AuditFinding(bool IsShown, int Passed, bool Contradicts, string FirstWrong)
{
    public static AuditFinding Of(ulong chainId, AuditedNode node, byte[]? answers)
    {
        AnswerSheet? sheet = null;
        if (answers is not null) AnswerSheet.TryDecode(chainId, answers, out sheet);
        if (sheet is not null && (sheet.Heading.NodeId != node.NodeId || sheet.Heading.AnswersRoot != node.PostedRoot || !sheet.IsSigned())) sheet = null;
        byte[] passed = AuditCheck.Passed(node.Draws, sheet, node.Excused.Contains);
        int wrong = Array.FindIndex([.. Enumerable.Range(0, node.Draws.Length)], i => !Bitmap.Has(passed, i));
        bool contradicts = sheet is not null && node.Verdict is { } verdict && !verdict.Passed.Span.SequenceEqual(passed);
        string where = wrong < 0 ? "" : $"{node.Draws[wrong].Replica.ChunkId} slot {node.Draws[wrong].Replica.Slot} leaf {node.Draws[wrong].Leaf}";
        return new AuditFinding(sheet is not null, Bitmap.Count(passed), contradicts, where);
    }
}

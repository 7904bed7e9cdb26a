using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Audits;

/// <summary>
/// A coordinator's side of audits. It follows the log, says whom to ask, takes sheets, and says what belongs into the next batch. All time is log time, all
/// that it knows beside sheets follows from the state, so it may be begun anew at any batch.
/// </summary>
public sealed class Auditor
{
    /// <summary>Verdicts for one batch.</summary>
    public const int VerdictsMax = 256;

    /// <summary>Times without a beacon after which an audit is given up: the chain stands still.</summary>
    private const ulong UnseededMax = 4;

    /// <summary>Eighths of the hard deadline at which a node is asked: three times again before a miss counts (storage 3.4).</summary>
    private static readonly ulong[] Ladder = [0, 1, 2, 4, 6];

    private readonly SortedDictionary<Hash256, Case> _cases = [];
    private ulong _epoch, _minSeq;

    /// <summary>After every batch, and once at the start.</summary>
    public void Follow(LogState state)
    {
        AuditQueries audits = state.Queries.Audits;
        if (audits.Last is not { IsSeeded: true } audit)
        {
            _cases.Clear();
            return;
        }
        if (_epoch != audit.Epoch) Open(state, audit);
        foreach ((Hash256 node, _) in _cases.ToArray())
            if (audits.Node(node) is not { IsJudged: false } entry || entry.Epoch != _epoch) _cases.Remove(node);
    }

    /// <summary>Nodes whose time to be asked has come, each once a rung.</summary>
    public IReadOnlyList<AuditAsk> Ask(LogState state, ulong logTimeMs)
    {
        List<AuditAsk> asks = [];
        if (state.Queries.Audits.Last is not { IsSeeded: true } audit || audit.Epoch != _epoch) return asks;
        ulong hardMs = state.Genesis.Audits.HardMs;
        foreach ((Hash256 node, Case open) in _cases)
        {
            if (open.Attempts == Ladder.Length || logTimeMs < audit.SeededMs + (hardMs / 8 * Ladder[open.Attempts]) || logTimeMs > audit.SeededMs + hardMs) continue;
            if (open.Sheet is { } sheet && state.Queries.Audits.Node(node)?.AnswersRoot == sheet.Heading.AnswersRoot) continue;
            asks.Add(new AuditAsk(node, _epoch, _minSeq, open.Attempts++));
        }
        return asks;
    }

    /// <summary>What a node sent. Nothing in it is believed.</summary>
    public SheetOutcome Take(AnswerSheet sheet)
    {
        if (sheet.Heading.Epoch != _epoch || !_cases.TryGetValue(sheet.Heading.NodeId, out Case? open)) return SheetOutcome.NotAsked;
        if (sheet.Heading.Count != open.Draws.Length) return SheetOutcome.OtherDraws;
        if (open.Sheet is { } known && known.Heading.AnswersRoot == sheet.Heading.AnswersRoot) return SheetOutcome.Known;
        if (!sheet.IsSigned()) return SheetOutcome.Unsigned;
        bool contradicts = open.Sheet is not null;
        open.Others.Add(sheet);
        if (open.Others.Count > Case.SheetsMax) open.Others.RemoveAt(0);
        open.Sheet = sheet;
        return contradicts ? SheetOutcome.Contradicts : SheetOutcome.Taken;
    }

    /// <summary>What the committee has to say in a next batch of this log time, in order.</summary>
    public IReadOnlyList<EventBody> Due(LogState state, ulong logTimeMs)
    {
        List<EventBody> due = [];
        AuditQueries audits = state.Queries.Audits;
        AuditTimes times = state.Genesis.Audits;
        if (audits.Last is not { } audit)
        {
            if (state.Queries.ReplicaCount > 0) due.Add(new AuditOpened(1));
            return due;
        }
        if (!audit.IsSeeded)
        {
            if (audit.BeaconHeight != 0) due.Add(new AuditSeed(audit.Epoch, audit.AtSeq, audit.BeaconHeight, audit.Beacon, times.Draws));
            else if (logTimeMs >= audit.OpenedMs + (UnseededMax * times.EveryMs)) due.Add(new AuditOpened(audit.Epoch + 1));
            return due;
        }
        bool isOver = logTimeMs > audit.SeededMs + times.HardMs;
        foreach ((Hash256 node, Case open) in _cases)
            if (due.Count < VerdictsMax && state.Queries.Node(node)?.Record is { IsActive: true } or { IsLeaving: true } && Verdict(audits, audit, times, node, open, isOver) is { } verdict) due.Add(verdict);
        if (isOver && due.Count < VerdictsMax && logTimeMs >= audit.OpenedMs + times.EveryMs) due.Add(new AuditOpened(audit.Epoch + 1));
        return due;
    }

    private void Open(LogState state, AuditStatus audit)
    {
        (_epoch, _minSeq) = (audit.Epoch, state.Seq);
        _cases.Clear();
        foreach ((Hash256 node, AuditHoldings holdings) in state.Queries.Audits.Holdings())
        {
            AuditDraw[] draws = AuditCheck.Draws(state, node, holdings);
            if (draws.Length > 0 && state.Queries.Audits.Node(node) is { IsJudged: false }) _cases[node] = new Case(draws);
        }
    }

    /// <summary>Null while it may still become a full pass.</summary>
    private static AuditVerdict? Verdict(AuditQueries audits, AuditStatus audit, AuditTimes times, in Hash256 node, Case open, bool isOver)
    {
        if (audits.Node(node) is not { IsJudged: false } entry) return null;
        Hash256 id = node;
        AnswerSheet? sheet = entry.AnswersRoot.IsZero ? null : open.Others.Find(candidate => candidate.Heading.AnswersRoot == entry.AnswersRoot);
        byte[] passed = AuditCheck.Passed(open.Draws, sheet, replica => audits.IsExcused(id, replica));
        bool isPass = Bitmap.Count(passed) == open.Draws.Length;
        if (!isPass && !isOver) return null;
        bool isLate = entry.AnsweredMs > audit.SeededMs + times.SoftMs;
        return new AuditVerdict(node, audit.Epoch, sheet is null ? Hash256.Zero : entry.AnswersRoot, entry.Draws, passed, isLate ? passed : new byte[passed.Length]);
    }

    private sealed class Case(AuditDraw[] draws)
    {
        public const int SheetsMax = 3;

        public AuditDraw[] Draws { get; } = draws;

        /// <summary>The last one that was taken.</summary>
        public AnswerSheet? Sheet { get; set; }

        /// <summary>All that were taken, oldest first, the last ones only.</summary>
        public List<AnswerSheet> Others { get; } = [];

        public int Attempts { get; set; }
    }
}

using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Following;

/// <summary>
/// Brings envelopes that arrive in any order, doubled, late or forged into the order of seq. What is kept is bounded, and what the committee
/// signed is kept apart from what cannot be judged yet, so that a forger pushes nothing out.
/// </summary>
/// <param name="check">Of the batches that are applied here.</param>
/// <param name="applied">Told of each batch while the state is the one after it, before the next is looked at.</param>
public sealed class LogFollower(LogState state, FollowerLimits limits, LogCheck check, Action<AppliedBatch>? applied = null)
{
    private readonly WaitingBatches _signed = new(limits.EnvelopesMax, limits.BytesMax);

    /// <summary>Of a committee that the state does not know: it may be the next one, or nobody.</summary>
    private readonly Queue<Waiting> _unjudged = [];

    public LogState State => state;

    public int KeptCount => _signed.Count + _unjudged.Count;

    public long KeptBytes => _signed.Bytes + _unjudged.Sum(waiting => (long)waiting.Encoded.Length);

    /// <param name="encoded">Kept, not copied.</param>
    public OfferResult Offer(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.Length > BatchEnvelopeCodec.BytesMax) return Refuse(new LogVerdict(LogFault.TooLong, $"{encoded.Length} bytes"));
        LogFault fault = BatchEnvelopeCodec.TryDecode(encoded, out BatchEnvelope? envelope);
        if (envelope is null) return Refuse(new LogVerdict(fault, "no envelope"));
        return Offer(new Waiting(envelope, encoded));
    }

    /// <summary>The gaps between the applied batches and the last one known of, oldest first.</summary>
    /// <param name="head">The last seq that somebody named; looked at no farther than the window.</param>
    public IReadOnlyList<SeqRange> Missing(ulong head, int rangesMax)
    {
        ulong last = Math.Min(Math.Max(head, _signed.Last), state.Seq + limits.AheadSeqsMax);
        List<SeqRange> ranges = [];
        ulong from = state.Seq + 1;
        foreach (ulong seq in _signed.Seqs)
        {
            if (seq > last || ranges.Count == rangesMax) break;
            if (seq > from) ranges.Add(new SeqRange(from, seq - 1));
            from = seq + 1;
        }
        if (from <= last && ranges.Count < rangesMax) ranges.Add(new SeqRange(from, last));
        return ranges;
    }

    private OfferResult Offer(Waiting offered)
    {
        BatchHeader header = offered.Envelope.Header;
        if (header.ChainId != state.Genesis.ChainId) return Refuse(new LogVerdict(LogFault.ChainId, $"chain {header.ChainId}"));
        if (header.LogId != state.Genesis.LogId) return Refuse(new LogVerdict(LogFault.LogId, $"log {header.LogId}"));
        if (header.Seq == state.Seq && header.Seq != 0 && offered.CoreHash != state.HeadHash) return Refuse(new LogVerdict(LogFault.PreviousHash, $"batch {header.Seq} is another one here"));
        if (header.Seq <= state.Seq) return Plain(OfferOutcome.Duplicate);
        return header.Seq == state.Seq + 1 ? Apply(offered) : Keep(offered);
    }

    private OfferResult Apply(Waiting next)
    {
        LogVerdict verdict = state.Apply(next.Envelope, next.Encoded, check, out AppliedBatch? done);
        if (done is null) return Refuse(verdict);
        applied?.Invoke(done);
        List<AppliedBatch> batches = [done];
        List<RefusedBatch> refused = [];
        ulong before;
        do
        {
            before = state.Seq;
            JudgeAgain(refused);
            Drain(batches, refused);
        }
        while (state.Seq != before);
        return new OfferResult(OfferOutcome.Applied, LogVerdict.Valid, batches, refused);
    }

    private void Drain(List<AppliedBatch> batches, List<RefusedBatch> refused)
    {
        _signed.DropUpTo(state.Seq);
        while (_signed.Take(state.Seq + 1) is { Count: > 0 } candidates)
        {
            AppliedBatch? done = null;
            foreach (Waiting candidate in candidates)
            {
                LogVerdict verdict = state.Apply(candidate.Envelope, candidate.Encoded, check, out done);
                if (done is not null) break;
                refused.Add(new RefusedBatch(candidate.Envelope.Header.Seq, verdict));
            }
            if (done is null) return;
            applied?.Invoke(done);
            batches.Add(done);
        }
    }

    /// <summary>A batch may have named a committee that those which could not be judged are of.</summary>
    private void JudgeAgain(List<RefusedBatch> refused)
    {
        for (int left = _unjudged.Count; left > 0; left--)
        {
            Waiting waiting = _unjudged.Dequeue();
            if (waiting.Envelope.Header.Seq <= state.Seq) continue;
            if (!IsOfKnownCommittee(waiting, out Committee committee)) _unjudged.Enqueue(waiting);
            else if (Check(waiting, committee) is { IsValid: false } verdict) refused.Add(new RefusedBatch(waiting.Envelope.Header.Seq, verdict));
            else _signed.TryAdd(waiting);
        }
    }

    private OfferResult Keep(Waiting offered)
    {
        if (offered.Envelope.Header.Seq - state.Seq > limits.AheadSeqsMax) return Plain(OfferOutcome.NotKept);
        if (_signed.Has(offered) || _unjudged.Any(waiting => waiting.CoreHash == offered.CoreHash && waiting.Encoded.Span.SequenceEqual(offered.Encoded.Span))) return Plain(OfferOutcome.Duplicate);
        if (IsOfKnownCommittee(offered, out Committee committee))
            return Check(offered, committee) is { IsValid: false } verdict ? Refuse(verdict) : Plain(_signed.TryAdd(offered) ? OfferOutcome.Kept : OfferOutcome.NotKept);
        if (limits.UnjudgedMax == 0) return Plain(OfferOutcome.NotKept);
        if (_unjudged.Count == limits.UnjudgedMax) _unjudged.Dequeue();
        _unjudged.Enqueue(offered);
        return Plain(OfferOutcome.Kept);
    }

    private bool IsOfKnownCommittee(Waiting waiting, out Committee committee)
    {
        committee = state.CommitteeAt(waiting.Envelope.Header.LogTimeMs);
        return waiting.Envelope.Header.CommitteeHash == committee.Hash;
    }

    /// <summary>Everything that can be known of a batch without the one before it, so that a forged one takes no room.</summary>
    private static LogVerdict Check(Waiting waiting, Committee committee)
    {
        LogVerdict verdict = BatchVerifier.CheckSignatures(waiting.Envelope, committee);
        return verdict.IsValid ? BatchVerifier.CheckBody(waiting.Envelope, out _) : verdict;
    }

    private static OfferResult Plain(OfferOutcome outcome) => new(outcome, LogVerdict.Valid, [], []);

    private static OfferResult Refuse(LogVerdict verdict) => new(OfferOutcome.Refused, verdict, [], []);
}

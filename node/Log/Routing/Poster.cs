using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Routing;

/// <summary>
/// Brings pending batches to Celestia: one transaction at a time, strictly by seq. What was sent with an unknown outcome is looked
/// for until it is found or cannot land any more; nothing newer is posted before. So each batch's first blob lies behind its predecessor's.
/// </summary>
internal sealed class Poster(RouterOptions options, RouterState state, PendingTable pending, PrimaryHealth primary, PointerLedger ledger)
{
    private const int ClaimLookUpsMax = 10;

    private readonly PostingPace _pace = new(options, state);
    private Flight? _submit, _lookUp;
    private Claim? _claim;
    private ulong _lookUpAtMs;
    private ulong _heightsMax = options.LookUpHeightsMax;
    private int _lookUpFailures, _sequenceFaults;

    public ulong Included { get; private set; }

    public ulong Refused { get; private set; }

    public ulong Unknown { get; private set; }

    /// <summary>When the transaction in flight was handed over.</summary>
    public ulong? SubmitStartedMs => _submit?.StartedMs;

    /// <summary>Does the next thing that can be done.</summary>
    public void Advance()
    {
        GiveUpLost();
        if (_submit is not null || _lookUp is not null || !primary.IsReadable || pending.First is not { } first) return;
        if (first.IsSent && !TryResolve()) return;
        if (MayPost(first)) Post();
    }

    public void SubmitDone(ulong id, SubmitOutcome outcome)
    {
        if (_submit is not { } flight || flight.Id != id) return; // given up long ago: it is looked for
        _submit = null;
        switch (outcome)
        {
            case SubmitOutcome.Included { Height: > 0 } included:
                _claim = new Claim(flight.Batches, included.Height, flight.StartedMs);
                Forget(flight.Batches, 0);
                break;
            case SubmitOutcome.Refused refused:
                Refuse(flight, refused.Why);
                break;
            default:
                Lose(flight, outcome is SubmitOutcome.Unknown unknown ? unknown.SearchFromHeight : 0);
                break;
        }
    }

    public void LookupDone(ulong id, IReadOnlyList<FoundBlob> found, IReadOnlyList<ulong> absent)
    {
        if (_lookUp is not { } flight || flight.Id != id) return;
        _lookUp = null;
        int answers = 0;
        foreach (FoundBlob blob in found)
        {
            if (blob.Height < flight.FromHeight || blob.Height > flight.ToHeight || flight.Find(blob.Seq) is not { } batch || pending.Find(blob.Seq) is null) continue;
            ledger.Landed(batch, blob.Height);
            answers++;
        }
        foreach (ulong seq in absent)
        {
            if (flight.Find(seq) is not { } batch || pending.Find(seq) is null) continue;
            answers++;
            if (flight.IsClaim) continue;
            batch.AbsentTo = Math.Max(batch.AbsentTo, flight.ToHeight);
            batch.IsLookedUp = flight.IsToHead;
        }
        bool isWhole = answers == flight.Batches.Count;
        if (flight.IsClaim) Verify(flight, isWhole);
        else if (found.Count > 0) Landed();
        if (isWhole)
        {
            (_lookUpFailures, _lookUpAtMs) = (0, 0);
            _heightsMax = Math.Min(_heightsMax * 2, options.LookUpHeightsMax);
            primary.LookUpAnswered();
            return;
        }
        _heightsMax = Math.Max(_heightsMax / 2, 1); // what takes too long is asked for in smaller pieces
        primary.LookUpFailed(flight.StartedMs);
        _lookUpAtMs = state.NowMs + Backoff.Ms(options, ++_lookUpFailures);
    }

    /// <summary>When something may be done that cannot be done now.</summary>
    public ulong? NextMs()
    {
        ulong? next = null;
        Consider(_submit?.LostAtMs);
        Consider(_lookUp?.LostAtMs);
        Consider(_lookUpAtMs);
        Consider(_pace.RetryAtMs);
        Consider(_pace.ReconcileAtMs);
        if (pending.First is { } first) Consider(first.Batch.DecidedMs + options.FlushAgeMs);
        return next;

        void Consider(ulong? atMs)
        {
            if (atMs > state.NowMs && (next is null || atMs < next)) next = atMs;
        }
    }

    private bool MayPost(Pending first)
    {
        if (state.IsFallback && (state.Memory.IsForced || !primary.NeedsTrial)) return false;
        if (!primary.IsWritable && !(state.Memory.IsForced && state.Mode == RouterMode.Healthy)) return false;
        if (!_pace.MayPost) return false;
        return state.IsBacklog(first.Seq) || first.Batch.Attempt != AttemptState.None || pending.Bytes >= options.FlushBytes || state.NowMs >= first.Batch.DecidedMs + options.FlushAgeMs;
    }

    /// <summary>Looks for what was sent; true where all of it is proven not to be there and not to come any more.</summary>
    private bool TryResolve()
    {
        if (_claim is { } claim)
        {
            if (state.NowMs >= _lookUpAtMs) LookUp(claim.Batches, claim.Height, claim.Height, isClaim: true);
            return false;
        }
        List<Pending> sent = pending.Leading(isSent: true, options.ReconcileBatchesMax, ulong.MaxValue);
        bool isOver = true;
        foreach (Pending batch in sent)
        {
            if (batch.ExpiryBase == 0) batch.ExpiryBase = primary.HeadSince(batch.UnknownAtMs) ?? 0;
            isOver &= batch.ExpiryBase != 0 && batch.AbsentTo >= batch.ExpiryBase + options.MempoolTtlBlocks;
        }
        if (isOver) foreach (Pending batch in sent) Remember(batch, AttemptState.Refused);
        else if (state.NowMs >= _lookUpAtMs) TryLookUp(sent);
        return isOver;
    }

    private void Post()
    {
        List<Pending> group = pending.Leading(isSent: false, Math.Min(options.ReconcileBatchesMax, _pace.GroupMax), Math.Min(options.SubmitBytesMax, RouterOptions.SubmitBytesCap));
        if (group.Exists(IsUnsought))
        {
            // All of the backlog in one walk over the heights, not one walk a transaction.
            if (state.NowMs >= _lookUpAtMs) TryLookUp(pending.Leading(isSent: false, options.LookUpBatchesMax, ulong.MaxValue).FindAll(IsUnsought));
            return;
        }
        ulong bytes = 0;
        foreach (Pending batch in group)
        {
            bytes += batch.Batch.DataBytes;
            batch.Batch = batch.Batch with { SearchFromHeight = batch.Batch.SearchFromHeight == 0 ? primary.Head + 1 : batch.NextHeight };
            (batch.AbsentTo, batch.IsLookedUp) = (0, false);
            Forget([batch], state.NowMs);
            Remember(batch, AttemptState.Sent);
        }
        ulong timeoutMs = state.Mode == RouterMode.Healthy ? options.SubmitTimeoutMs : options.ExtendedSubmitTimeoutMs;
        _submit = new Flight(state.NextId(), group, 0, 0, IsToHead: false, IsClaim: false, state.NowMs, state.NowMs + (2 * timeoutMs));
        _pace.Posted(bytes);
        state.Emit(new RouterEffect.Submit(_submit.Id, Seqs(group), timeoutMs));
    }

    /// <summary>Of an outage or an earlier process, and somebody may have posted it. What was decided before any head was known was never sent from here.</summary>
    private bool IsUnsought(Pending batch) => state.IsBacklog(batch.Seq) && !batch.IsLookedUp && batch.Batch.SearchFromHeight != 0 && batch.NextHeight <= primary.Head;

    private void TryLookUp(List<Pending> batches)
    {
        ulong from = ulong.MaxValue;
        foreach (Pending batch in batches) from = Math.Min(from, batch.NextHeight);
        if (from <= primary.Head) LookUp(batches, from, Math.Min(primary.Head, from + _heightsMax - 1), isClaim: false);
    }

    private void LookUp(IReadOnlyList<Pending> batches, ulong from, ulong to, bool isClaim)
    {
        _lookUp = new Flight(state.NextId(), batches, from, to, to >= primary.Head, isClaim, state.NowMs, state.NowMs + (2 * options.LookUpTimeoutMs));
        List<SoughtBlob> blobs = [];
        foreach (Pending batch in batches) blobs.Add(new SoughtBlob(batch.Seq, batch.Batch.Commitment));
        state.Emit(new RouterEffect.LookUp(_lookUp.Id, blobs, from, to));
    }

    /// <summary>The node named a height. It is believed only when the blobs were proven to be there.</summary>
    private void Verify(Flight flight, bool isWhole)
    {
        if (_claim is not { } claim) return;
        List<Pending> missing = [];
        foreach (Pending batch in flight.Batches)
        {
            if (pending.Find(batch.Seq) is not null) missing.Add(batch);
        }
        if (missing.Count == 0)
        {
            _claim = null;
            Included++;
            Landed();
        }
        else if (isWhole || _lookUpFailures + 1 >= ClaimLookUpsMax)
        {
            _claim = null;
            state.Alert("DSDN-E-DA-CLAIM", $"batch {missing[0].Seq} and {missing.Count - 1} more are said to be at height {claim.Height} and are not proven to be");
            Lose(flight with { Batches = missing, StartedMs = claim.SubmittedMs }, claim.Height);
        }
        else
        {
            _claim = claim with { Batches = missing };
        }
    }

    private void Landed()
    {
        primary.SubmitLanded();
        _pace.Landed();
        _sequenceFaults = 0;
    }

    private void Refuse(Flight flight, SubmitRefusal why)
    {
        Refused++;
        foreach (Pending batch in flight.Batches) Remember(batch, AttemptState.Refused);
        _sequenceFaults = why == SubmitRefusal.Sequence ? _sequenceFaults + 1 : 0;
        switch (why)
        {
            case SubmitRefusal.TooBig when flight.Batches.Count > 1:
                _pace.Smaller(flight.Batches.Count);
                return; // no fault of Celestia's
            case SubmitRefusal.TooBig:
                pending.SetAside(flight.Batches[0]);
                state.Emit(new RouterEffect.Remember(flight.Batches[0].Batch));
                state.Alert("DSDN-E-DA-TOO-BIG", $"batch {flight.Batches[0].Seq} of {flight.Batches[0].Batch.DataBytes} bytes is refused even alone");
                return;
            case SubmitRefusal.Invalid:
                _pace.Pause();
                state.Alert("DSDN-E-DA-INVALID", $"batch {flight.Batches[0].Seq}: namespace, signer or arguments are refused");
                return; // ours to mend: no other tier would be needed
            case SubmitRefusal.OutOfFunds or SubmitRefusal.NoAccess:
                _pace.Open();
                state.Alert(why == SubmitRefusal.OutOfFunds ? "DSDN-E-DA-FUNDS" : "DSDN-E-DA-NO-ACCESS", "nothing can be written to Celestia; reading goes on");
                break;
            default:
                _pace.Failed();
                if (_sequenceFaults == options.BreakerFailures) state.Alert("DSDN-E-DA-SEQUENCE", "the account's sequence stays wrong: another writer uses it, or the node needs a restart");
                break;
        }
        primary.SubmitFailed(flight.StartedMs);
    }

    private void Lose(Flight flight, ulong searchFrom)
    {
        Unknown++;
        foreach (Pending batch in flight.Batches)
        {
            if (searchFrom == 0 || searchFrom >= batch.Batch.SearchFromHeight) continue;
            batch.Batch = batch.Batch with { SearchFromHeight = searchFrom };
            Remember(batch, AttemptState.Sent);
        }
        Forget(flight.Batches, state.NowMs);
        _pace.Failed();
        primary.SubmitFailed(flight.StartedMs);
    }

    /// <summary>An effect that nobody answered: the shell's fault, and no reason to stand still for ever.</summary>
    private void GiveUpLost()
    {
        if (_submit is { } submit && state.NowMs > submit.LostAtMs) SubmitDone(submit.Id, new SubmitOutcome.Unknown(0));
        if (_lookUp is { } lookUp && state.NowMs > lookUp.LostAtMs) LookupDone(lookUp.Id, [], []);
    }

    private static void Forget(IReadOnlyList<Pending> batches, ulong unknownAtMs)
    {
        foreach (Pending batch in batches) (batch.UnknownAtMs, batch.ExpiryBase) = (unknownAtMs, 0);
    }

    private void Remember(Pending batch, AttemptState attempt)
    {
        batch.Batch = batch.Batch with { Attempt = attempt };
        state.Emit(new RouterEffect.Remember(batch.Batch));
    }

    private static List<ulong> Seqs(IReadOnlyList<Pending> batches)
    {
        List<ulong> seqs = [];
        foreach (Pending batch in batches) seqs.Add(batch.Seq);
        return seqs;
    }

    /// <summary>Something asked for and not answered yet.</summary>
    private sealed record Flight(ulong Id, IReadOnlyList<Pending> Batches, ulong FromHeight, ulong ToHeight, bool IsToHead, bool IsClaim, ulong StartedMs, ulong LostAtMs)
    {
        private readonly Dictionary<ulong, Pending> _bySeq = Batches.ToDictionary(static batch => batch.Seq);

        public Pending? Find(ulong seq) => _bySeq.GetValueOrDefault(seq);
    }

    private sealed record Claim(IReadOnlyList<Pending> Batches, ulong Height, ulong SubmittedMs);
}

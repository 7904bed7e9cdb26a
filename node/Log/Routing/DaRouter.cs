using Dsdn.Chain.Log.Events;

namespace Dsdn.Log.Routing;

/// <summary>
/// Where the batches of the log go: Celestia, the validators' quorum, the emergency store, and back to Celestia (da 5.4, protocol
/// 1.11, rulings 34). Pure: the same inputs give the same effects. Nothing here influences the state of the log.
/// </summary>
public sealed class DaRouter
{
    private readonly RouterOptions _options;
    private readonly RouterState _state = new();
    private readonly PendingTable _pending = new();
    private readonly PrimaryHealth _primary;
    private readonly QuorumWatch _quorum;
    private readonly PointerLedger _ledger;
    private readonly Poster _poster;
    private readonly EmergencyCopies _copies;
    private readonly PressureGauge _pressure;
    private readonly ulong[] _msInMode = new ulong[(int)RouterMode.Recovering + 1];
    private RouterMemory _remembered = RouterMemory.Initial;
    private ulong _failovers, _wakeAtMs;
    private bool _isStarted, _wasQuorumSilent, _isReconciling, _wasLow;

    public DaRouter(RouterOptions options)
    {
        _options = options;
        _primary = new PrimaryHealth(options);
        _quorum = new QuorumWatch(options.QuorumTimeoutMs);
        _ledger = new PointerLedger(_state, _pending, _quorum);
        _poster = new Poster(options, _state, _pending, _primary, _ledger);
        _copies = new EmergencyCopies(options, _state, _pending);
        _pressure = new PressureGauge(options, _state, _pending);
    }

    public RouterMode Mode => _state.Mode;

    /// <summary>Of every batch this router ever knew: what the archive has above it is still to be told.</summary>
    public ulong HighestSeq => _pending.HighestSeq;

    /// <summary>Null: not pending.</summary>
    public PendingBatch? Find(ulong seq) => _pending.Find(seq)?.Batch;

    public RouterMetrics Metrics
    {
        get
        {
            PendingBatch? oldest = _pending.First?.Batch;
            return new RouterMetrics(
                Mode, _state.Memory.IsForced, (ulong)_pending.Count, _pending.Bytes, oldest is not null && _state.NowMs > oldest.DecidedMs ? _state.NowMs - oldest.DecidedMs : 0,
                (ulong)_pending.Unpostable, _poster.Included, _poster.Refused, _poster.Unknown, _ledger.Found, _ledger.Reconciled, _failovers, _pressure.Level, [.. _msInMode]);
        }
    }

    /// <returns>What is to be done, in order; see <see cref="RouterEffect"/>.</returns>
    public IReadOnlyList<RouterEffect> Step(RouterInput input)
    {
        if (_isStarted == input is RouterInput.Started) throw new InvalidOperationException("Started is the first input and comes once");
        _msInMode[(int)_state.Mode] += _state.Begin(input.NowMs);
        Take(input);
        _primary.Update(_state.IsFallback, _poster.SubmitStartedMs, _state.NowMs);
        ChangeMode();
        _poster.Advance();
        _copies.Advance();
        WatchQuorum();
        _pressure.Update(_state.Mode == RouterMode.Emergency && _wasQuorumSilent && _copies.IsFailing);
        if (_primary.TryProbe(_state.NowMs)) _state.Emit(new RouterEffect.Probe());
        Remember();
        Wake();
        return _state.End();
    }

    private void Take(RouterInput input)
    {
        switch (input)
        {
            case RouterInput.Started started:
                Start(started);
                break;
            case RouterInput.BatchDecided decided:
                Decide(decided);
                break;
            case RouterInput.Certified certified:
                _quorum.Certified(certified.Seq, _state.NowMs);
                _ledger.Certified(certified.Seq, certified.CertificateHash);
                break;
            case RouterInput.ProbeDone probed:
                Probed(probed.Result);
                break;
            case RouterInput.SubmitDone submitted:
                _poster.SubmitDone(submitted.SubmitId, submitted.Outcome);
                break;
            case RouterInput.LookupDone lookedUp:
                _poster.LookupDone(lookedUp.LookupId, lookedUp.Found, lookedUp.Absent);
                break;
            case RouterInput.EmergencyStored stored:
                _copies.Stored(stored.Seq);
                _ledger.Stored(stored.Seq);
                break;
            case RouterInput.EmergencyFailed failed:
                _copies.Failed(failed.Seq, failed.Text);
                break;
            case RouterInput.Tick:
                _wakeAtMs = 0; // a timer may have ended early: whoever was woken is told anew
                break;
            case RouterInput.ModeForced forced:
                Force(forced.Mode);
                break;
        }
    }

    private void Start(RouterInput.Started started)
    {
        _isStarted = true;
        _state.Memory = started.Memory;
        _pending.Knew(started.HighestSeq);
        foreach (PendingBatch kept in started.Pending)
        {
            // An operator may have raised a limit since: what was too large is tried again.
            Pending batch = _pending.Add(kept.Attempt == AttemptState.Unpostable ? kept with { Attempt = AttemptState.Refused } : kept);
            batch.UnknownAtMs = _state.NowMs;
            if (!kept.Pointers.IsCertified) _quorum.Decided(kept.Seq, _state.NowMs);
        }
        if (_pending.Count > 0) _state.Memory = _state.Memory with { BacklogEnd = _pending.HighestSeq };
        _primary.Resume(started.Memory.OutageSinceMs, _state.NowMs);
        _remembered = started.Memory;
        _isReconciling = Mode == RouterMode.Recovering;
        _copies.ModeChanged();
    }

    private void Decide(RouterInput.BatchDecided decided)
    {
        if (decided.Seq <= _pending.HighestSeq) return;
        ulong searchFrom = _primary.Head == 0 ? 0 : _primary.Head + 1;
        Pending batch = _pending.Add(new PendingBatch(decided.Seq, decided.CoreHash, decided.Commitment, decided.DataBytes, _state.NowMs, searchFrom, AttemptState.None, BatchPointers.None));
        if (_state.IsFallback) _state.Memory = _state.Memory with { BacklogEnd = decided.Seq };
        _quorum.Decided(decided.Seq, _state.NowMs);
        _state.Emit(new RouterEffect.Remember(batch.Batch));
        _copies.Want(batch);
    }

    private void Probed(ProbeResult result)
    {
        _primary.Probed(result, _state.IsFallback, _state.NowMs);
        bool isLow = result is ProbeResult.Answered { Balance: DaBalance.Low or DaBalance.Empty };
        if (isLow && !_wasLow) _state.Alert("DSDN-E-DA-FUNDS", "the account that pays for blobs runs out of TIA");
        if (result is ProbeResult.Answered) _wasLow = isLow;
    }

    private void Force(RouterMode? mode)
    {
        if (mode is RouterMode.Warning or RouterMode.Recovering)
        {
            _state.Alert("DSDN-E-DA-MODE", "only healthy, degraded and emergency can be asked for");
            return;
        }
        _state.Memory = _state.Memory with { IsForced = mode is not null };
        if (mode is { } asked && asked != Mode) Enter(asked, ModeReason.Manual);
    }

    private void ChangeMode()
    {
        // An outage that is over with nothing pending goes through Recovering to Healthy in one step; there is no longer chain.
        for (int i = 0; i < 2 && !_state.Memory.IsForced; i++)
        {
            bool isBacklogDone = _pending.First is not { } first || !_state.IsBacklog(first.Seq);
            (RouterMode next, ModeReason reason) = ModeRules.Next(Mode, _primary.Facts(_poster.SubmitStartedMs, _quorum, isBacklogDone, _state.NowMs), _options);
            if (next == Mode) return;
            Enter(next, reason);
        }
    }

    private void Enter(RouterMode mode, ModeReason reason)
    {
        RouterMode from = Mode;
        bool wasFallback = _state.IsFallback;
        _state.Memory = _state.Memory with { Mode = mode };
        _state.Emit(new RouterEffect.ModeChanged(from, mode, reason));
        if (_state.IsFallback)
        {
            if (!wasFallback) _failovers++;
            _state.Memory = _state.Memory with { BacklogEnd = _pending.HighestSeq, Reconciled = wasFallback || from == RouterMode.Recovering ? _state.Memory.Reconciled : 0 };
            _isReconciling = false;
            _state.Announce(new FallbackActivated(Reason(reason), (byte)(mode == RouterMode.Degraded ? 2 : 3), _state.Memory.LastHeight, _state.NowMs));
        }
        else if (wasFallback)
        {
            _primary.OutageIsOver();
            _state.Announce(new FallbackDeactivated(_primary.Head, _state.Memory.Reconciled, _state.NowMs));
            if (mode == RouterMode.Recovering && _pending.First is { } first)
            {
                _isReconciling = true;
                _state.Announce(new ReconciliationStarted(first.Seq, (ulong)(_pending.Count - _pending.Unpostable), _state.NowMs));
            }
        }
        else if (from == RouterMode.Recovering && _isReconciling)
        {
            _isReconciling = false;
            _state.Announce(new ReconciliationCompleted(_state.Memory.BacklogEnd, _state.Memory.Reconciled, (ulong)_pending.Unpostable, _state.NowMs));
        }
        _ledger.Settle();
        _copies.ModeChanged();
    }

    private static FallbackReason Reason(ModeReason reason) => reason switch
    {
        ModeReason.Manual => FallbackReason.Manual,
        ModeReason.QuorumUnreachable => FallbackReason.QuorumUnreachable,
        _ => FallbackReason.PrimaryDown,
    };

    /// <summary>Copies of the emergency store become canonical when the quorum falls silent.</summary>
    private void WatchQuorum()
    {
        bool isSilent = _quorum.IsSilent(_state.NowMs);
        if (isSilent != _wasQuorumSilent && isSilent) _ledger.Settle();
        _wasQuorumSilent = isSilent;
    }

    private void Remember()
    {
        _state.Memory = _state.Memory with { OutageSinceMs = _primary.OutageSinceMs };
        if (_state.Memory == _remembered) return;
        _remembered = _state.Memory;
        _state.Emit(new RouterEffect.RememberMode(_remembered));
    }

    private void Wake()
    {
        ulong now = _state.NowMs;
        ulong?[] candidates =
        [
            _primary.NextMs(_poster.SubmitStartedMs, now), _poster.NextMs(), _quorum.NextMs(now, _options.RecoveryGraceMs), _copies.NextMs(now), _pressure.NextMs(now),
        ];
        ulong next = now + _options.ProbeEveryMs;
        foreach (ulong? atMs in candidates)
        {
            if (atMs is { } at && at < next) next = at;
        }
        if (next == _wakeAtMs) return;
        _wakeAtMs = next;
        _state.Emit(new RouterEffect.WakeAt(next));
    }
}

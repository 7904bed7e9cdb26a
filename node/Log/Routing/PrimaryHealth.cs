namespace Dsdn.Log.Routing;

/// <summary>
/// What is known of Celestia: probes, and whether transactions and look-ups get through. Nothing to post is no failure. A node
/// whose head is old, whose account is empty or that refuses to write is down for writing and good for reading.
/// </summary>
internal sealed class PrimaryHealth(RouterOptions options)
{
    private ulong? _probeStartedMs, _lastGoodStartedMs;
    private ulong _nextProbeMs, _lastLatencyMs, _streakSinceMs;
    private ulong? _probeDownSinceMs, _submitDownSinceMs, _lookUpDownSinceMs, _outageSinceMs;
    private int _goodStreak, _fastStreak;
    private bool _isReadable, _isWritable;

    /// <summary>Highest one seen in this process; 0: none.</summary>
    public ulong Head { get; private set; }

    /// <summary>The last probe answered, be it with an old head.</summary>
    public bool IsReadable => _isReadable && Head > 0;

    /// <summary>The last probe was good: a recent head, an account with funds.</summary>
    public bool IsWritable => IsReadable && _isWritable;

    /// <summary>Probes are good, and a transaction or a look-up was not: only another one can tell.</summary>
    public bool NeedsTrial => IsWritable && (_submitDownSinceMs is not null || _lookUpDownSinceMs is not null);

    /// <summary>When the outage began that is going on; 0: none.</summary>
    public ulong OutageSinceMs => _outageSinceMs ?? 0;

    public void Resume(ulong outageSinceMs, ulong nowMs) => _outageSinceMs = outageSinceMs == 0 ? null : Math.Min(outageSinceMs, nowMs);

    /// <summary>True where a probe is to be made now.</summary>
    public bool TryProbe(ulong nowMs)
    {
        bool isLost = _probeStartedMs is { } started && nowMs > started + (3 * options.ProbeTimeoutMs);
        if ((_probeStartedMs is not null && !isLost) || nowMs < _nextProbeMs) return false;
        if (isLost) (_probeDownSinceMs, _isReadable, _goodStreak) = (_probeDownSinceMs ?? _probeStartedMs, false, 0);
        _probeStartedMs = nowMs;
        _nextProbeMs = nowMs + options.ProbeEveryMs;
        return true;
    }

    /// <summary>Takes an answer in.</summary>
    /// <param name="isFallback">Whether the mode is one in which an outage ends by hysteresis only.</param>
    public void Probed(ProbeResult result, bool isFallback, ulong nowMs)
    {
        ulong startedMs = _probeStartedMs ?? nowMs;
        _probeStartedMs = null;
        _lastLatencyMs = result.LatencyMs;
        _isReadable = result is ProbeResult.Answered;
        _isWritable = result is ProbeResult.Answered answered && answered.Balance != DaBalance.Empty && nowMs <= answered.HeadTimeMs + options.HeadAgeMsMax;
        if (result is ProbeResult.Answered { HeadHeight: var head }) Head = Math.Max(Head, head);
        if (!_isWritable)
        {
            _probeDownSinceMs ??= startedMs;
            _goodStreak = 0;
            return;
        }
        if (_probeDownSinceMs is not null && isFallback) (_submitDownSinceMs, _lookUpDownSinceMs) = (null, null); // what failed meanwhile failed with the rest
        _probeDownSinceMs = null;
        _lastGoodStartedMs = startedMs;
        if (_goodStreak++ == 0) _streakSinceMs = nowMs;
        _fastStreak++;
    }

    /// <summary>A head that the node named in a probe that began after that time.</summary>
    public ulong? HeadSince(ulong atMs) => _lastGoodStartedMs >= atMs ? Head : null;

    public void SubmitFailed(ulong startedMs) => _submitDownSinceMs ??= startedMs;

    public void SubmitLanded() => _submitDownSinceMs = null;

    public void LookUpFailed(ulong startedMs) => _lookUpDownSinceMs ??= startedMs;

    public void LookUpAnswered() => _lookUpDownSinceMs = null;

    /// <summary>Celestia is trusted again.</summary>
    public void OutageIsOver() => _outageSinceMs = null;

    /// <summary>Brings the outage up to now.</summary>
    /// <param name="submitStartedMs">Of the transaction in flight.</param>
    public void Update(bool isFallback, ulong? submitStartedMs, ulong nowMs)
    {
        if (DownSinceMs(nowMs) is { } since) _outageSinceMs = Math.Min(_outageSinceMs ?? since, since);
        else if (!isFallback) _outageSinceMs = null;
        if (IsSlow(submitStartedMs, nowMs)) _fastStreak = 0;
    }

    public ModeFacts Facts(ulong? submitStartedMs, QuorumWatch quorum, bool isBacklogDone, ulong nowMs)
    {
        bool isDown = DownSinceMs(nowMs) is not null;
        return new ModeFacts(
            _outageSinceMs is { } since && nowMs > since ? nowMs - since : 0, isDown, IsSlow(submitStartedMs, nowMs), _fastStreak >= options.RecoverySuccesses,
            !isDown && _goodStreak >= options.RecoverySuccesses && nowMs >= _streakSinceMs + options.RecoveryGraceMs,
            quorum.IsSilent(nowMs), quorum.IsSteady(nowMs, options.RecoveryGraceMs), isBacklogDone);
    }

    /// <summary>The next moment at which something changes without an input.</summary>
    public ulong? NextMs(ulong? submitStartedMs, ulong nowMs)
    {
        ulong? next = null;
        Consider(_probeStartedMs is { } started ? started + options.ProbeTimeoutMs + 1 : _nextProbeMs);
        Consider(_probeStartedMs + (3 * options.ProbeTimeoutMs) + 1);
        Consider(_probeStartedMs + options.WarningLatencyMs + 1);
        Consider(submitStartedMs + options.WarningLatencyMs + 1);
        Consider(_outageSinceMs + options.WarningLatencyMs + 1);
        Consider(_outageSinceMs + options.DegradedAfterMs + 1);
        Consider(_outageSinceMs + options.EmergencyAfterMs + 1);
        if (_goodStreak > 0) Consider(_streakSinceMs + options.RecoveryGraceMs);
        return next;

        void Consider(ulong? atMs)
        {
            if (atMs > nowMs && (next is null || atMs < next)) next = atMs;
        }
    }

    private ulong? DownSinceMs(ulong nowMs)
    {
        ulong? since = Earlier(Earlier(_probeDownSinceMs, _submitDownSinceMs), _lookUpDownSinceMs);
        return _probeStartedMs is { } started && nowMs > started + options.ProbeTimeoutMs ? Earlier(since, started) : since;
    }

    private bool IsSlow(ulong? submitStartedMs, ulong nowMs) =>
        _lastLatencyMs > options.WarningLatencyMs || IsOver(_probeStartedMs, nowMs) || IsOver(submitStartedMs, nowMs) || IsOver(DownSinceMs(nowMs), nowMs);

    private bool IsOver(ulong? sinceMs, ulong nowMs) => sinceMs is { } since && nowMs > since + options.WarningLatencyMs;

    private static ulong? Earlier(ulong? a, ulong? b) => a is null || b < a ? b : a;
}

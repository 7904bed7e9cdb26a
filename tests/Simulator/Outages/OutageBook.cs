using Dsdn.Chain.Log.Availability;
using Dsdn.Log.Routing;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Outages;

/// <summary>
/// The rules of the router, checked from outside: by what Celestia really holds, by what was really answered, and by thresholds of its own.
/// </summary>
internal sealed class OutageBook(OutageCelestia celestia, OutageDisk disk, int pendingMax, OutageStatistics statistics)
{
    private const ulong DegradedAfterMs = 300_000, EmergencyAfterMs = 1_800_000, GraceMs = 60_000;
    private const int Successes = 5;

    private readonly HashSet<ulong> _submitted = [];
    private ulong _highestSubmitted, _backlogEnd;
    private ulong? _badSinceMs, _goodSinceMs, _startedMs;
    private int _goodInARow;
    private bool _isForced;

    /// <summary>A process begins: what the one before observed is forgotten, as it may be.</summary>
    public void Started(RouterMemory memory)
    {
        (_badSinceMs, _goodSinceMs, _startedMs, _goodInARow) = (null, null, celestia.NowMs, 0);
        (_isForced, _backlogEnd) = (memory.IsForced, Math.Max(_backlogEnd, memory.BacklogEnd));
    }

    public void Forced(bool isForced) => _isForced = isForced;

    /// <param name="startedMs">When the probe was asked for.</param>
    public void Probed(ulong startedMs, ProbeResult result)
    {
        bool isGood = result is ProbeResult.Answered answered && answered.Balance != DaBalance.Empty && celestia.NowMs <= answered.HeadTimeMs + 60_000;
        if (isGood)
        {
            _badSinceMs = null;
            _goodSinceMs ??= celestia.NowMs;
            _goodInARow++;
        }
        else
        {
            _badSinceMs ??= startedMs;
            (_goodSinceMs, _goodInARow) = (null, 0);
        }
    }

    public void Effect(RouterEffect effect)
    {
        switch (effect)
        {
            case RouterEffect.Submit submit:
                Submitted(submit);
                break;
            case RouterEffect.ModeChanged changed:
                Changed(changed);
                break;
            case RouterEffect.Record { IsCanonical: true } record:
                statistics.QuorumCanonical += record.Facts.Tier == DaTier.Quorum ? 1 : 0;
                statistics.EmergencyCanonical += record.Facts.Tier == DaTier.Emergency ? 1 : 0;
                break;
            case RouterEffect.Forget forget when !disk.IsOnCelestia(forget.Seq):
                throw new BrokenInvariant($"batch {forget.Seq} is forgotten and has no pointer to Celestia");
        }
    }

    /// <summary>Behind every step.</summary>
    public void Check(DaRouter router)
    {
        ulong now = celestia.NowMs;
        RouterMetrics metrics = router.Metrics;
        if (metrics.PendingCount > (ulong)pendingMax + 1) throw new BrokenInvariant($"{metrics.PendingCount} batches are pending, the limit is {pendingMax}");
        if (_isForced) return;
        ulong badMs = _badSinceMs is { } since ? now - since : 0;
        if (badMs > EmergencyAfterMs && router.Mode != RouterMode.Emergency) throw new BrokenInvariant($"down for {badMs} ms and {router.Mode}");
        if (badMs > DegradedAfterMs && router.Mode is not (RouterMode.Degraded or RouterMode.Emergency)) throw new BrokenInvariant($"down for {badMs} ms and {router.Mode}");
    }

    /// <summary>After the last outage everything has come to rest.</summary>
    public void CheckEnd(DaRouter router)
    {
        if (router.Mode != RouterMode.Healthy) throw new BrokenInvariant($"the end finds it {router.Mode}");
        for (ulong seq = 1; seq <= disk.Head; seq++)
        {
            PointerFacts[] onCelestia = [.. disk.Pointers(seq).Where(static pointer => pointer.Tier == DaTier.Celestia)];
            if (onCelestia.Length != 1) throw new BrokenInvariant($"batch {seq} has {onCelestia.Length} pointers to Celestia");
            ulong[] heights = [.. celestia.HeightsOf(seq)];
            if (!heights.Contains(onCelestia[0].CelestiaHeight)) throw new BrokenInvariant($"batch {seq} is said to be at {onCelestia[0].CelestiaHeight} and is at {string.Join(", ", heights)}");
            if (heights.Length > 1) throw new BrokenInvariant($"batch {seq} was paid for {heights.Length} times");
        }
        ulong last = 0;
        foreach (ulong seq in celestia.FirstOrder())
        {
            if (seq < last) throw new BrokenInvariant($"batch {seq} came to Celestia after batch {last}");
            last = seq;
        }
    }

    private void Submitted(RouterEffect.Submit submit)
    {
        statistics.Submits++;
        foreach (ulong seq in submit.Seqs)
        {
            if (celestia.IsThereOrComes(seq)) throw new BrokenInvariant($"batch {seq} is posted again and its first blob is there or may come");
            if (!_submitted.Add(seq)) statistics.Retries++;
            else if (seq < _highestSubmitted) throw new BrokenInvariant($"batch {seq} is posted for the first time after batch {_highestSubmitted}");
            _highestSubmitted = Math.Max(_highestSubmitted, seq);
        }
    }

    private void Changed(RouterEffect.ModeChanged changed)
    {
        ulong now = celestia.NowMs;
        statistics.Count(changed.To);
        bool isFallback = changed.To is RouterMode.Degraded or RouterMode.Emergency;
        if (isFallback) _backlogEnd = disk.Head;
        if (changed.Reason == ModeReason.Manual) return;
        if (isFallback && _startedMs is { } started && now - started < DegradedAfterMs && changed.From is not (RouterMode.Degraded or RouterMode.Emergency) && _goodInARow > 0 && _badSinceMs is null && now - started < 5_000)
            throw new BrokenInvariant($"{changed.To} right after a start with good news");
        if (changed.To == RouterMode.Recovering && (_goodInARow < Successes || _goodSinceMs is not { } good || now - good < GraceMs))
            throw new BrokenInvariant($"Recovering after {_goodInARow} good probes");
        if (changed is { From: RouterMode.Recovering, To: RouterMode.Healthy })
        {
            for (ulong seq = 1; seq <= _backlogEnd; seq++)
            {
                if (!disk.IsOnCelestia(seq)) throw new BrokenInvariant($"Healthy again while batch {seq} of the outage is pending");
            }
        }
    }
}

namespace Dsdn.Log.Routing;

/// <summary>
/// Whether the validators' quorum answers: every batch is to be attested, so it is silent while the newest batches wait for a
/// certificate for too long. Older ones that never got one do not count once a later one did.
/// </summary>
internal sealed class QuorumWatch(ulong timeoutMs)
{
    /// <summary>Of those that wait; newer ones need not be known while as many older ones are.</summary>
    private const int WaitingMax = 4_096;

    private readonly SortedDictionary<ulong, ulong> _waiting = [];
    private ulong _newest;
    private ulong? _answersSinceMs;

    public void Decided(ulong seq, ulong nowMs)
    {
        if (seq > _newest && _waiting.Count < WaitingMax) _waiting.TryAdd(seq, nowMs);
    }

    public void Certified(ulong seq, ulong nowMs)
    {
        if (seq < _newest) return;
        if (IsSilent(nowMs) || _answersSinceMs is null) _answersSinceMs = nowMs;
        _newest = seq;
        while (_waiting.Count > 0 && First.Key <= seq) _waiting.Remove(First.Key);
    }

    public bool IsSilent(ulong nowMs) => _waiting.Count > 0 && nowMs > First.Value + timeoutMs;

    /// <summary>Answers, and has for so long.</summary>
    public bool IsSteady(ulong nowMs, ulong graceMs) => !IsSilent(nowMs) && _answersSinceMs is { } since && nowMs >= since + graceMs;

    /// <summary>When silence would begin.</summary>
    public ulong? NextMs(ulong nowMs, ulong graceMs)
    {
        ulong? silence = _waiting.Count > 0 ? First.Value + timeoutMs + 1 : null;
        if (silence > nowMs) return silence;
        return _answersSinceMs + graceMs > nowMs ? _answersSinceMs + graceMs : null;
    }

    private KeyValuePair<ulong, ulong> First
    {
        get
        {
            using SortedDictionary<ulong, ulong>.Enumerator all = _waiting.GetEnumerator();
            return all.MoveNext() ? all.Current : throw new InvalidOperationException("nothing waits");
        }
    }
}

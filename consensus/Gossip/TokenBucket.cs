namespace Dsdn.Consensus.Gossip;

/// <summary>What one peer may send of something: so many at once, and so many a second on the long run.</summary>
public readonly record struct RateLimit(uint PerSecond, uint Burst);

/// <summary>A <see cref="RateLimit"/> at work, in thousandths, so that a millisecond adds whole numbers.</summary>
internal sealed class TokenBucket(RateLimit limit)
{
    private ulong _thousandths = (ulong)limit.Burst * 1_000;
    private ulong _refilledMs;

    public bool TryTake(ulong nowMs, uint tokens = 1)
    {
        if (nowMs > _refilledMs)
        {
            ulong fullAfterMs = ((ulong)limit.Burst * 1_000 / Math.Max(1, limit.PerSecond)) + 1;
            ulong added = Math.Min(nowMs - _refilledMs, fullAfterMs) * limit.PerSecond;
            _thousandths = Math.Min(_thousandths + added, (ulong)limit.Burst * 1_000);
            _refilledMs = nowMs;
        }
        ulong asked = (ulong)tokens * 1_000;
        if (_thousandths < asked) return false;
        _thousandths -= asked;
        return true;
    }
}

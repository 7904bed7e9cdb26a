namespace Dsdn.Consensus.Network.Links;

/// <summary>A token bucket that holds two seconds' worth. Used by one reader.</summary>
public sealed class RateLimit
{
    private const int BurstSeconds = 2;

    private readonly TimeProvider _clock;
    private readonly long _perSecond;
    private readonly double _perTick;
    private double _left;
    private long _at;

    public RateLimit(long perSecond, TimeProvider clock)
    {
        _clock = clock;
        _perSecond = perSecond;
        _perTick = (double)perSecond / clock.TimestampFrequency;
        _left = perSecond * BurstSeconds;
        _at = clock.GetTimestamp();
    }

    /// <summary>Takes, also below zero.</summary>
    /// <returns>How long the taker would have had to wait; zero within the limit.</returns>
    public TimeSpan Take(long count)
    {
        long now = _clock.GetTimestamp();
        _left = Math.Min(_left + ((now - _at) * _perTick), _perSecond * BurstSeconds);
        _at = now;
        _left -= count;
        return _left >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_left / _perSecond);
    }
}

namespace Dsdn.Log.Routing;

/// <summary>
/// How soon and how much: backoff, the breaker, which only pauses retries (rulings 34), the rate of reconciliation, and the number
/// of batches that fit a transaction.
/// </summary>
internal sealed class PostingPace(RouterOptions options, RouterState state)
{
    private int _failures;

    public ulong RetryAtMs { get; private set; }

    /// <summary>In Recovering, not before this.</summary>
    public ulong ReconcileAtMs { get; private set; }

    public int GroupMax { get; private set; } = int.MaxValue;

    public bool MayPost => state.NowMs >= RetryAtMs && (state.Mode != RouterMode.Recovering || state.NowMs >= ReconcileAtMs);

    public void Posted(ulong bytes)
    {
        ulong rate = options.ReconcileBytesPerSecondMax;
        ReconcileAtMs = rate == 0 ? 0 : state.NowMs + (bytes * 1_000 / rate);
    }

    public void Landed()
    {
        (_failures, RetryAtMs) = (0, 0);
        GroupMax = GroupMax > options.ReconcileBatchesMax ? GroupMax : GroupMax * 2;
    }

    public void Failed()
    {
        _failures++;
        RetryAtMs = state.NowMs + (_failures < options.BreakerFailures ? Backoff.Ms(options, _failures) : options.RetryMsMax);
    }

    /// <summary>At once: an operator has to act first.</summary>
    public void Open()
    {
        _failures = Math.Max(_failures, options.BreakerFailures - 1);
        Failed();
    }

    /// <summary>Not the breaker: a request that is wrong in itself is tried again now and then.</summary>
    public void Pause() => RetryAtMs = state.NowMs + options.RetryMsMax;

    public void Smaller(int refusedCount) => GroupMax = Math.Max(1, refusedCount / 2);
}

namespace Dsdn.Log.Routing;

/// <summary>Doubling, with an end: a wait that grows for ever makes every recovery late.</summary>
internal static class Backoff
{
    /// <param name="failures">In a row; at least 1.</param>
    public static ulong Ms(RouterOptions options, int failures)
    {
        ulong wait = options.RetryMs;
        for (int i = 1; i < failures && wait < options.RetryMsMax; i++) wait *= 2;
        return Math.Min(wait, options.RetryMsMax);
    }
}

namespace Dsdn.Log.Routing;

/// <summary>What the mode depends on, at one moment.</summary>
/// <param name="OutageMs">How long Celestia has been down; 0: it is not known to be. In a fallback mode it counts on until Celestia is trusted again.</param>
/// <param name="IsDownNow">The last thing heard of it was bad.</param>
/// <param name="IsSlow">Something took or takes longer than the warning threshold.</param>
/// <param name="IsSteadilyFast">Enough fast answers in a row.</param>
/// <param name="IsSteadilyBack">Enough good answers in a row, for long enough, and nothing that speaks against it.</param>
/// <param name="IsQuorumSteady">It answers, and has for the time of grace.</param>
/// <param name="IsBacklogDone">Nothing of the outage is pending that can be posted.</param>
internal readonly record struct ModeFacts(
    ulong OutageMs, bool IsDownNow, bool IsSlow, bool IsSteadilyFast, bool IsSteadilyBack, bool IsQuorumSilent, bool IsQuorumSteady, bool IsBacklogDone);

/// <summary>From one mode to the next (protocol 1.11, DESIGN 7). Up at once, down only after hysteresis.</summary>
internal static class ModeRules
{
    public static bool IsFallback(RouterMode mode) => mode is RouterMode.Degraded or RouterMode.Emergency;

    /// <returns>The mode itself where nothing changes; the reason then means nothing.</returns>
    public static (RouterMode Mode, ModeReason Reason) Next(RouterMode mode, in ModeFacts facts, RouterOptions options)
    {
        if (facts.IsDownNow && facts.OutageMs > options.DegradedAfterMs)
        {
            if (facts.OutageMs > options.EmergencyAfterMs) return (RouterMode.Emergency, ModeReason.PrimaryDown);
            if (facts.IsQuorumSilent) return (RouterMode.Emergency, ModeReason.QuorumUnreachable);
            if (mode == RouterMode.Emergency) return facts.IsQuorumSteady ? (RouterMode.Degraded, ModeReason.QuorumBack) : (mode, default);
            return (RouterMode.Degraded, ModeReason.PrimaryDown);
        }
        return mode switch
        {
            RouterMode.Healthy when facts.IsSlow => (RouterMode.Warning, ModeReason.Latency),
            RouterMode.Warning when !facts.IsSlow && facts.IsSteadilyFast => (RouterMode.Healthy, ModeReason.LatencyNormal),
            RouterMode.Degraded or RouterMode.Emergency when facts.IsSteadilyBack => (RouterMode.Recovering, ModeReason.PrimaryBack),
            RouterMode.Recovering when facts.IsBacklogDone && !facts.IsDownNow => (RouterMode.Healthy, ModeReason.Reconciled),
            _ => (mode, default),
        };
    }
}

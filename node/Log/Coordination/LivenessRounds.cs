namespace Dsdn.Log.Coordination;

/// <summary>What is made of a round of calls to storage nodes.</summary>
public enum RoundOutcome
{
    /// <summary>Nothing happened that the log does not know.</summary>
    Silent,

    /// <summary>The next batch says who did not answer.</summary>
    Say,

    /// <summary>Nobody answered: then it is the caller that is cut off, and it says nothing of others.</summary>
    CutOff,
}

/// <summary>
/// Which rounds stand in the log. Every bitmap is paid for, so one in which all answered, after others in which they did, is left out up to <see cref="SilentMax"/> times: misses are
/// counted in bitmaps, and while anybody is missed there is one every round (decision 0029).
/// </summary>
public sealed class LivenessRounds
{
    public const int SilentMax = 30;

    private int _silent = SilentMax;

    /// <param name="called">Nodes that were called.</param>
    /// <param name="missed">Of those, the ones that did not answer.</param>
    /// <param name="isAnyMissed">Whether the log has a node as missed: it has to hear that it is back.</param>
    public RoundOutcome Next(int called, int missed, bool isAnyMissed)
    {
        if (called == 0) return RoundOutcome.Silent;
        if (missed == called && called > 1) return RoundOutcome.CutOff;
        if (missed == 0 && !isAnyMissed && ++_silent < SilentMax) return RoundOutcome.Silent;
        _silent = 0;
        return RoundOutcome.Say;
    }
}

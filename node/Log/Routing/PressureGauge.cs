namespace Dsdn.Log.Routing;

/// <summary>
/// Slows production at half of a limit and pauses it at the limit, until three quarters are left. Posting is never held up by it:
/// a backlog above the limit drains (also right after a start).
/// </summary>
internal sealed class PressureGauge(RouterOptions options, RouterState state, PendingTable pending)
{
    private bool _isTold;

    public PressureLevel Level { get; private set; }

    /// <param name="isWithoutTier">Neither Celestia nor the quorum nor the emergency store takes a batch.</param>
    public void Update(bool isWithoutTier)
    {
        PressureLevel level = isWithoutTier ? PressureLevel.Pause : Measured();
        if (_isTold && level == Level) return;
        (Level, _isTold) = (level, true);
        state.Emit(new RouterEffect.Backpressure(level));
    }

    /// <summary>When age alone raises the level; null: not by age.</summary>
    public ulong? NextMs(ulong nowMs)
    {
        if (pending.First is not { } oldest) return null;
        ulong slow = oldest.Batch.DecidedMs + (options.PendingAgeMsMax / 2), pause = oldest.Batch.DecidedMs + options.PendingAgeMsMax;
        return slow > nowMs ? slow : pause > nowMs ? pause : null;
    }

    private PressureLevel Measured()
    {
        ulong ageMs = pending.First is { } oldest && state.NowMs > oldest.Batch.DecidedMs ? state.NowMs - oldest.Batch.DecidedMs : 0;
        ulong count = (ulong)pending.Count;
        if (IsAt(4)) return PressureLevel.Pause;
        if (Level == PressureLevel.Pause && IsAt(3)) return PressureLevel.Pause;
        return IsAt(2) ? PressureLevel.Slow : PressureLevel.None;

        bool IsAt(ulong quarters) =>
            count >= Quarters(options.PendingCountMax, quarters) || pending.Bytes >= Quarters(options.PendingBytesMax, quarters) || ageMs >= Quarters(options.PendingAgeMsMax, quarters);
    }

    private static ulong Quarters(ulong limit, ulong quarters) => (ulong)((UInt128)limit * quarters / 4);
}

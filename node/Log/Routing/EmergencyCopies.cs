namespace Dsdn.Log.Routing;

/// <summary>In Emergency every pending batch gets a copy beyond whatever else holds it, oldest first (rulings 34).</summary>
internal sealed class EmergencyCopies(RouterOptions options, RouterState state, PendingTable pending)
{
    private readonly SortedSet<ulong> _wanted = [];
    private readonly SortedSet<ulong> _inFlight = [];
    private ulong _retryAtMs;
    private int _failures;

    /// <summary>The last copy failed.</summary>
    public bool IsFailing => _failures > 0;

    /// <summary>When a failed copy is tried again; null: none waits.</summary>
    public ulong? NextMs(ulong nowMs) => _wanted.Count > 0 && _retryAtMs > nowMs ? _retryAtMs : null;

    public void ModeChanged()
    {
        _wanted.Clear();
        _failures = 0;
        _retryAtMs = 0;
        if (state.Mode != RouterMode.Emergency) return;
        foreach (Pending batch in pending.All) Want(batch);
    }

    public void Want(Pending batch)
    {
        if (state.Mode == RouterMode.Emergency && !batch.Batch.Pointers.HasEmergencyCopy && !_inFlight.Contains(batch.Seq)) _wanted.Add(batch.Seq);
    }

    public void Stored(ulong seq)
    {
        _inFlight.Remove(seq);
        _failures = 0;
    }

    public void Failed(ulong seq, string text)
    {
        _inFlight.Remove(seq);
        if (_failures++ == 0) state.Alert("DSDN-E-DA-EMERGENCY-STORE", $"batch {seq}: {text}");
        _retryAtMs = state.NowMs + Backoff.Ms(options, _failures);
        if (pending.Find(seq) is { } batch) Want(batch);
    }

    public void Advance()
    {
        while (_wanted.Count > 0 && _inFlight.Count < options.EmergencyInFlightMax && state.NowMs >= _retryAtMs)
        {
            ulong seq = _wanted.Min;
            _wanted.Remove(seq);
            if (pending.Find(seq) is null) continue; // it reached Celestia meanwhile
            _inFlight.Add(seq);
            state.Emit(new RouterEffect.StoreEmergency(seq));
        }
    }
}

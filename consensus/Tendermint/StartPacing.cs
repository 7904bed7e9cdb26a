namespace Dsdn.Consensus.Tendermint;

/// <summary>When round 0 of a height begins by itself. Requests of an operator outlast a height.</summary>
internal sealed class StartPacing(CoreOptions options)
{
    private uint _requested;

    public bool WorkWaits { get; set; }

    public void Request() => _requested += _requested == uint.MaxValue ? 0u : 1u;

    public void HasBegun() => _requested -= _requested == 0 ? 0u : 1u;

    /// <summary>Null: not until something happens.</summary>
    public ulong? DueMs(ulong lastTimeMs)
    {
        if (_requested > 0) return 0;
        if (options.Manual) return null;
        if (WorkWaits) return lastTimeMs + options.IntervalMs;
        return options.IdleIntervalMs == 0 ? null : lastTimeMs + options.IdleIntervalMs;
    }
}

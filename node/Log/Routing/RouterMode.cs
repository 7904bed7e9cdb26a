namespace Dsdn.Log.Routing;

/// <summary>Where the writer of batches puts them first (protocol 1.11). Local to a process: state never depends on it (dataplane 1.3). Numbers are part of the outbox's format.</summary>
public enum RouterMode : byte
{
    /// <summary>Celestia.</summary>
    Healthy = 1,

    /// <summary>Celestia is slow; it is still the one that is written, with more patience.</summary>
    Warning = 2,

    /// <summary>Celestia is down: the validators' certificate is the canonical pointer, the batch stays pending.</summary>
    Degraded = 3,

    /// <summary>Down for long, or the quorum does not answer either: an emergency copy is made of every batch as well.</summary>
    Emergency = 4,

    /// <summary>Celestia is back: pending batches are posted oldest first, new ones behind them.</summary>
    Recovering = 5,
}

/// <summary>Why the mode changed.</summary>
public enum ModeReason : byte
{
    /// <summary>Answers take longer than the warning threshold.</summary>
    Latency = 1,

    /// <summary>Answers are fast again.</summary>
    LatencyNormal = 2,

    PrimaryDown = 3,
    QuorumUnreachable = 4,

    /// <summary>The quorum answers again while the primary is still down.</summary>
    QuorumBack = 5,

    PrimaryBack = 6,

    /// <summary>Nothing of the outage is pending any more.</summary>
    Reconciled = 7,

    /// <summary>An operator's order, or its end.</summary>
    Manual = 8,
}

/// <summary>What the production of batches is asked to do.</summary>
public enum PressureLevel : byte
{
    None = 0,

    /// <summary>Make fewer and larger batches.</summary>
    Slow = 1,

    /// <summary>Decide no new batch until this is lifted. Posting goes on.</summary>
    Pause = 2,
}

namespace Dsdn.Consensus.Tendermint;

/// <summary>When heights begin and how long rounds wait. Every validator of a network uses the same (rulings 20).</summary>
public sealed record CoreOptions
{
    public static readonly CoreOptions Default = new();

    /// <summary>From one value's time to the start of the next height's round 0. 0: as soon as work waits.</summary>
    public ulong IntervalMs { get; init; } = 1_000;

    /// <summary>Round 0 begins this long after the last value's time also where no work waits. 0: never.</summary>
    public ulong IdleIntervalMs { get; init; } = 1_000;

    /// <summary>Round 0 begins only when it is asked for.</summary>
    public bool Manual { get; init; }

    public ulong ProposeTimeoutMs { get; init; } = 1_000;
    public ulong ProposeTimeoutDeltaMs { get; init; } = 500;
    public ulong VoteTimeoutMs { get; init; } = 500;

    /// <summary>Added to the vote timeouts every round, so that rounds outlast any network delay at last.</summary>
    public ulong VoteTimeoutDeltaMs { get; init; } = 250;

    /// <summary>Proposer-based time: clocks of correct validators differ by at most this. Null: times are not checked.</summary>
    public SynchronyOptions? Synchrony { get; init; } = new(500, 4_000);

    /// <summary>Rounds above the current one for which votes are kept, beside those that f+1 already skip to.</summary>
    public uint FutureRoundsMax { get; init; } = 2;
}

/// <summary>A first proposal is timely if it arrives in [time - precision, time + precision + delay]; the delay grows by a tenth every round.</summary>
public sealed record SynchronyOptions(ulong PrecisionMs, ulong MessageDelayMs);

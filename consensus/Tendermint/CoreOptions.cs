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

    /// <summary>Rounds above the current one for which everything is kept. Of votes above, only each voter's newest round is.</summary>
    public uint FutureRoundsMax { get; init; } = 2;

    public ulong TimeoutMs(CoreTimerKind kind, uint round) => kind == CoreTimerKind.Propose
        ? ProposeTimeoutMs + round * ProposeTimeoutDeltaMs
        : VoteTimeoutMs + round * VoteTimeoutDeltaMs;
}

/// <summary>A first proposal is timely if it arrives in [time - precision, time + precision + delay]; the delay grows by a tenth every round.</summary>
public sealed record SynchronyOptions(ulong PrecisionMs, ulong MessageDelayMs)
{
    /// <summary>Beyond this the delay grows no more: no clock is off by a day.</summary>
    private const ulong MessageDelayMsMax = 86_400_000;

    public bool IsTimely(ulong timeMs, ulong arrivedMs, uint round) =>
        timeMs > arrivedMs ? timeMs - arrivedMs <= PrecisionMs : arrivedMs - timeMs <= PrecisionMs + DelayMs(round);

    /// <summary>Rounded up, so that a small delay grows too: bounds that are too narrow must not hold for ever.</summary>
    private ulong DelayMs(uint round)
    {
        ulong delay = MessageDelayMs;
        for (uint i = 0; i < round && delay < MessageDelayMsMax; i++) delay += (delay + 9) / 10;
        return delay;
    }
}

using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Byzantine;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Network;

namespace Dsdn.Simulator.Faults;

/// <summary>What a seed does to its network; drawn from the seed alone. At most one validator of four is beyond the rules or gone for good.</summary>
internal sealed record FaultMix
{
    public required LinkConditions Conditions { get; init; }

    /// <summary>One crash in so many places where one can happen; 0: none.</summary>
    public int CrashChances { get; init; }

    /// <summary>Between two partitions at most; 0: none.</summary>
    public int PartitionEveryMs { get; init; }

    /// <summary>What happens to the one validator that may fail for good.</summary>
    public Doom Doom { get; init; }

    /// <summary>Of a Byzantine doom.</summary>
    public Vice Vice { get; init; }

    public bool ClocksAreOff { get; init; }

    public bool ClocksAreSet { get; init; }

    public bool HasFollower { get; init; }

    /// <summary>A fifth machine starts late with the key of a validator and a record of its own. In scenarios only.</summary>
    public bool HasTwin { get; init; }

    public int TrafficEveryMs { get; init; }

    /// <summary>Who has an empty disk, a late follower or the one that loses its disk, fills it by state sync.</summary>
    public bool SyncsState { get; init; }

    /// <summary>Of a restored disk: at the moment that only the signer remembers, instead of any.</summary>
    public bool LosesLocks { get; init; }

    public CoreOptions Core { get; init; } = CoreOptions.Default;

    /// <summary>Drawn for any seed; a vice that makes sense only together with another fault is drawn with that.</summary>
    private static readonly Vice[] Vices = [.. Enum.GetValues<Vice>().Where(static vice => vice <= Vice.ForgesBlocks)];

    public static FaultMix Draw(ulong seed)
    {
        SeededRandom random = SeededRandom.Of(seed, "mix");
        var mix = new FaultMix
        {
            Conditions = random.OneIn(6) ? LinkConditions.Calm : new LinkConditions(
                random.Pick([100, 1_000, 10_000, 60_000]),
                random.Pick([500, 5_000, 50_000, 200_000]),
                random.Pick([0, 0, 5, 30, 150]),
                random.Pick([0, 0, 10, 100]),
                random.Pick([0, 0, 10, 50]),
                random.Pick([100_000, 500_000, 3_000_000]),
                random.OneIn(2),
                random.Pick([0, 0, 300, 3_000])),
            CrashChances = random.Pick([0, 0, 4_000, 1_000, 300]),
            PartitionEveryMs = random.Pick([0, 0, 6_000, 2_000]),
            Doom = random.Pick([Doom.None, Doom.None, Doom.Byzantine, Doom.Byzantine, Doom.Byzantine, Doom.DiskLost, Doom.DiskRestored, Doom.Isolated]),
            Vice = random.Pick(Vices),
            ClocksAreOff = random.OneIn(3),
            ClocksAreSet = random.OneIn(5),
            HasFollower = random.OneIn(4),
            TrafficEveryMs = random.Pick([100, 300, 1_000]),
            Core = CoreOptions.Default with { IntervalMs = random.Pick<ulong>([0, 200, 1_000]), IdleIntervalMs = random.Pick<ulong>([300, 1_000]) },
            SyncsState = random.OneIn(7),
        };
        if (mix.Doom == Doom.DiskRestored) mix = mix with { LosesLocks = random.OneIn(2) };
        if (!mix.SyncsState) return mix;
        if (mix.Doom != Doom.DiskLost) mix = mix with { HasFollower = true };
        return mix.HasFollower && random.OneIn(2) ? mix with { Doom = Doom.Byzantine, Vice = Vice.LiesInStateSync } : mix;
    }
}

/// <summary>What becomes of the one validator that a network of four can do without.</summary>
internal enum Doom
{
    None,
    Byzantine,

    /// <summary>All of it, the record of signatures too: it has to wait until it cannot contradict itself.</summary>
    DiskLost,

    /// <summary>Chain and log, again and again, from older backups; the record of signatures stays.</summary>
    DiskRestored,

    /// <summary>Cut off for ever, also after the rest has healed.</summary>
    Isolated,
}

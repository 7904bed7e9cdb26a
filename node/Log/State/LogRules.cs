using Dsdn.Chain.Log.Events;

namespace Dsdn.Log.State;

/// <summary>Numbers of the rules of the reducer. Changing one changes what a log means.</summary>
public static class LogRules
{
    /// <summary>How long quota stays reserved for chunks that are not declared, in log time (rulings 29).</summary>
    public const ulong ReservedMs = 60 * 60 * 1_000;

    /// <summary>References of ended agreements that one batch lets go of: an agreement may have millions.</summary>
    public const int ReleasesPerBatch = 1_024;

    /// <summary>Roots that are kept of batches where checkpoints are taken.</summary>
    public const int RootsKept = 8;

    /// <summary>Nodes that must have acknowledged a chunk when it is declared: 2 of 3 copies, 8 of 9 shards (dataplane 1.16).</summary>
    public static int AcksMin(this ChunkCoding coding) => coding == ChunkCoding.Replicas ? 2 : 8;

    /// <summary>Copies or shards that a chunk can be read from.</summary>
    public static int ReadableMin(this ChunkCoding coding) => coding == ChunkCoding.Replicas ? 1 : 6;

    /// <summary>Zones over which a chunk is spread: one a copy; five, so that none has more than two of nine shards (dataplane 1.17).</summary>
    public static int ZonesWanted(this ChunkCoding coding) => coding == ChunkCoding.Replicas ? 3 : 5;

    /// <summary>Copies or shards of one chunk that may lie in one zone (dataplane 1.17).</summary>
    public static int PerZoneMax(this ChunkCoding coding) => coding == ChunkCoding.Replicas ? 1 : 2;
}

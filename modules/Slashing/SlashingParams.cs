using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Slashing;

/// <summary>Parameters of slashing; in state, given by genesis, bounded field by field.</summary>
public sealed record SlashingParams : IRow<SlashingParams>
{
    public static ulong Version => 1;

    public const ulong EvidenceBlocksGreatest = 100_000_000;

    /// <summary>Part of the stake that answers for a double signature, in hundredths of a percent.</summary>
    public ulong DoubleSignBps { get; init; } = 1_000;

    /// <summary>Blocks of an unbonding time: evidence is too old when it is older than this and its epoch ended longer ago than the unbonding time.</summary>
    public ulong EvidenceBlocksMax { get; init; } = 302_400;

    /// <summary>Blocks of an unbonding time, rounded up.</summary>
    /// <param name="blockIntervalMs">0 counts as 1.</param>
    public static ulong EvidenceBlocks(ulong unbondingMs, uint blockIntervalMs)
    {
        ulong interval = Math.Max(blockIntervalMs, 1);
        return Math.Clamp((unbondingMs + interval - 1) / interval, 1, EvidenceBlocksGreatest);
    }

    public IEnumerable<string> Faults()
    {
        if (DoubleSignBps is < 1 or > 10_000) yield return "doubleSignBps: 1 to 10,000";
        if (EvidenceBlocksMax is < 1 or > EvidenceBlocksGreatest) yield return "evidenceBlocksMax: 1 to 100,000,000";
    }

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(DoubleSignBps);
        writer.Write(EvidenceBlocksMax);
    }

    public static SlashingParams ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong doubleSignBps);
        reader.TryReadUInt64(out ulong evidenceBlocksMax);
        return new SlashingParams { DoubleSignBps = doubleSignBps, EvidenceBlocksMax = evidenceBlocksMax };
    }
}

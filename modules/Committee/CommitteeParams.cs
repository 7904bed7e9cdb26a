using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Committee;

/// <summary>Parameters of the module; in state, given by genesis, bounded field by field.</summary>
public sealed record CommitteeParams : IRow<CommitteeParams>
{
    public static ulong Version => 1;

    /// <summary>Anchors that stay in state to be proven; 34 hours at one a minute.</summary>
    public ulong AnchorsKept { get; init; } = 2_048;

    /// <summary>
    /// Blocks for which signatures of a set count after another followed it, or after its epoch ended. Attesters sign by the last block
    /// that the log has anchored, which may be 30 s old, and their signatures are on the way for a while: four minutes at a block a second.
    /// </summary>
    public ulong GraceBlocks { get; init; } = 240;

    public IEnumerable<string> Faults()
    {
        if (AnchorsKept is < 2 or > 65_536) yield return "anchorsKept: 2 to 65,536";
        if (GraceBlocks > 3_600) yield return "graceBlocks: at most 3,600";
    }

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(AnchorsKept);
        writer.Write(GraceBlocks);
    }

    public static CommitteeParams ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong anchorsKept);
        reader.TryReadUInt64(out ulong graceBlocks);
        return new CommitteeParams { AnchorsKept = anchorsKept, GraceBlocks = graceBlocks };
    }
}

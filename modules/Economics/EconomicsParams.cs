using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Economics;

/// <summary>Parameters of economics; in state, given by genesis, bounded field by field.</summary>
public sealed record EconomicsParams : IRow<EconomicsParams>
{
    public static ulong Version => 1;

    /// <summary>What the reward pool pays validators' stake in a year (whitepaper 10: up to 1 %), while it has as much unlocked.</summary>
    public ulong StakingRewardBps { get; init; } = 100;

    public IEnumerable<string> Faults()
    {
        if (StakingRewardBps > 100) yield return "stakingRewardBps: at most 100";
    }

    public void WriteFields(ref RlpWriter writer) => writer.Write(StakingRewardBps);

    public static EconomicsParams ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong stakingRewardBps);
        return new EconomicsParams { StakingRewardBps = stakingRewardBps };
    }
}

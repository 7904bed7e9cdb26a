using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

/// <summary>Parameters of the node registry; in state, given by genesis, bounded field by field.</summary>
public sealed record NodesParams : IRow<NodesParams>
{
    public static ulong Version => 1;

    public Amount RegularStakeMin { get; init; } = Amount.Nusa(500);

    public Amount DataCenterStakeMin { get; init; } = Amount.Nusa(5_000);

    /// <summary>7 days; devnet 60 seconds.</summary>
    public ulong UnbondingMs { get; init; } = 7UL * 24 * 60 * 60 * 1000;

    public ulong NodesPerOperatorMax { get; init; } = 64;

    public Amount StakeMin(NodeClass nodeClass) => nodeClass == NodeClass.DataCenter ? DataCenterStakeMin : RegularStakeMin;

    public IEnumerable<string> Faults()
    {
        if (RegularStakeMin < Amount.Nusa(1) || RegularStakeMin > Amount.Nusa(1_000_000)) yield return "regularStakeMin: 1 to 1,000,000 NUSA";
        if (DataCenterStakeMin < RegularStakeMin || DataCenterStakeMin > Amount.Nusa(1_000_000)) yield return "dataCenterStakeMin: regularStakeMin to 1,000,000 NUSA";
        if (UnbondingMs is < 1_000 or > 90UL * 24 * 60 * 60 * 1000) yield return "unbondingMs: 1 second to 90 days";
        if (NodesPerOperatorMax is < 1 or > 64) yield return "nodesPerOperatorMax: 1 to 64";
    }

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(RegularStakeMin);
        writer.Write(DataCenterStakeMin);
        writer.Write(UnbondingMs);
        writer.Write(NodesPerOperatorMax);
    }

    public static NodesParams ReadFields(ref RlpReader reader)
    {
        reader.TryReadAmount(out Amount regularStakeMin);
        reader.TryReadAmount(out Amount dataCenterStakeMin);
        reader.TryReadUInt64(out ulong unbondingMs);
        reader.TryReadUInt64(out ulong nodesPerOperatorMax);
        return new NodesParams
        {
            RegularStakeMin = regularStakeMin, DataCenterStakeMin = dataCenterStakeMin, UnbondingMs = unbondingMs, NodesPerOperatorMax = nodesPerOperatorMax,
        };
    }
}

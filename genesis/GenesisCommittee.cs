using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;

namespace Dsdn.Genesis;

/// <summary>The committee of a network's log at its start: everyone who has the genesis derives the same (rulings 38).</summary>
public static class GenesisCommittee
{
    /// <param name="genesisHash">Of the block that the spec makes: the log id, and the seed of epoch 0.</param>
    /// <returns>Null where the network has no log.</returns>
    public static Committee? Of(GenesisSpec spec, in Hash256 genesisHash) =>
        GenesisBuilder.ModulesOf(spec).Committee?.Committee(spec.ChainId, spec.GenesisTimeMs, genesisHash);
}

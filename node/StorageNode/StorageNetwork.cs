using Dsdn.Genesis;
using Dsdn.Log.State;
using Dsdn.Log.Storing;
using Dsdn.Node;
using Dsdn.Node.Configuration;

namespace Dsdn.StorageNode;

/// <summary>What a storage node must know of its network.</summary>
internal sealed record StorageNetwork(LogGenesis Log, uint RootsPerCheckpoint, uint EpochBlocks, StoringOptions Storing)
{
    /// <summary>A development network is followed by people who wait (rulings 47).</summary>
    private static readonly StoringOptions Development = new()
    {
        StatsEveryMs = 30_000, SayAgainMs = 5_000, SweepEveryMs = 5_000, StaleMs = 30_000, BackoffMs = 250, BackoffMsMax = 5_000,
    };

    /// <exception cref="ConfigurationException">no such network, or it has no log</exception>
    public static StorageNetwork Load(string name)
    {
        NetworkGenesis network = NetworkGenesis.Load(name);
        LogGenesis log = network.Log ?? throw new ConfigurationException($"{network.Name}: its genesis names no committee, so it has no log");
        StoringOptions storing = log.ChainId == GenesisTemplates.DevnetChainId ? Development : new StoringOptions();
        return new StorageNetwork(log, NetworkGenesis.RootsPerCheckpoint(log), network.Genesis.Parameters.EpochBlocks, storing);
    }
}

using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>What a replica is told once.</summary>
public sealed record ReplicaOptions
{
    public required ulong ChainId { get; init; }

    public required Hash256 GenesisHash { get; init; }

    public CoreOptions Core { get; init; } = CoreOptions.Default;

    public GossipOptions Gossip { get; init; } = GossipOptions.Default;

    public SyncOptions Sync { get; init; } = SyncOptions.Default;

    /// <summary>New transactions wait no longer for others to travel with, unless the shell's tick comes first.</summary>
    public ulong RelayIntervalMs { get; init; } = 10;

    /// <summary>Longest time between two statuses to every peer.</summary>
    public ulong StatusIntervalMs { get; init; } = 1_000;
}

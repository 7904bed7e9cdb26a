using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Consensus.Peers;
using Dsdn.Simulator.Byzantine;

namespace Dsdn.Simulator.Machines;

/// <summary>A computer of the network with what outlives its processes: disks, clocks, key.</summary>
internal sealed class Machine
{
    /// <param name="peer">Null: known by its consensus key, which is one machine's.</param>
    public Machine(int index, Address operatorAddress, byte[] consensusSeed, MachineClock clock, PeerId? peer = null)
    {
        (Index, Operator, ConsensusSeed, Clock) = (index, operatorAddress, consensusSeed, clock);
        byte[] key = new byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(consensusSeed, key);
        ConsensusKey = key;
        Peer = peer ?? new PeerId(Keccak.Hash(key));
    }

    public int Index { get; }

    public PeerId Peer { get; }

    /// <summary>Zero: a follower.</summary>
    public Address Operator { get; }

    public bool IsValidator => !Operator.IsZero;

    public byte[] ConsensusSeed { get; }

    public byte[] ConsensusKey { get; }

    public MachineClock Clock { get; }

    public WalDevice Wal { get; set; } = new();

    public MemoryStore Store { get; set; } = new();

    public SignRecord Record { get; } = new();

    /// <summary>Null: keeps the rules.</summary>
    public Behaviour? Byzantine { get; init; }

    public bool IsCorrect => Byzantine is null;

    /// <summary>Of a liar that runs twice: with whom this machine speaks.</summary>
    public int Half { get; init; }

    /// <summary>Null: a signer of its own.</summary>
    public ISimulatedSigner? Signer { get; init; }

    /// <summary>At which it takes part in the first height.</summary>
    public uint FirstRound { get; init; }

    /// <summary>On the disk of the chain.</summary>
    public SnapshotShelf Snapshots { get; set; } = new();

    /// <summary>An empty store is filled by state sync.</summary>
    public bool SyncsState { get; set; }

    /// <summary>The trusted block of its last state sync led nowhere.</summary>
    public bool IsTrustRefused { get; set; }

    /// <summary>Null: nothing runs, or it still syncs its state.</summary>
    public Replica? Process { get; set; }

    public StateSyncProcess? StateSync { get; set; }

    /// <summary>What runs; null: nothing does.</summary>
    public IProcess? Running => (IProcess?)Process ?? StateSync;

    /// <summary>Of this machine's disk: how long a sync takes.</summary>
    public ulong SyncUs { get; set; } = 300;

    public override string ToString() => IsValidator ? $"validator {Index}" : $"follower {Index}";
}

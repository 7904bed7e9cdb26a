using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>What happens to state sync.</summary>
public abstract record StateSyncInput
{
    /// <summary>The first input.</summary>
    /// <param name="TrustedHeight">Of the block that the operator trusts (`--trust height:hash`), or of the last stored header.</param>
    /// <param name="Unfinished">The manifest whose import an earlier run began (<see cref="SnapshotImport.Begun"/>); it is preferred.</param>
    public sealed record Began(ulong TrustedHeight, Hash256 TrustedHash, Hash256? Unfinished, ulong NowMs) : StateSyncInput;

    public sealed record PeerUp(PeerId Peer, ulong NowMs) : StateSyncInput;

    public sealed record PeerGone(PeerId Peer, ulong NowMs) : StateSyncInput;

    /// <summary>Snapshots, LightBlockReply or SnapshotChunk; others are ignored.</summary>
    public sealed record Received(PeerId Peer, PeerMessage Message, ulong NowMs) : StateSyncInput;

    /// <summary>Answer to <see cref="StateSyncEffect.OpenImport"/>.</summary>
    /// <param name="Missing">Chunks still to come.</param>
    public sealed record ImportOpened(IReadOnlyList<int> Missing, ulong NowMs) : StateSyncInput;

    /// <summary>Answer to <see cref="StateSyncEffect.AddChunk"/>.</summary>
    public sealed record ChunkAdded(int Chunk, SnapshotFault Fault, ulong NowMs) : StateSyncInput;

    /// <summary>Answer to <see cref="StateSyncEffect.Finish"/>.</summary>
    public sealed record Finished(SnapshotFault Fault, string Detail, ulong NowMs) : StateSyncInput;

    public sealed record Tick(ulong NowMs) : StateSyncInput;
}

/// <summary>What state sync asks for, in order.</summary>
public abstract record StateSyncEffect
{
    public sealed record Send(PeerId Peer, PeerMessage Message) : StateSyncEffect;

    public sealed record Penalize(PeerId Peer, Offence Offence, string Detail) : StateSyncEffect;

    /// <summary><see cref="SnapshotImport.Open"/>.</summary>
    public sealed record OpenImport(SnapshotManifest Manifest) : StateSyncEffect;

    /// <summary><see cref="SnapshotImport.Add"/>; the bytes have the manifest's hash.</summary>
    public sealed record AddChunk(int Chunk, ReadOnlyMemory<byte> Bytes) : StateSyncEffect;

    /// <summary><see cref="Chain.Snapshots.ChainSnapshot.Finish"/>.</summary>
    /// <param name="Trusted">The snapshot's head, verified.</param>
    /// <param name="Seeds">Verified light blocks below it, whose beacons seed proposers.</param>
    public sealed record Finish(LightBlock Trusted, IReadOnlyList<LightBlock> Seeds) : StateSyncEffect;

    /// <summary>The store holds the chain: open it and go on with block sync.</summary>
    public sealed record Done(ulong Height) : StateSyncEffect;

    /// <summary>Nothing any peer sends can help: the operator must name another trusted block.</summary>
    public sealed record Failed(string Code, string Detail) : StateSyncEffect;
}

/// <summary>How state sync fetches.</summary>
public sealed record StateSyncOptions
{
    public static readonly StateSyncOptions Default = new();

    /// <summary>After the first offer, others are waited for so long.</summary>
    public ulong DiscoverMs { get; init; } = 2_000;

    /// <summary>Peers are asked for snapshots again after this, while none is being fetched.</summary>
    public ulong AskAgainMs { get; init; } = 10_000;

    /// <summary>For a light block.</summary>
    public ulong LightBlockTimeoutMs { get; init; } = 5_000;

    /// <summary>For a chunk.</summary>
    public ulong ChunkTimeoutMs { get; init; } = 20_000;
    public int ChunksPerPeerMax { get; init; } = 2;
    public int ChunksMax { get; init; } = 6;

    /// <summary>Snapshots taken from one peer's offer.</summary>
    public int OffersPerPeerMax { get; init; } = 4;
    public int PeersMax { get; init; } = 256;

    /// <summary>Encoded manifests of all offers; beyond, an offer that is not known yet is not taken.</summary>
    public long ManifestBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Peers that lied, and are remembered for it.</summary>
    public int ExcludedMax { get; init; } = 4_096;
}

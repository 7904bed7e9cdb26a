using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Snapshots;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Sync;

namespace Dsdn.Consensus.Tests.Sync;

/// <summary>A node that syncs its state among scripted peers, in virtual time, and may be killed after any number of effects.</summary>
internal sealed class StateSyncRig(SyncNetwork network, IKeyValueStore store, ulong trustedHeight, Hash256 trustedHash, ulong trustPeriodMs = SyncNetwork.UnbondingMs / 3 * 2)
{
    public sealed class Killed : Exception;

    private readonly PriorityQueue<Action, (ulong AtMs, int Order)> _events = new();
    private readonly SortedDictionary<PeerId, SnapshotPeer> _peers = [];
    private readonly StateSyncCore _core = new(new LightOptions(SyncNetwork.ChainId, network.Genesis.Block.Hash, trustPeriodMs), network.Genesis.Parameters.EpochBlocks, StateSyncOptions.Default);
    private SnapshotImport? _import;
    private int _order;

    public ulong NowMs { get; private set; } = SyncNetwork.GenesisMs + (network.Leader.Height * 1_000);
    public List<(PeerId Peer, Offence Offence, string Detail)> Penalties { get; } = [];
    public List<PeerId> ChunkSuppliers { get; } = [];
    public StateSyncEffect? End { get; private set; }
    public int Effects { get; private set; }
    public int? KillAfterEffects { get; init; }

    public void Begin() => Step(new StateSyncInput.Began(trustedHeight, trustedHash, SnapshotImport.Begun(store), NowMs));

    public void Connect(SnapshotPeer peer)
    {
        _peers[peer.Id] = peer;
        Step(new StateSyncInput.PeerUp(peer.Id, NowMs));
    }

    public void Disconnect(SnapshotPeer peer)
    {
        _peers.Remove(peer.Id);
        Step(new StateSyncInput.PeerGone(peer.Id, NowMs));
    }

    public bool Run(ulong forMs = 300_000)
    {
        for (ulong end = NowMs + forMs; NowMs < end && End is null;)
        {
            NowMs += 100;
            while (_events.TryPeek(out Action? action, out (ulong AtMs, int Order) at) && at.AtMs <= NowMs)
            {
                _events.Dequeue();
                action();
            }
            Step(new StateSyncInput.Tick(NowMs));
        }
        return End is StateSyncEffect.Done;
    }

    private void Step(StateSyncInput input)
    {
        foreach (StateSyncEffect effect in _core.Step(input))
        {
            if (Effects++ == KillAfterEffects) throw new Killed();
            Carry(effect);
        }
    }

    private void After(ulong delayMs, Action action) => _events.Enqueue(action, (NowMs + delayMs, _order++));

    private void Carry(StateSyncEffect effect)
    {
        switch (effect)
        {
            case StateSyncEffect.Send send:
                if (!_peers.TryGetValue(send.Peer, out SnapshotPeer? peer) || peer.Answer(send.Message) is not { } answer) return;
                if (answer is PeerMessage.SnapshotChunk) ChunkSuppliers.Add(peer.Id);
                After(peer.DelayMs, () => Step(new StateSyncInput.Received(peer.Id, answer, NowMs)));
                return;
            case StateSyncEffect.OpenImport open:
                _import = SnapshotImport.Open(store, open.Manifest);
                After(1, () => Step(new StateSyncInput.ImportOpened([.. _import.Missing], NowMs)));
                return;
            case StateSyncEffect.AddChunk add:
                SnapshotFault added = _import!.Add(add.Chunk, add.Bytes.Span);
                After(1, () => Step(new StateSyncInput.ChunkAdded(add.Chunk, added, NowMs)));
                return;
            case StateSyncEffect.Finish finish:
                SnapshotFault fault = ChainSnapshot.Finish(_import!, store, network.Genesis, finish.Trusted, finish.Seeds, out string detail);
                After(1, () => Step(new StateSyncInput.Finished(fault, detail, NowMs)));
                return;
            case StateSyncEffect.Penalize penalize:
                Penalties.Add((penalize.Peer, penalize.Offence, penalize.Detail));
                return;
            default:
                End = effect;
                return;
        }
    }
}

/// <summary>A peer with one snapshot and the light blocks of a chain.</summary>
internal sealed class SnapshotPeer(int number, SyncNode chain, SnapshotManifest manifest, IReadOnlyList<byte[]> chunks)
{
    public PeerId Id { get; } = SyncRig.Id(number);
    public ulong DelayMs { get; set; } = 60;
    public Func<PeerMessage, PeerMessage?>? Twist { get; set; }

    public PeerMessage? Answer(PeerMessage request)
    {
        PeerMessage? honest = request switch
        {
            PeerMessage.SnapshotsRequest => new PeerMessage.Snapshots([manifest.Encode()]),
            PeerMessage.LightBlockRequest light => new PeerMessage.LightBlockReply(light.Height, LightBlock.Read(chain.Open.Services.Blocks, light.Height)?.Encode() ?? []),
            PeerMessage.ChunkRequest chunk => new PeerMessage.SnapshotChunk(chunk.Height, chunk.ManifestHash, chunk.Index, chunk.ManifestHash == manifest.Hash ? chunks[(int)chunk.Index] : []),
            _ => null,
        };
        return Twist is null || honest is null ? honest : Twist(honest);
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Storage;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Sync;

namespace Dsdn.Consensus.Tests.Sync;

/// <summary>A syncing node among scripted peers, in virtual time.</summary>
internal sealed class SyncRig
{
    private readonly SyncNode _node;
    private readonly PriorityQueue<Action, (ulong AtMs, int Order)> _events = new();
    private readonly SortedDictionary<PeerId, ScriptedPeer> _peers = [];
    private int _order;

    public SyncRig(SyncNetwork network, SyncNode? node = null, SyncOptions? options = null)
    {
        _node = node ?? network.NewNode();
        Core = new BlockSyncCore(SyncNetwork.ChainId, network.Genesis.Block.Hash, options ?? SyncOptions.Default);
        Step(new SyncInput.Began(_node.Height, _node.Execution.Decided.Hash, _node.Execution.Validators, NowMs));
    }

    public BlockSyncCore Core { get; }
    public SyncNode Node => _node;
    public ulong NowMs { get; private set; } = 1_000;
    public List<(PeerId Peer, Offence Offence, string Detail)> Penalties { get; } = [];
    public List<SyncEffect> Switches { get; } = [];
    public List<(PeerId Peer, PeerMessage.BlocksRequest Request)> Requests { get; } = [];
    public List<SyncEffect.Apply> Applies { get; } = [];

    /// <summary>Changes a block before it is applied here: what a broken disk or program would do.</summary>
    public Func<Block, string?>? RefuseApply { get; set; }

    public static PeerId Id(int number) => new(Keccak.Hash([(byte)number]));

    public void Connect(ScriptedPeer peer)
    {
        _peers[peer.Id] = peer;
        Say(peer);
    }

    public void Disconnect(ScriptedPeer peer)
    {
        _peers.Remove(peer.Id);
        Step(new SyncInput.PeerGone(peer.Id, NowMs));
    }

    public void Say(ScriptedPeer peer) => Step(new SyncInput.PeerStatus(peer.Id, peer.DecidedHeight, peer.OldestBody, NowMs));

    public void Receive(ScriptedPeer peer, PeerMessage.Blocks message) => Step(new SyncInput.BlocksReceived(peer.Id, message, NowMs));

    /// <summary>Consensus decided a block by itself.</summary>
    public void Decide(Block block, Certificate certificate)
    {
        Assert.Null(_node.Apply(block, certificate));
        Step(new SyncInput.Applied(_node.Height, block.Hash, _node.Execution.Validators, NowMs));
    }

    public bool RunUntil(Func<bool> done, ulong forMs = 120_000)
    {
        for (ulong end = NowMs + forMs; NowMs < end && !done();)
        {
            NowMs += 20;
            while (_events.TryPeek(out Action? action, out (ulong AtMs, int Order) at) && at.AtMs <= NowMs)
            {
                _events.Dequeue();
                action();
            }
            if (NowMs % 1_000 == 0)
            {
                foreach (ScriptedPeer peer in _peers.Values) Say(peer);
            }
            Step(new SyncInput.Tick(NowMs));
        }
        return done();
    }

    private void Step(SyncInput input)
    {
        foreach (SyncEffect effect in Core.Step(input)) Carry(effect);
    }

    private void After(ulong delayMs, Action action) => _events.Enqueue(action, (NowMs + delayMs, _order++));

    private void Carry(SyncEffect effect)
    {
        switch (effect)
        {
            case SyncEffect.Request request:
                Requests.Add((request.Peer, request.Message));
                if (!_peers.TryGetValue(request.Peer, out ScriptedPeer? peer)) return;
                if (peer.Answer(request.Message) is not { } answer) return;
                After(peer.DelayMs, () =>
                {
                    if (_peers.ContainsKey(peer.Id)) Receive(peer, answer);
                });
                return;
            case SyncEffect.Apply apply:
                Applies.Add(apply);
                After(1, () =>
                {
                    string? refusal = RefuseApply?.Invoke(apply.Block) ?? _node.Apply(apply.Block, apply.Certificate);
                    Step(refusal is null
                        ? new SyncInput.Applied(_node.Height, apply.Block.Hash, _node.Execution.Validators, NowMs)
                        : new SyncInput.ApplyRefused(apply.Block.Header.Number, apply.Block.Hash, refusal, NowMs));
                });
                return;
            case SyncEffect.Penalize penalize:
                Penalties.Add((penalize.Peer, penalize.Offence, penalize.Detail));
                return;
            default:
                Switches.Add(effect);
                return;
        }
    }
}

/// <summary>A peer: what it claims and how it answers. The honest one serves a store.</summary>
internal class ScriptedPeer(int number, ChainStore store)
{
    public PeerId Id { get; } = SyncRig.Id(number);
    public ulong DecidedHeight { get; set; } = store.Height ?? 0;
    public ulong OldestBody { get; set; } = store.OldestBody;
    public ulong DelayMs { get; set; } = 40;

    /// <summary>Changes the honest answer; null is silence.</summary>
    public Func<PeerMessage.Blocks, PeerMessage.BlocksRequest, PeerMessage.Blocks?>? Twist { get; set; }

    public PeerMessage.Blocks? Answer(PeerMessage.BlocksRequest request)
    {
        PeerMessage.Blocks honest = BlockServer.Answer(store, request);
        return Twist is { } twist ? twist(honest, request) : honest;
    }
}

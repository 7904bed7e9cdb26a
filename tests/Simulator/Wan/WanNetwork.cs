using Dsdn.Chain.Execution;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Wan;

/// <summary>What a run measured. Latencies in milliseconds, from the proposer's request for a block to its commit, of every node and height.</summary>
internal sealed record WanFigures(
    int Validators, int BlockBytes, int Heights, double DecideP50Ms, double DecideP99Ms, double MessagesPerHeightPerNode, double BytesPerHeightPerNode, int RoundsBeyondFirst, double VirtualSeconds);

/// <summary>
/// N validators in ten regions, every one linked to every other, with jitter of a tenth and an uplink each. Messages are not
/// encoded, only measured; every signature is checked once for all nodes, every block executed once.
/// </summary>
internal sealed class WanNetwork
{
    /// <summary>1 Gbit/s.</summary>
    private const ulong BytesPerUs = 125;

    /// <summary>Heights before the figures count.</summary>
    private const int WarmUp = 2;

    private readonly SeededRandom _random = new(1);
    private readonly Dictionary<PeerId, WanNode> _byPeer = [];
    private readonly ulong[] _uplinkFreeUs;
    private readonly ulong[,] _newestFast, _newestBulk;
    private readonly SortedDictionary<ulong, ulong> _builtUs = [];
    private readonly List<double> _latenciesMs = [];
    private readonly int _blockBytes;
    private ulong _messages, _bytes;
    private PeerMessage? _lastMeasured;
    private int _lastLength;

    public WanNetwork(int validators, int blockBytes)
    {
        _blockBytes = blockBytes;
        GenesisBlock genesis = SimulatedGenesis.Of(validators).Block;
        Scheme = new MemoScheme(new ChainMessageScheme(genesis.ChainId, genesis.Block.Hash));
        Chain = new SharedChain(genesis, blockBytes);
        var options = new ReplicaOptions { ChainId = genesis.ChainId, GenesisHash = genesis.Block.Hash, Core = CoreOptions.Default };
        Nodes = [.. Enumerable.Range(0, validators).Select(index => new WanNode(this, index, options))];
        foreach (WanNode node in Nodes) _byPeer[node.Peer] = node;
        _uplinkFreeUs = new ulong[validators];
        _newestFast = new ulong[validators, validators];
        _newestBulk = new ulong[validators, validators];
    }

    public VirtualTime Time { get; } = new();

    public IMessageScheme Scheme { get; }

    public SharedChain Chain { get; }

    public WanNode[] Nodes { get; }

    /// <summary>How often a node came to a round above 0.</summary>
    public int RoundsBeyondFirst { get; set; }

    public WanFigures Run(int heights)
    {
        foreach (WanNode node in Nodes) Time.After((ulong)_random.Below(20_000), node.Start);
        ulong goal = (ulong)(heights + WarmUp);
        while (Nodes.Any(node => node.Height < goal))
        {
            if (!Time.TryStep((ulong)(heights + WarmUp) * 30_000_000)) throw new BrokenInvariant($"no progress to height {goal}");
        }
        double[] sorted = [.. _latenciesMs.Order()];
        double perNode = (double)heights * Nodes.Length;
        return new WanFigures(
            Nodes.Length, _blockBytes, heights, sorted[sorted.Length / 2], sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * 0.99)],
            _messages / perNode, _bytes / perNode, RoundsBeyondFirst, Time.NowMs / 1000.0);
    }

    public void Building(ulong height) => _builtUs.TryAdd(height, Time.NowUs);

    public void Decided(ulong height)
    {
        if (height > WarmUp && _builtUs.TryGetValue(height, out ulong since)) _latenciesMs.Add((Time.NowUs - since) / 1000.0);
    }

    /// <param name="atUs">When the sender's loop has come to it.</param>
    public void Send(WanNode from, PeerId to, PeerMessage message, ulong atUs)
    {
        WanNode target = _byPeer[to];
        int length = Length(message);
        if (Chain.Height >= WarmUp)
        {
            _messages++;
            _bytes += (ulong)length;
        }
        ref ulong uplink = ref _uplinkFreeUs[from.Index];
        uplink = Math.Max(uplink, atUs) + ((ulong)length / BytesPerUs);
        int delay = Regions.DelayUs(from.Index, target.Index);
        delay += _random.Between(-delay / 10, delay / 10);
        ref ulong newest = ref (PeerMessageCodec.Lane(message) == PeerLane.Fast ? _newestFast : _newestBulk)[from.Index, target.Index];
        newest = Math.Max(newest, uplink + (ulong)delay);
        Time.After(newest - Time.NowUs, () => target.Receive(from, message));
    }

    private int Length(PeerMessage message)
    {
        if (!ReferenceEquals(message, _lastMeasured)) (_lastMeasured, _lastLength) = (message, PeerMessageCodec.Length(message));
        return _lastLength;
    }
}

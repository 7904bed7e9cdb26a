using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

/// <summary>
/// Nodes of gossip over links with delay and loss, in virtual time. In place of consensus every node accepts what it is
/// given, prevotes when the value is complete, precommits at two thirds, and decides with the value and two thirds of the
/// precommits. Every message passes the codec.
/// </summary>
public sealed class GossipNetwork
{
    private readonly PriorityQueue<Action, (ulong, ulong)> _queue = new();
    private readonly Random _random;
    private readonly Dictionary<PeerId, int> _places = [];
    private ulong _order;

    public GossipNetwork(int validators, int followers = 0, int seed = 1, int lossPerMille = 0, Func<int, int, ulong>? delayMs = null, GossipOptions? options = null)
    {
        _random = new Random(seed);
        LossPerMille = lossPerMille;
        DelayMs = delayMs ?? ((_, _) => (ulong)_random.Next(1, 15));
        Set = new ValidatorSet([.. Enumerable.Range(0, validators).Select(i => new Validator(AddressOf(i + 1), new byte[32], 10, AddressOf(i + 1)))]);
        Nodes = [.. Enumerable.Range(0, validators + followers).Select(i => new GossipNode(this, i, i < validators ? AddressOf(i + 1) : Address.Zero, options ?? GossipOptions.Default))];
        foreach (GossipNode node in Nodes) _places.Add(node.Id, node.Index);
        foreach (GossipNode node in Nodes)
            foreach (GossipNode other in Nodes)
                if (node.Index != other.Index) node.Step(new GossipInput.PeerUp(other.Id, 0));
        foreach (GossipNode node in Nodes) node.Start(1);
        foreach (GossipNode node in Nodes) Every(20, (ulong)_random.Next(20), () => node.Step(new GossipInput.Tick(NowMs)));
    }

    public ValidatorSet Set { get; }

    public GossipNode[] Nodes { get; }

    public ulong NowMs { get; private set; }

    public int LossPerMille { get; set; }

    public Func<int, int, ulong> DelayMs { get; }

    /// <summary>So long after it entered a height, the node whose turn it is proposes; null: the test does.</summary>
    public ulong? IntervalMs { get; set; }

    /// <summary>False: the message is lost (beside the random ones).</summary>
    public Func<int, int, PeerMessage, bool> Passes { get; set; } = (_, _, _) => true;

    public void Run(ulong milliseconds, Func<bool>? until = null)
    {
        ulong end = NowMs + milliseconds;
        while (_queue.TryPeek(out _, out (ulong At, ulong) next) && next.At <= end)
        {
            if (next.At > NowMs && (until?.Invoke() ?? false)) return;
            Action action = _queue.Dequeue();
            NowMs = next.At;
            action();
        }
    }

    public void After(ulong milliseconds, Action action) => _queue.Enqueue(action, (NowMs + milliseconds, _order++));

    public void Transmit(int from, PeerId to, PeerMessage message)
    {
        GossipNode target = Nodes[_places[to]];
        byte[] encoded = PeerMessageCodec.Encode(message);
        Assert.Equal(encoded.Length, PeerMessageCodec.Length(message));
        if (_random.Next(1000) < LossPerMille || !Passes(from, target.Index, message)) return;
        Assert.True(PeerMessageCodec.TryDecode(encoded, PeerMessageCodec.Lane(message), out PeerMessage? decoded, out PeerDecodeError error), error.ToString());
        After(DelayMs(from, target.Index), () => target.Step(new GossipInput.Received(Nodes[from].Id, decoded, NowMs)));
    }

    private void Every(ulong periodMs, ulong firstMs, Action action) => After(firstMs, () =>
    {
        action();
        Every(periodMs, periodMs, action);
    });
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>
/// N cores in one thread and virtual time. Until the network heals messages are late, lost and out of order; all along each
/// core repeats now and then what it knows of its height, as gossip does. The last <c>faulty</c> validators send what they
/// like. A value is its proposal's word for it; a core that is behind is told decided values with their certificates.
/// </summary>
internal sealed class SimulatedNetwork
{
    private const ulong StartMs = 1_000_000;
    private const ulong RepeatMs = 400;

    private readonly PriorityQueue<Action, (ulong AtMs, ulong Order)> _events = new();
    private readonly Random _random;
    private readonly ulong _healMs;
    private readonly SimulatedNode[] _nodes;
    private readonly int _faulty;
    private ulong _order;

    public SimulatedNetwork(int validators, int faulty, int seed, ulong healAfterMs)
    {
        Net = new TestNet([.. Enumerable.Repeat(1UL, validators)]);
        (_random, _faulty, _healMs) = (new Random(seed), faulty, StartMs + healAfterMs);
        _nodes = [.. Enumerable.Range(0, validators - faulty).Select(index => new SimulatedNode(this, index))];
        foreach (SimulatedNode node in _nodes) At(StartMs, () => node.Start(1, StartMs - 1_000, null));
        for (int i = 0; i < _nodes.Length; i++) Repeat(_nodes[i], StartMs + (ulong)_random.Next((int)RepeatMs));
        for (int i = 0; i < faulty; i++) Misbehave(validators - 1 - i, StartMs);
    }

    public TestNet Net { get; }

    public ulong NowMs { get; private set; }

    public IReadOnlyList<SimulatedNode> Nodes => _nodes;

    /// <summary>Decided certificates by height; set by whoever decides first. Two values at one height end the run.</summary>
    public SortedDictionary<ulong, (Certificate Certificate, ulong TimeMs)> Decided { get; } = [];

    public Dictionary<Hash256, Proposal> Values { get; } = [];

    public void RunUntil(ulong afterMs)
    {
        while (_events.TryPeek(out _, out (ulong AtMs, ulong) next) && next.AtMs <= StartMs + afterMs)
        {
            Action action = _events.Dequeue();
            NowMs = next.AtMs;
            action();
        }
    }

    public void At(ulong atMs, Action action) => _events.Enqueue(action, (Math.Max(atMs, NowMs), _order++));

    public ulong Soon() => NowMs + 1 + (ulong)_random.Next(20);

    public void Broadcast(int from, CoreInput.VoteArrived vote) => Broadcast(from, node => node.Feed(vote with { NowMs = NowMs }));

    public void Broadcast(int from, CoreInput.ProposalArrived proposal)
    {
        Values.TryAdd(proposal.Proposal.ValueId, proposal.Proposal);
        Broadcast(from, node => node.Feed(proposal with { NowMs = NowMs }));
    }

    public void OnDecided(Certificate certificate)
    {
        ulong timeMs = Values[certificate.BlockHash].TimeMs;
        if (!Decided.TryAdd(certificate.Height, (certificate, timeMs))) Assert.Equal(Decided[certificate.Height].Certificate.BlockHash, certificate.BlockHash);
    }

    private void Broadcast(int from, Action<SimulatedNode> deliver)
    {
        foreach (SimulatedNode node in _nodes.Where(node => node.Index != from)) Send(node, deliver);
    }

    private void Send(SimulatedNode to, Action<SimulatedNode> deliver)
    {
        bool isHealed = NowMs >= _healMs;
        if (!isHealed && _random.Next(100) < 30) return;
        At(NowMs + 1 + (ulong)_random.Next(isHealed ? 60 : 3_000), () => deliver(to));
    }

    private void Repeat(SimulatedNode node, ulong atMs) => At(atMs, () =>
    {
        foreach (CoreInput message in node.Known())
        {
            SimulatedNode to = _nodes[_random.Next(_nodes.Length)];
            if (to != node) Send(to, receiver => receiver.Feed(message switch
            {
                CoreInput.VoteArrived vote => vote with { NowMs = NowMs },
                CoreInput.ProposalArrived proposal => proposal with { NowMs = NowMs },
                _ => message,
            }));
        }
        if (Decided.TryGetValue(node.Height, out var decided) && _nodes.Any(other => other.Height > node.Height)) Send(node, late => late.Sync(decided.Certificate, decided.TimeMs));
        Repeat(node, NowMs + RepeatMs);
    });

    /// <summary>Votes and proposals of all sorts, different ones to different validators.</summary>
    private void Misbehave(int index, ulong atMs) => At(atMs, () =>
    {
        SimulatedNode target = _nodes[_random.Next(_nodes.Length)];
        ulong height = target.Height + (ulong)_random.Next(2);
        uint round = target.Round + (uint)_random.Next(3);
        Hash256[] values = [Hash256.Zero, .. Values.Keys.OrderBy(value => value).Where(value => Values[value].Height == height)];
        Hash256 value = values[_random.Next(values.Length)];
        int polRound = value.IsZero ? -1 : _random.Next((int)round + 1) - 1;
        Vote vote = _random.Next(2) == 0 ? Net.Prevote(index, round, value, polRound, height) : Net.Precommit(index, round, value, height);
        Send(target, node => node.Feed(new CoreInput.VoteArrived(vote, NowMs), isFromFaulty: true));
        if (Net.Proposers.OfRound(round) == TestNet.Name(index))
        {
            Hash256 proposed = value.IsZero || _random.Next(2) == 0 ? TestNet.Value($"forged {_random.Next(1_000_000)}") : value;
            Proposal proposal = Net.Proposal(round, proposed, _random.Next((int)round + 1) - 1, Values.TryGetValue(proposed, out Proposal? known) ? known.TimeMs : NowMs, height);
            Values.TryAdd(proposed, proposal);
            Send(target, node => node.Feed(new CoreInput.ProposalArrived(proposal, NowMs), isFromFaulty: true));
        }
        Misbehave(index, NowMs + 50 + (ulong)_random.Next(200));
    });
}

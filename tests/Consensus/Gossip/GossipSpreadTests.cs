using Dsdn.Chain.Blocks;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

public sealed class GossipSpreadTests(ITestOutputHelper output)
{
    /// <summary>One-way milliseconds between ten regions (rulings 21); validator i is in region i mod 10.</summary>
    private static readonly int[] Wan =
    [
        0, 8, 40, 55, 35, 90, 95, 115, 95, 165,
        8, 0, 35, 47, 30, 80, 85, 110, 85, 160,
        40, 35, 0, 52, 62, 115, 110, 80, 50, 130,
        55, 47, 52, 0, 75, 140, 135, 100, 70, 155,
        35, 30, 62, 75, 0, 60, 58, 95, 110, 150,
        90, 80, 115, 140, 60, 0, 8, 45, 72, 102,
        95, 85, 110, 135, 58, 8, 0, 38, 66, 95,
        115, 110, 80, 100, 95, 45, 38, 0, 32, 58,
        95, 85, 50, 70, 110, 72, 66, 32, 0, 88,
        165, 160, 130, 155, 150, 102, 95, 58, 88, 0,
    ];

    /// <summary>Nothing lost: a part comes about once to everybody, a vote at most one and a half times, and no repair is needed.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(50)]
    [InlineData(150)]
    public void EverybodyGetsEveryPartOnceAndEveryVoteAboutOnce(int validators)
    {
        var network = new GossipNetwork(validators, seed: validators, delayMs: Delay(validators));
        foreach (GossipNode node in network.Nodes) node.MovesOn = false;
        byte[] bytes = Value(1_000_000);
        network.Run(400);
        network.Nodes[1].Propose(bytes);
        network.Run(3_000, () => HaveAllVotes(network));
        Report(network, bytes.Length);
        Assert.All(network.Nodes, node => Assert.Equal(bytes, Assert.Single(node.Complete).Value));
        Assert.All(network.Nodes, node => Assert.Equal(validators, node.Votes(1, VoteKind.Prevote)));
        Assert.All(network.Nodes, node => Assert.Equal(validators, node.Votes(1, VoteKind.Precommit)));
        Assert.All(network.Nodes, node => Assert.Empty(node.Penalties));
        Assert.True(PartsPerNode(network, 16) <= 1.05);
        Assert.True(VotesPerNode(network) <= 1.5);
    }

    [Theory]
    [InlineData(4, 50)]
    [InlineData(4, 300)]
    [InlineData(16, 100)]
    [InlineData(50, 50)]
    public void LostMessagesAreRepaired(int validators, int lossPerMille)
    {
        var network = new GossipNetwork(validators, seed: validators + lossPerMille, lossPerMille: lossPerMille, delayMs: Delay(validators));
        foreach (GossipNode node in network.Nodes) node.MovesOn = false;
        network.Run(200);
        foreach (GossipNode node in network.Nodes) node.SayStatus();
        network.Run(200);
        byte[] bytes = Value(700_000);
        network.Nodes[0].Propose(bytes);
        network.Run(20_000, () => HaveAllVotes(network));
        Report(network, bytes.Length);
        Assert.All(network.Nodes, node => Assert.Equal(bytes, Assert.Single(node.Complete).Value));
        Assert.All(network.Nodes, node => Assert.Equal(validators, node.Votes(1, VoteKind.Prevote)));
        Assert.All(network.Nodes, node => Assert.Equal(validators, node.Votes(1, VoteKind.Precommit)));
        Assert.All(network.Nodes, node => Assert.Empty(node.Penalties));
        Assert.True(PartsPerNode(network, 11) <= 1.5);
        Assert.True(VotesPerNode(network) <= 1.75);
    }

    private static Func<int, int, ulong> Delay(int validators)
    {
        var random = new Random(validators);
        return (from, to) => (ulong)(Wan[(from % 10 * 10) + (to % 10)] * random.Next(90, 111) / 100) + 1;
    }

    private static bool HaveAllVotes(GossipNetwork network) =>
        network.Nodes.All(node => node.Votes(1, VoteKind.Prevote) == network.Set.Validators.Count && node.Votes(1, VoteKind.Precommit) == network.Set.Validators.Count);

    private static double PartsPerNode(GossipNetwork network, int parts) =>
        network.Nodes.Sum(node => (double)node.Core.Counters.PartsReceived) / (network.Nodes.Length - 1) / parts;

    private static double VotesPerNode(GossipNetwork network) =>
        network.Nodes.Average(node => (double)node.Core.Counters.VotesReceived) / (2 * (network.Set.Validators.Count - 1));

    private void Report(GossipNetwork network, int valueBytes)
    {
        int parts = (valueBytes + PeerLimits.PartBytes - 1) / PeerLimits.PartBytes;
        output.WriteLine($"{network.Nodes.Length} nodes, value of {valueBytes} bytes, {network.NowMs - 400} ms: parts {PartsPerNode(network, parts):f2}x, votes {VotesPerNode(network):f2}x");
        foreach (PeerMessageKind kind in Enum.GetValues<PeerMessageKind>())
        {
            ulong[] bytes = [.. network.Nodes.Select(node => node.Core.Counters.BytesSent(kind))];
            double messages = network.Nodes.Average(node => (double)node.Core.Counters.MessagesSent(kind));
            if (messages > 0) output.WriteLine($"  {kind,-12} sent a node: {messages,8:f1} messages, {bytes.Average(sent => (double)sent),12:f0} bytes, most {bytes.Max()}");
        }
    }
}

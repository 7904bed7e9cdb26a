using Dsdn.Chain.Blocks;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
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
        byte[] bytes = Value(validators > 16 ? 250_000 : 1_000_000); // hashing and copying it is most of what this test costs
        network.Run(400);
        network.Nodes[1].Propose(bytes);
        network.Run(3_000, () => HaveAllVotes(network));
        Report(network, bytes.Length);
        Assert.All(network.Nodes, node => Assert.Equal(bytes, Assert.Single(node.Complete).Value));
        Assert.All(network.Nodes, node => Assert.Equal(validators, node.Votes(1, VoteKind.Prevote)));
        Assert.All(network.Nodes, node => Assert.Equal(validators, node.Votes(1, VoteKind.Precommit)));
        Assert.All(network.Nodes, node => Assert.Empty(node.Penalties));
        Assert.True(PartsPerNode(network, PartSet.CountOf(bytes.Length)) <= 1.05);
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
        byte[] bytes = Value(validators > 16 ? 250_000 : 700_000);
        network.Nodes[0].Propose(bytes);
        network.Run(20_000, () => HaveAllVotes(network));
        Report(network, bytes.Length);
        Assert.All(network.Nodes, node => Assert.Equal(bytes, Assert.Single(node.Complete).Value));
        Assert.All(network.Nodes, node => Assert.Equal(validators, node.Votes(1, VoteKind.Prevote)));
        Assert.All(network.Nodes, node => Assert.Equal(validators, node.Votes(1, VoteKind.Precommit)));
        Assert.All(network.Nodes, node => Assert.Empty(node.Penalties));
        Assert.True(PartsPerNode(network, PartSet.CountOf(bytes.Length)) <= 1.5);
        Assert.True(VotesPerNode(network) <= 1.75);
    }

    /// <summary>One validator hears nothing while the others decide; then it decides from their precommits, one height back.</summary>
    [Fact]
    public void AValidatorThatMissedTheDecisionCatchesUpFromThoseOnTheNextHeight()
    {
        var network = new GossipNetwork(4) { Passes = (from, to, _) => from != 3 && to != 3 };
        network.Run(200);
        byte[] bytes = Value(200_000);
        network.Nodes[0].Propose(bytes);
        network.Run(2_000);
        Assert.Equal([2UL, 2UL, 2UL, 1UL], network.Nodes.Select(node => node.Height));
        network.Passes = (_, _, _) => true;
        foreach (GossipNode node in network.Nodes) node.SayStatus();
        network.Run(3_000, () => network.Nodes[3].Height == 2);
        Assert.Equal(bytes, network.Nodes[3].Complete.Values.Single());
        Assert.Equal(2UL, network.Nodes[3].Height);
    }

    /// <summary>Two halves that saw nothing of each other get each other's votes once the links are back.</summary>
    [Fact]
    public void AfterAPartitionBothSidesGetAllVotes()
    {
        var network = new GossipNetwork(10) { Passes = (from, to, message) => message is PeerMessage.Status || from < 5 == to < 5 };
        foreach (GossipNode node in network.Nodes) node.MovesOn = false;
        network.Run(100);
        network.Nodes[0].Propose(Value(100_000));
        network.Run(3_000);
        Assert.All(network.Nodes[5..], node => Assert.Equal(0, node.Votes(1, VoteKind.Prevote)));
        network.Passes = (_, _, _) => true;
        network.Run(5_000, () => HaveAllVotes(network));
        Assert.True(HaveAllVotes(network));
    }

    /// <summary>Followers with a single link to a validator get every value and the precommits by asking.</summary>
    [Fact]
    public void FollowersBehindOneValidatorFollow()
    {
        var network = new GossipNetwork(4, followers: 3) { Passes = (from, to, _) => (from < 4 && to < 4) || from == 1 || to == 1 };
        network.Run(100);
        byte[] bytes = Value(300_000);
        network.Nodes[0].Propose(bytes);
        network.Run(3_000, () => network.Nodes.All(node => node.Height == 2));
        Assert.All(network.Nodes, node => Assert.Equal((2UL, bytes.Length), (node.Height, node.Complete.Values.Single().Length)));
    }

    /// <summary>Some carriers of the tree are down: the proposer stands in for those without a link, and repair for the silent ones.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ValidatorsThatAreDownStopNoPart(bool isSilent)
    {
        var network = new GossipNetwork(25) { Passes = (from, to, _) => from < 20 && to < 20 };
        foreach (GossipNode node in network.Nodes)
        {
            node.MovesOn = false;
            for (int down = 20; down < 25 && !isSilent; down++) node.Step(new GossipInput.PeerGone(network.Nodes[down].Id));
        }
        foreach (GossipNode node in network.Nodes) node.SayStatus();
        if (isSilent) foreach (GossipNode node in network.Nodes[..20])
            for (int down = 20; down < 25; down++) node.Step(new GossipInput.Received(network.Nodes[down].Id, new PeerMessage.Status(0, 0, 0, CoreStep.Propose, AddressOf(down + 1)), 0));
        network.Run(200);
        network.Nodes[0].Propose(Value(500_000));
        network.Run(5_000, () => network.Nodes[..20].All(node => node.Votes(1, VoteKind.Precommit) == 20));
        output.WriteLine($"{network.NowMs - 200} ms, parts {PartsPerNode(network, 8) * 24 / 19:f2}x");
        Assert.All(network.Nodes[..20], node => Assert.Equal((20, 20), (node.Votes(1, VoteKind.Prevote), node.Votes(1, VoteKind.Precommit))));
        if (!isSilent) Assert.True(PartsPerNode(network, 8) * 24 / 19 < 1.01);
    }

    /// <summary>A liar sends one vote to one half and another to the other: somewhere both are delivered.</summary>
    [Fact]
    public void TwoVotesOfALiarMeet()
    {
        var network = new GossipNetwork(16) { Passes = (from, _, _) => from != 15 };
        foreach (GossipNode node in network.Nodes) node.MovesOn = false;
        network.Run(100);
        for (int to = 0; to < 15; to++)
        {
            var vote = new Vote(VoteKind.Prevote, 1, 0, HashOf(to % 2), -1, AddressOf(16), Signature);
            network.Nodes[to].Step(new GossipInput.Received(network.Nodes[15].Id, new PeerMessage.Votes([vote]), network.NowMs));
        }
        network.Run(1_000);
        Assert.Contains(network.Nodes, node => node.Contradictions > 0);
    }

    /// <summary>Height after height under loss: nobody is left behind, nobody is blamed, and what is held does not grow.</summary>
    [Fact]
    public void HeightsFollowEachOtherUnderLoss()
    {
        var network = new GossipNetwork(7, seed: 5, lossPerMille: 20) { IntervalMs = 400 };
        network.Nodes[1].Propose(Value(70_000));
        network.Run(30_000, () => network.Nodes.All(node => node.Height > 15));
        output.WriteLine($"{network.NowMs} ms, votes {network.Nodes.Average(node => (double)node.Core.Counters.VotesReceived) / (15 * 2 * 6):f2}x");
        Assert.All(network.Nodes, node => Assert.True(node.Height > 15));
        Assert.All(network.Nodes, node => Assert.Empty(node.Penalties));
    }

    /// <summary>After a restart a node has its own votes and what its log says before any peer is linked; all of it still reaches them.</summary>
    [Fact]
    public void WhatANodeSaidBeforeItHadPeersReachesThem()
    {
        var core = new GossipCore(LoneGossip.Id(0), LoneGossip.Operator(0), GossipOptions.Default);
        var peer = new LoneGossip();
        PartSet value = PartSet.Create(Value(100_000));
        core.Step(new GossipInput.HeightStarted(5, peer.Set, 1));
        core.Step(new GossipInput.OwnProposal(peer.Proposal(0, value), value, 1));
        core.Step(new GossipInput.OwnVote(peer.Vote(0, value: value.Root)));
        core.Step(new GossipInput.PeerUp(LoneGossip.Id(1), 2));
        IReadOnlyList<GossipEffect> effects = core.Step(new GossipInput.Received(LoneGossip.Id(1), new PeerMessage.Status(4, 0, 0, CoreStep.Propose, LoneGossip.Operator(1)), 3));
        Assert.Equal((1, 1, 2), (LoneGossip.Sent<PeerMessage.ProposalMessage>(effects).Count(), LoneGossip.Sent<PeerMessage.Votes>(effects).Count(), LoneGossip.Sent<PeerMessage.Part>(effects).Count()));
    }

    [Fact]
    public void TheSameSeedGivesTheSameRun()
    {
        Assert.Equal(Trace(), Trace());

        static string Trace()
        {
            var network = new GossipNetwork(12, seed: 7, lossPerMille: 100);
            network.Run(100);
            network.Nodes[0].Propose(Value(150_000));
            network.Run(2_000);
            return string.Join(' ', network.Nodes.Select(node => string.Join(',', Enum.GetValues<PeerMessageKind>().Select(node.Core.Counters.BytesSent))));
        }
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

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using static Dsdn.Consensus.Tests.Gossip.LoneGossip;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

/// <summary>What a hostile peer can send: it is named, costs a bounded amount, and nobody else suffers.</summary>
public sealed class GossipHostileTests
{
    private static readonly PartSet Big = PartSet.Create(Value(40 * PeerLimits.PartBytes));
    private static readonly PartSet Small = PartSet.Create(Value(3 * PeerLimits.PartBytes));

    [Fact]
    public void APartThatDoesNotFitItsRootIsBadContent()
    {
        var gossip = new LoneGossip();
        gossip.Accept(gossip.Proposal(1, Small));
        byte[] bytes = gossip.Part(Small, 1).Bytes.ToArray();
        bytes[0] ^= 1;
        AssertPenalty(Offence.BadContent, 2, gossip.Receive(2, gossip.Part(Small, 1) with { Bytes = bytes }));
        AssertPenalty(Offence.BadContent, 2, gossip.Receive(2, gossip.Part(Small, 1) with { Proof = [] }));
        AssertPenalty(Offence.BadContent, 2, gossip.Receive(2, gossip.Part(Small, 1) with { ValueBytes = 5 }));
    }

    /// <summary>CometBFT's advisory on block parts: an index outside the value never indexes anything.</summary>
    [Theory]
    [InlineData(3u)]
    [InlineData(80u)]
    [InlineData(uint.MaxValue)]
    public void APartIndexOutOfBoundsIsBadContent(uint index)
    {
        var gossip = new LoneGossip();
        gossip.Accept(gossip.Proposal(1, Small));
        AssertPenalty(Offence.BadContent, 2, gossip.Receive(2, gossip.Part(Small, 1) with { Index = index }));
        Assert.Empty(gossip.Receive(2, gossip.Part(Small, 1)).OfType<GossipEffect.Penalize>());
        AssertPenalty(Offence.BadContent, 2, gossip.Receive(2, gossip.Part(Small, 1) with { Index = index }));
    }

    [Fact]
    public void PartsOfAnUnknownRootAreKeptToALimitAPeerAndInAll()
    {
        var gossip = new LoneGossip(12);
        for (int peer = 1; peer < 12; peer++)
            for (int i = 0; i < 40; i++) Assert.Empty(gossip.Receive(peer, gossip.Part(Big, (i + peer) % 40)));
        IReadOnlyList<GossipEffect> effects = gossip.Accept(gossip.Proposal(1, Big));
        Assert.Empty(effects.OfType<GossipEffect.Penalize>());
        // 8 peers filled the 128 places with 16 parts each, of indexes 1 to 23; the rest is asked for.
        PeerMessage.HaveParts have = Sent<PeerMessage.HaveParts>(gossip.Wait(1_000)).First();
        Assert.Equal(23, have.Bitmap.ToArray().Sum(bits => byte.PopCount(bits)));
    }

    [Fact]
    public void EarlyPartsThatDoNotFitAreFoundWhenTheirProposalComes()
    {
        var gossip = new LoneGossip();
        gossip.Receive(2, gossip.Part(Small, 0) with { Index = 1 });
        gossip.Receive(3, gossip.Part(Small, 0));
        AssertPenalty(Offence.BadContent, 2, gossip.Accept(gossip.Proposal(1, Small)));
    }

    /// <summary>CVE-2025-24371: a peer that said height X and later says a lower Y.</summary>
    [Fact]
    public void AStatusWhoseHeightGoesBackIsALie()
    {
        var gossip = new LoneGossip();
        AssertPenalty(Offence.LyingStatus, 1, gossip.Say(1, 3));
        Assert.Single(Sent<PeerMessage.Votes>(gossip.Do(new GossipInput.OwnVote(gossip.Vote(0))), to: 1)); // it still stands where it was
        AssertPenalty(Offence.LyingStatus, 1, gossip.Receive(1, new PeerMessage.Status(4, 6, 0, CoreStep.Propose, Operator(1))));
        Assert.Empty(gossip.Receive(1, new PeerMessage.Status(4, 5, 0, CoreStep.Propose, Operator(1))));
        Assert.Empty(gossip.Say(1, ulong.MaxValue));
    }

    [Fact]
    public void BitmapsOfAnotherShapeAreMalformed()
    {
        var gossip = new LoneGossip(12);
        gossip.Accept(gossip.Proposal(1, Small));
        gossip.Receive(1, gossip.Part(Small, 0));
        foreach (byte[] bits in (byte[][])[[1], [1, 0, 0], [0, 0x10], [0, 0x80]])
            AssertPenalty(Offence.Malformed, 2, gossip.Receive(2, new PeerMessage.HaveVotes(5, [new(0, VoteKind.Prevote, bits)])));
        foreach (byte[] bits in (byte[][])[[8], [0, 0], [0x80]])
            AssertPenalty(Offence.Malformed, 3, gossip.Receive(3, new PeerMessage.HaveParts(5, Small.Root, bits)));
        Assert.Empty(gossip.Receive(2, new PeerMessage.HaveVotes(5, [new(0, VoteKind.Prevote, new byte[] { 0xff, 0x0f })])));
        Assert.Empty(gossip.Receive(3, new PeerMessage.HaveParts(5, Small.Root, new byte[] { 7 })));
    }

    [Fact]
    public void VoteListsThatTheCodecWouldRefuseAreMalformedHereToo()
    {
        var gossip = new LoneGossip();
        AssertPenalty(Offence.Malformed, 1, gossip.Receive(1, new PeerMessage.Votes([])));
        AssertPenalty(Offence.Malformed, 1, gossip.Receive(1, new PeerMessage.Votes([gossip.Vote(1), gossip.Vote(2, height: 6)])));
        AssertPenalty(Offence.Malformed, 1, gossip.Receive(1, new PeerMessage.Votes([.. Enumerable.Repeat(gossip.Vote(1), PeerLimits.VotesMax + 1)])));
    }

    [Fact]
    public void AVoteOrProposalOfNoValidatorIsBadContent()
    {
        var gossip = new LoneGossip();
        AssertPenalty(Offence.BadContent, 1, gossip.Receive(1, new PeerMessage.Votes([gossip.Vote(7)])));
        AssertPenalty(Offence.BadContent, 1, gossip.Receive(1, new PeerMessage.ProposalMessage(gossip.Proposal(7, Small))));
    }

    [Fact]
    public void ADuplicateVoteIsDeliveredOnceAndEndlessRepetitionIsUnwanted()
    {
        var gossip = new LoneGossip();
        Assert.Single(gossip.Receive(1, new PeerMessage.Votes([gossip.Vote(2)])));
        gossip.Accept(gossip.Vote(2));
        PeerMessage.Votes many = new([.. Enumerable.Repeat(gossip.Vote(2), 200)]);
        List<GossipEffect> effects = [];
        for (int i = 0; i < 40; i++) effects.AddRange(gossip.Receive(1, many));
        Assert.Empty(effects.OfType<GossipEffect.DeliverVote>());
        AssertPenalty(Offence.Unwanted, 1, effects);
    }

    [Fact]
    public void ASecondDifferentVoteOfOneValidatorIsDeliveredAsEvidence()
    {
        var gossip = new LoneGossip();
        gossip.Accept(gossip.Vote(2));
        Assert.Single(gossip.Receive(1, new PeerMessage.Votes([gossip.Vote(2, value: HashOf(2))])).OfType<GossipEffect.DeliverVote>());
    }

    [Fact]
    public void FloodsOfEveryKindAreNamedOnceASecondAndStopNobodyElse()
    {
        var gossip = new LoneGossip();
        PeerMessage[] kinds =
        [
            new PeerMessage.Status(4, 0, 0, CoreStep.Propose, Operator(1)), new PeerMessage.ProposalMessage(gossip.Proposal(2, Small)),
            new PeerMessage.Votes([.. Enumerable.Range(1, 3).Select(i => gossip.Vote(i))]), new PeerMessage.HaveVotes(5, []),
            new PeerMessage.HaveParts(5, Small.Root, default), gossip.Part(Small, 0),
        ];
        foreach (PeerMessage message in kinds)
        {
            gossip = new LoneGossip();
            List<GossipEffect> effects = [];
            for (int i = 0; i < 20_000; i++) effects.AddRange(gossip.Receive(1, message));
            AssertPenalty(Offence.Flooding, 1, effects);
            Assert.True(effects.Count < 8_200, $"{message.GetType().Name}: {effects.Count}");
            Assert.Single(gossip.Receive(2, new PeerMessage.Votes([gossip.Vote(3)])).OfType<GossipEffect.DeliverVote>());
            gossip.Wait(1_000);
            Assert.Empty(gossip.Receive(1, new PeerMessage.Status(4, 0, 0, CoreStep.Propose, Operator(1))).OfType<GossipEffect.Penalize>());
        }
    }

    /// <summary>A small question must not cost a large answer for ever.</summary>
    [Fact]
    public void APeerThatAsksForTheSameAgainAndAgainIsAnsweredWithinItsBudget()
    {
        var gossip = new LoneGossip(4, GossipOptions.Default with { HaveRate = new(100_000, 100_000) });
        gossip.Do(new GossipInput.OwnProposal(gossip.Proposal(0, Big), Big, gossip.NowMs));
        for (uint round = 0; round < 60; round++)
            for (int voter = 0; voter < 4; voter++) gossip.Accept(gossip.Vote(voter, round: round), gossip.Vote(voter, VoteKind.Precommit, round));
        int votes = 0, parts = 0;
        for (int i = 0; i < 100; i++)
        {
            gossip.Wait(100);
            for (int j = 0; j < 20; j++)
            {
                votes += Sent<PeerMessage.Votes>(gossip.Receive(1, new PeerMessage.HaveVotes(5, []))).Sum(message => message.Items.Count);
                parts += Sent<PeerMessage.Part>(gossip.Receive(1, new PeerMessage.HaveParts(5, Big.Root, i % 2 == 0 ? default : new byte[] { 255, 255, 255, 255, 255 }))).Count();
            }
        }
        Assert.InRange(votes, 480, 10 * 2_048 + 4_096);
        Assert.InRange(parts, 40, 10 * 256 + 512);
    }

    [Fact]
    public void VotesOfFarRoundsAreTheCoresMatterAndAreKeptNowhere()
    {
        var gossip = new LoneGossip();
        Assert.Single(gossip.Receive(1, new PeerMessage.Votes([gossip.Vote(2, round: uint.MaxValue)])).OfType<GossipEffect.DeliverVote>());
        gossip.Wait(1_000);
        Assert.Empty(Sent<PeerMessage.Votes>(gossip.Receive(3, new PeerMessage.HaveVotes(5, []))));
    }

    [Fact]
    public void ALatePrecommitOfTheHeightBeforeIsDeliveredAndNothingElseOfIt()
    {
        var gossip = new LoneGossip();
        gossip.Accept(gossip.Proposal(1, Small));
        for (int i = 0; i < 3; i++) gossip.Receive(1, gossip.Part(Small, i));
        for (int voter = 0; voter < 3; voter++) gossip.Accept(gossip.Vote(voter, VoteKind.Precommit, value: Small.Root));
        Vote late = gossip.Vote(3, VoteKind.Precommit, value: Small.Root), prevote = gossip.Vote(3);
        PeerMessage.Part part = gossip.Part(Small, 1);
        gossip.StartNext();
        Assert.Single(gossip.Receive(1, new PeerMessage.Votes([late, prevote])).OfType<GossipEffect.DeliverVote>(), deliver => deliver.Vote == late);
        gossip.Accept(late);
        Assert.Empty(gossip.Receive(2, new PeerMessage.Votes([late])));
        Assert.Empty(gossip.Receive(1, part));
        gossip.StartNext();
        Assert.Empty(gossip.Receive(1, new PeerMessage.Votes([late])));
    }

    [Fact]
    public void MessagesOfHeightsToComeAreIgnored()
    {
        var gossip = new LoneGossip();
        Assert.Empty(gossip.Receive(1, new PeerMessage.Votes([gossip.Vote(1, height: 6)])));
        Assert.Empty(gossip.Receive(1, new PeerMessage.ProposalMessage(gossip.Proposal(1, Small) with { Height = 6 })));
        Assert.Empty(gossip.Receive(1, gossip.Part(Small, 0) with { Height = ulong.MaxValue }));
        Assert.Empty(gossip.Receive(1, new PeerMessage.HaveVotes(ulong.MaxValue, [])));
    }

    /// <summary>A proposer signs one value after another in its round: two are kept, and a value that is prevoted can still come.</summary>
    [Fact]
    public void AProposerOfManyValuesFillsNothing()
    {
        var gossip = new LoneGossip();
        PartSet[] values = [.. Enumerable.Range(1, 30).Select(i => PartSet.Create(Value(1_000 + i)))];
        foreach (PartSet value in values)
        {
            gossip.Accept(gossip.Proposal(1, value));
            gossip.Receive(1, gossip.Part(value, 0));
        }
        gossip.Wait(1_000);
        Assert.Equal(2, Sent<PeerMessage.ProposalMessage>(gossip.Receive(2, new PeerMessage.HaveVotes(5, []))).Count());
        gossip.Do(new GossipInput.ValueWanted(5, 0, values[20].Root));
        Assert.Contains(gossip.Receive(2, new PeerMessage.ProposalMessage(gossip.Proposal(1, values[20]))), effect => effect is GossipEffect.DeliverProposal);
        gossip.Accept(gossip.Proposal(1, values[20]));
        Assert.Contains(gossip.Receive(2, gossip.Part(values[20], 0)), effect => effect is GossipEffect.ValueComplete);
    }

    [Fact]
    public void MessagesOfPeersThatAreNotLinkedAreIgnored()
    {
        var gossip = new LoneGossip();
        gossip.Do(new GossipInput.PeerGone(Id(1)));
        Assert.Empty(gossip.Receive(1, new PeerMessage.Votes([gossip.Vote(1)])));
        Assert.DoesNotContain(gossip.Do(new GossipInput.OwnVote(gossip.Vote(0))), effect => effect is GossipEffect.Send send && send.To == Id(1));
    }
}

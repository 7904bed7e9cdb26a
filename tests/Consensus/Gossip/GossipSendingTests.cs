using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using static Dsdn.Consensus.Tests.Gossip.LoneGossip;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

/// <summary>To whom a node says what, and when.</summary>
public sealed class GossipSendingTests
{
    private static readonly PartSet Small = PartSet.Create(Value(3 * PeerLimits.PartBytes));

    [Fact]
    public void OwnVotesGoAtOnceToPeersOnTheHeightAndToUnknownOnes()
    {
        LoneGossip gossip = WithPeersOnSixFourAndUnknown();
        Assert.Equal([Id(1), Id(2), Id(5)], Receivers(gossip.Do(new GossipInput.OwnVote(gossip.Vote(0)))));
    }

    /// <summary>Peers that decided already count it as late; it still is a signature for the next block's certificate.</summary>
    [Fact]
    public void AnOwnPrecommitAlsoGoesToPeersOneHeightAhead()
    {
        LoneGossip gossip = WithPeersOnSixFourAndUnknown();
        Assert.Equal([Id(1), Id(2), Id(3), Id(5)], Receivers(gossip.Do(new GossipInput.OwnVote(gossip.Vote(0, VoteKind.Precommit)))));
    }

    [Fact]
    public void OneObjectIsSentToAll()
    {
        var gossip = new LoneGossip();
        IEnumerable<PeerMessage> messages = gossip.Do(new GossipInput.OwnVote(gossip.Vote(0))).OfType<GossipEffect.Send>().Select(send => send.Message);
        Assert.Equal((3, 1), (messages.Count(), messages.Distinct(ReferenceEqualityComparer.Instance).Count()));
        Assert.Equal(3UL, gossip.Core.Counters.MessagesSent(PeerMessageKind.Votes));
        Assert.Equal(3UL * (ulong)PeerMessageCodec.Encode(messages.First()).Length, gossip.Core.Counters.BytesSent(PeerMessageKind.Votes));
    }

    [Fact]
    public void APeerThatEntersTheHeightGetsWhatThisNodeSaidMeanwhile()
    {
        var gossip = new LoneGossip(peersDecided: 3);
        IEnumerable<GossipEffect> before = [
            .. gossip.Do(new GossipInput.OwnProposal(gossip.Proposal(0, Small), Small, gossip.NowMs)), .. gossip.Do(new GossipInput.OwnVote(gossip.Vote(0))),
            .. gossip.Do(new GossipInput.OwnVote(gossip.Vote(0, VoteKind.Precommit)))];
        Assert.Empty(before);
        IReadOnlyList<GossipEffect> effects = gossip.Say(1, 4);
        Assert.Equal([Id(1)], Receivers(effects).Distinct());
        Assert.Single(Sent<PeerMessage.ProposalMessage>(effects));
        Assert.Equal(2, Assert.Single(Sent<PeerMessage.Votes>(effects)).Items.Count);
        Assert.Equal([0u, 1u, 2u], Sent<PeerMessage.Part>(effects).Select(part => part.Index).Order());
        Assert.Empty(gossip.Say(1, 4));
    }

    [Fact]
    public void ThePartsOfAnOwnProposalReachEachPeerInAnotherOrder()
    {
        var gossip = new LoneGossip();
        IReadOnlyList<GossipEffect> effects = gossip.Do(new GossipInput.OwnProposal(gossip.Proposal(0, Small), Small, gossip.NowMs));
        uint[][] orders = [.. Enumerable.Range(1, 3).Select(peer => Sent<PeerMessage.Part>(effects, peer).Select(part => part.Index).ToArray())];
        Assert.All(orders, order => Assert.Equal([0u, 1u, 2u], order.Order()));
        Assert.Equal([0u, 1u, 2u], orders.Select(order => order[0]).Order());
        Assert.Equal(9, Sent<PeerMessage.Part>(effects).Count());
    }

    /// <summary>A re-proposal's value is where its prevotes are: it is asked for, not pushed.</summary>
    [Fact]
    public void TheValueOfAReproposalIsAskedForAtOnceFromThoseWhoVotedForIt()
    {
        var gossip = new LoneGossip();
        Proposal proposal = gossip.Proposal(1, Small, round: 3, polRound: 0);
        gossip.Accept(gossip.Vote(3, round: 3, value: Small.Root));
        gossip.Accept(proposal);
        Assert.Contains(Sent<PeerMessage.HaveParts>(gossip.Wait(20), to: 1).Concat(Sent<PeerMessage.HaveParts>(gossip.Wait(1_000), to: 3)), have => have.PartsRoot == Small.Root);
        var proposer = new LoneGossip();
        Assert.Empty(Sent<PeerMessage.Part>(proposer.Do(new GossipInput.OwnProposal(proposer.Proposal(0, Small, 3, 0), Small, proposer.NowMs))));
        Assert.Equal(3, Sent<PeerMessage.Part>(proposer.Receive(2, new PeerMessage.HaveParts(5, Small.Root, default))).Count());
    }

    [Fact]
    public void AReproposalWhoseValueIsHereIsCompleteAtOnce()
    {
        var gossip = new LoneGossip();
        gossip.Accept(gossip.Proposal(1, Small));
        for (int i = 0; i < 3; i++) gossip.Receive(1, gossip.Part(Small, i));
        Proposal again = gossip.Proposal(2, Small, round: 1, polRound: 0);
        GossipEffect.ValueComplete complete = Assert.Single(gossip.Accept(again).OfType<GossipEffect.ValueComplete>());
        Assert.Equal((again, Small.Root), (complete.Proposal, complete.Value.Root));
    }

    /// <summary>After a restart of everybody the bytes of a locked value are only in the logs of those who voted for it.</summary>
    [Fact]
    public void AValueKnownFromTheLogIsGivenToOthersAndNotToldAgain()
    {
        var gossip = new LoneGossip();
        IReadOnlyList<GossipEffect> effects = gossip.Do(new GossipInput.ProposalAccepted(gossip.Proposal(1, Small), gossip.NowMs, Small));
        Assert.Empty(effects.OfType<GossipEffect.ValueComplete>());
        Assert.Equal(3, Sent<PeerMessage.Part>(gossip.Receive(2, new PeerMessage.HaveParts(5, Small.Root, default))).Count());
    }

    [Fact]
    public void AnAnswerLeavesOutWhatIsOnItsWayAndWhatWasJustSent()
    {
        var gossip = new LoneGossip();
        gossip.Accept(gossip.Vote(2), gossip.Vote(3));
        var nothing = new PeerMessage.HaveVotes(5, [new(0, VoteKind.Proposal, default), new(0, VoteKind.Prevote, default), new(0, VoteKind.Precommit, default)]);
        Assert.Empty(gossip.Receive(1, nothing)); // too young: their own voters sent them to everybody
        gossip.Wait(GossipOptions.Default.RepairAgeMs);
        Assert.Equal(2, Assert.Single(Sent<PeerMessage.Votes>(gossip.Receive(1, nothing))).Items.Count);
        Assert.Empty(gossip.Receive(1, nothing));
        gossip.Wait(2 * GossipOptions.Default.ResendMs);
        Vote lacking = Assert.Single(Assert.Single(Sent<PeerMessage.Votes>(gossip.Receive(1, nothing with { Bitmaps = [new(0, VoteKind.Prevote, new byte[] { 0b100 })] }))).Items);
        Assert.Equal(Operator(3), lacking.Voter);
    }

    [Fact]
    public void NothingIsAnnouncedWhileNothingIsMissing()
    {
        var gossip = new LoneGossip();
        gossip.Do(new GossipInput.RoundEntered(5, 0, CoreStep.Waiting));
        for (int peer = 1; peer < 4; peer++) gossip.Say(peer, 4, step: CoreStep.Waiting);
        Assert.Empty(gossip.Wait(2_000));
        gossip.Say(1, 4, step: CoreStep.Prevote);
        Assert.NotEmpty(Sent<PeerMessage.HaveVotes>(gossip.Wait(2_000))); // others have begun
        gossip.Accept(gossip.Proposal(1, Small));
        for (int i = 0; i < 3; i++) gossip.Receive(1, gossip.Part(Small, i));
        for (int voter = 0; voter < 4; voter++) gossip.Accept(gossip.Vote(voter), gossip.Vote(voter, VoteKind.Precommit));
        gossip.Do(new GossipInput.RoundEntered(5, 0, CoreStep.Precommit));
        Assert.Empty(gossip.Wait(2_000));
    }

    [Fact]
    public void AnnouncementsGoToThreePeersInTurnAndSlowDownWhileNothingComes()
    {
        var gossip = new LoneGossip(12);
        List<GossipEffect> first = gossip.Wait(200), all = [.. first, .. gossip.Wait(4_000)];
        Assert.Equal(3, Receivers(first).Distinct().Count());
        Assert.Equal(11, Receivers(all).Distinct().Count());
        Assert.InRange(Receivers(all).Count(), 30, 45); // 60, 120, 240, then every 480 ms
    }

    /// <summary>malachite#850: the prevotes that a re-proposal rests on must be had, however many rounds ago they were.</summary>
    [Fact]
    public void TheRoundOfAProofOfLockIsAnnouncedBesideTheNewest()
    {
        var gossip = new LoneGossip();
        for (uint round = 0; round < 40; round++) gossip.Accept(gossip.Vote(1, round: round));
        gossip.Accept(gossip.Proposal(1, Small, round: 39, polRound: 2));
        gossip.Do(new GossipInput.RoundEntered(5, 39, CoreStep.Propose));
        List<PeerMessage.HaveVotes> haves = [.. Sent<PeerMessage.HaveVotes>(gossip.Wait(30_000))];
        uint[] newest = [34, 35, 36, 37, 38, 39];
        Assert.All(haves, have => Assert.Superset(new SortedSet<uint>([2, .. newest]), new SortedSet<uint>(have.Bitmaps.Select(bitmap => bitmap.Round))));
        Assert.All(haves, have => Assert.True(PeerMessageCodec.TryDecode(PeerMessageCodec.Encode(have), PeerLane.Fast, out _, out _)));
        Assert.Equal(Enumerable.Range(0, 40), haves.SelectMany(have => have.Bitmaps).Select(bitmap => (int)bitmap.Round).Distinct().Order());
    }

    [Fact]
    public void OldRoundsGoExceptThoseThatLockAValue()
    {
        var gossip = new LoneGossip();
        for (int voter = 1; voter < 4; voter++) gossip.Accept(gossip.Vote(voter, round: 0));
        for (uint round = 1; round < 100; round++) gossip.Accept(gossip.Vote(1, round: round));
        gossip.Wait(1_000);
        SortedSet<uint> rounds = [];
        for (uint listed = 0; listed < 100; listed++)
        {
            PeerMessage.HaveVotes have = new(5, [new(listed, VoteKind.Prevote, default), new(99, VoteKind.Prevote, new byte[] { 0xf })]);
            rounds.UnionWith(Sent<PeerMessage.Votes>(gossip.Receive(2, have)).SelectMany(votes => votes.Items).Select(vote => vote.Round));
        }
        Assert.Equal([0, .. Enumerable.Range(37, 62)], rounds.Select(round => (int)round));
    }

    /// <summary>A peer that is one height back gets what makes it decide: the value and the precommits that decided it.</summary>
    [Fact]
    public void APeerThatLacksTheDecisionBeforeGetsPrecommitsAndParts()
    {
        var gossip = new LoneGossip();
        gossip.Accept(gossip.Proposal(1, Small));
        for (int i = 0; i < 3; i++) gossip.Receive(1, gossip.Part(Small, i));
        for (int voter = 0; voter < 3; voter++)
            gossip.Accept(gossip.Vote(voter, value: Small.Root), gossip.Vote(voter, VoteKind.Precommit, value: Small.Root), gossip.Vote(voter, round: 1));
        gossip.StartNext();
        gossip.Wait(500);
        IReadOnlyList<GossipEffect> effects = gossip.Receive(3, new PeerMessage.HaveVotes(5, []));
        Assert.Single(Sent<PeerMessage.ProposalMessage>(effects));
        Assert.All(Assert.Single(Sent<PeerMessage.Votes>(effects)).Items, vote => Assert.Equal((VoteKind.Precommit, 5UL, 0u), (vote.Kind, vote.Height, vote.Round)));
        Assert.Equal(3, Sent<PeerMessage.Part>(gossip.Receive(3, new PeerMessage.HaveParts(5, Small.Root, default))).Count());
        gossip.StartNext();
        Assert.Empty(gossip.Receive(3, new PeerMessage.HaveVotes(5, []))); // block sync from here on
    }

    /// <summary>The proposer of a round sent another proposal to this node than to those who prevoted.</summary>
    [Fact]
    public void AWantedValuesProposalIsAskedForAlthoughAnotherOneIsHere()
    {
        var gossip = new LoneGossip();
        gossip.Accept(gossip.Proposal(1, Small));
        Assert.All(Announced(), bits => Assert.False(bits.IsEmpty));
        PartSet other = PartSet.Create(Value(70_000));
        gossip.Do(new GossipInput.ValueWanted(5, 0, other.Root));
        Assert.All(Announced(), bits => Assert.True(bits.IsEmpty));
        gossip.Accept(gossip.Proposal(1, other));
        Assert.All(Announced(), bits => Assert.False(bits.IsEmpty));
        Assert.Contains(Sent<PeerMessage.HaveParts>(gossip.Wait(1_000)), have => have.PartsRoot == other.Root);

        List<ReadOnlyMemory<byte>> Announced() =>
            [.. Sent<PeerMessage.HaveVotes>(gossip.Wait(2_000)).Select(have => have.Bitmaps.Single(bitmap => bitmap is { Round: 0, Kind: VoteKind.Proposal }).Bits)];
    }

    /// <summary>
    /// The proof of lock that one node saw rests on the prevote that a liar sent to it alone; here the liar's other prevote
    /// stands. Without the first one the re-proposal would never be prevoted, and the lock never be left.
    /// </summary>
    [Fact]
    public void ALiarsOtherPrevoteIsFetchedWhereAProofOfLockRestsOnIt()
    {
        Hash256 value = Small.Root;
        var without = new LoneGossip();
        without.Accept(without.Vote(0, value: Hash256.Zero), without.Vote(1, value: value), without.Vote(2, value: value), without.Vote(3, value: HashOf(9)));
        without.Accept(without.Proposal(1, Small, round: 1, polRound: 0));
        without.Do(new GossipInput.RoundEntered(5, 1, CoreStep.Propose));
        PeerMessage.HaveVotes have = Sent<PeerMessage.HaveVotes>(without.Wait(1_000)).First();
        Assert.Equal([0b0110], have.Bitmaps.Single(bitmap => bitmap is { Round: 0, Kind: VoteKind.Prevote }).Bits.ToArray());

        var with = new LoneGossip();
        with.Accept(with.Vote(3, value: HashOf(9)), with.Vote(3, value: value), with.Vote(3, value: HashOf(8)), with.Vote(3, value: HashOf(7)));
        with.Wait(500);
        Vote[] answer = [.. Sent<PeerMessage.Votes>(with.Receive(1, have)).SelectMany(votes => votes.Items)];
        Assert.Equal([HashOf(9), value, HashOf(8)], answer.Select(vote => vote.ValueId));
        foreach (Vote vote in answer) without.Accept(vote);
        without.Accept(without.Vote(0, value: Hash256.Zero));
        have = Sent<PeerMessage.HaveVotes>(without.Wait(2_000)).Last();
        Assert.Equal([0b1111], have.Bitmaps.Single(bitmap => bitmap is { Round: 0, Kind: VoteKind.Prevote }).Bits.ToArray());
    }

    /// <summary>The certificate rests on a liar's second precommit: a late peer gets that one, not the first.</summary>
    [Fact]
    public void ADecisionThatRestsOnALiarsSecondPrecommitIsPassedOn()
    {
        var gossip = new LoneGossip();
        gossip.Accept(gossip.Proposal(1, Small));
        for (int i = 0; i < 3; i++) gossip.Receive(1, gossip.Part(Small, i));
        gossip.Accept(gossip.Vote(3, VoteKind.Precommit, value: HashOf(9)), gossip.Vote(2, VoteKind.Precommit, value: Hash256.Zero));
        foreach (int voter in (int[])[0, 1, 3]) gossip.Accept(gossip.Vote(voter, VoteKind.Precommit, value: Small.Root));
        gossip.StartNext();
        gossip.Wait(500);
        Vote[] answer = [.. Assert.Single(Sent<PeerMessage.Votes>(gossip.Receive(2, new PeerMessage.HaveVotes(5, [])))).Items];
        Assert.All(answer, vote => Assert.Equal(Small.Root, vote.ValueId));
        Assert.Equal([Operator(0), Operator(1), Operator(3)], answer.Select(vote => vote.Voter));
    }

    [Fact]
    public void TheSecondProposalOfALiarIsKeptButItsPartsAreFetchedOnlyWhenWanted()
    {
        var gossip = new LoneGossip();
        PartSet other = PartSet.Create(Value(70_000));
        gossip.Accept(gossip.Proposal(1, Small));
        gossip.Accept(gossip.Proposal(1, other));
        Assert.DoesNotContain(Sent<PeerMessage.HaveParts>(gossip.Wait(2_000)), have => have.PartsRoot == other.Root);
        gossip.Do(new GossipInput.ValueWanted(5, 0, other.Root));
        Assert.Contains(Sent<PeerMessage.HaveParts>(gossip.Wait(2_000)), have => have.PartsRoot == other.Root);
    }

    private static IEnumerable<PeerId> Receivers(IEnumerable<GossipEffect> effects) => effects.OfType<GossipEffect.Send>().Select(send => send.To).OrderBy(id => Enumerable.Range(0, 20).First(i => Id(i) == id));

    /// <summary>Height 5; peers 1 and 2 on it, 3 on 6, 4 on 4, 5 said nothing.</summary>
    private static LoneGossip WithPeersOnSixFourAndUnknown()
    {
        var gossip = new LoneGossip(6);
        gossip.Say(3, 5);
        foreach (int peer in (int[])[4, 5]) gossip.Do(new GossipInput.PeerUp(Id(peer), gossip.NowMs));
        gossip.Say(4, 3);
        return gossip;
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

public sealed class EvidenceTests
{
    private static readonly Hash256 A = TestNet.Value("a"), B = TestNet.Value("b"), Nil = Hash256.Zero;

    [Fact]
    public void TwoDifferentVotesAreEvidenceOnceAndCountOnce()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Prevotes(0, A, 0);
        Equivocation evidence = rig.Prevotes(0, B, 0).OfType<CoreEffect.VoteEvidence>().Single().Evidence;
        Assert.Equal((A, B), (evidence.First.ValueId, evidence.Second.ValueId));
        Assert.Empty(rig.Prevotes(0, Nil, 0)); // a third says nothing new of it
        Assert.Single(rig.Precommits(0, A, 0).OfType<CoreEffect.VoteAccepted>());
        Assert.Single(rig.Precommits(0, Nil, 0).OfType<CoreEffect.VoteEvidence>()); // another kind
        Assert.Equal(2, rig.Effects.OfType<CoreEffect.VoteEvidence>().Count());
        rig.Prevotes(0, B, 1);
        Assert.DoesNotContain(rig.Effects, effect => effect is CoreEffect.SetTimer { Timer.Kind: CoreTimerKind.Prevote });
    }

    [Fact]
    public void TwoPrevotesThatNameDifferentRoundsAreTwoSignedMessages()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Vote(rig.Net.Prevote(0, 2, A, polRound: 0));
        Assert.Single(rig.Vote(rig.Net.Prevote(0, 2, A, polRound: 1)).OfType<CoreEffect.VoteEvidence>());
    }

    [Fact]
    public void TwoProposalsOfARoundAreEvidenceOnceAndOnlyTheFirstIsRelayed()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.ProposeValid(rig.Net.Proposal(0, A));
        List<CoreEffect> effects = rig.Propose(rig.Net.Proposal(0, B));
        ProposalEquivocation evidence = Assert.IsType<CoreEffect.ProposalEvidence>(Assert.Single(effects)).Evidence;
        Assert.Equal((A, B), (evidence.First.ValueId, evidence.Second.ValueId));
        Assert.Empty(rig.Propose(rig.Net.Proposal(0, TestNet.Value("c"))));
        Assert.Equal(A, rig.OwnVotes.Single().ValueId);
    }

    [Fact]
    public void AThirdProposalIsTakenWhenAQuorumIsForIt()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        Hash256 c = TestNet.Value("c");
        rig.ProposeValid(rig.Net.Proposal(0, A));
        rig.Propose(rig.Net.Proposal(0, B));
        Assert.Empty(rig.Propose(rig.Net.Proposal(0, c)));
        Assert.Single(rig.Prevotes(0, c, 0, 1, 2).OfType<CoreEffect.ValueWanted>());
        Assert.IsType<CoreEffect.ProposalAccepted>(Assert.Single(rig.Propose(rig.Net.Proposal(0, c))));
        Assert.Empty(rig.Propose(rig.Net.Proposal(0, c)));
        rig.Check(rig.Net.Proposal(0, c));
        Assert.Equal((VoteKind.Precommit, c), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId));
    }

    [Fact]
    public void ForgettingALockIsEvidenceOnce()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Precommits(0, A, 0);
        Equivocation evidence = rig.Vote(rig.Net.Prevote(0, 1, B)).OfType<CoreEffect.VoteEvidence>().Single().Evidence;
        Assert.True(Amnesia.Check(evidence.First, evidence.Second));
        Assert.Empty(rig.Vote(rig.Net.Prevote(0, 2, B)).OfType<CoreEffect.VoteEvidence>());
        rig.Vote(rig.Net.Prevote(1, 1, B));
        Assert.Single(rig.Precommits(0, A, 1).OfType<CoreEffect.VoteEvidence>()); // the precommit comes last
    }

    [Fact]
    public void APrevoteWithAReasonAtOrAfterTheLockIsNoAmnesia()
    {
        var net = new TestNet(1, 1, 1, 1);
        Vote precommit = net.Precommit(0, 2, A);
        Assert.True(Amnesia.Check(precommit, net.Prevote(0, 3, B)));
        Assert.True(Amnesia.Check(precommit, net.Prevote(0, 5, B, polRound: 1)));
        Assert.False(Amnesia.Check(precommit, net.Prevote(0, 3, B, polRound: 2)));
        Assert.False(Amnesia.Check(precommit, net.Prevote(0, 5, B, polRound: 4)));
        Assert.False(Amnesia.Check(precommit, net.Prevote(0, 3, A)));
        Assert.False(Amnesia.Check(precommit, net.Prevote(0, 3, Nil)));
        Assert.False(Amnesia.Check(precommit, net.Prevote(0, 2, B))); // same round: a prevote needs no lock yet
        Assert.False(Amnesia.Check(precommit, net.Prevote(0, 1, B)));
        Assert.False(Amnesia.Check(precommit, net.Prevote(1, 3, B)));
        Assert.False(Amnesia.Check(precommit, net.Prevote(0, 3, B, height: 2)));
        Assert.False(Amnesia.Check(net.Precommit(0, 2, Nil), net.Prevote(0, 3, B)));
        Assert.False(Amnesia.Check(net.Prevote(0, 3, B), precommit));
    }
}

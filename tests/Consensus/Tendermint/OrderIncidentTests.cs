using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>Rules must hold whatever comes last: the proposal, its value, a vote or a step. Line numbers of arXiv 1807.04938.</summary>
public sealed class OrderIncidentTests
{
    private static readonly Hash256 A = TestNet.Value("a"), Nil = Hash256.Zero;

    [Fact]
    public void Line28HoldsWhenTheProposalComesAfterItsPolka()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Prevotes(0, A, 0, 1, 2);
        rig.Precommits(1, Nil, 0, 1);
        rig.ProposeValid(rig.Net.Proposal(1, A, polRound: 0));
        Assert.Equal((VoteKind.Prevote, A, 0), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId, rig.OwnVotes.Last().PolRound));
    }

    [Fact]
    public void Line36HoldsWhenTheValueComesAfterThePolka()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        Proposal proposal = rig.Net.Proposal(0, A);
        rig.Propose(proposal);
        rig.Prevotes(0, A, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Propose, 0); // the value is not here yet
        Assert.Equal(Nil, rig.OwnVotes.Last().ValueId);
        rig.Check(proposal);
        Assert.Equal((VoteKind.Precommit, A), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId));
    }

    [Fact]
    public void Line36LocksOnceARoundOnly()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.ProposeValid(rig.Net.Proposal(0, A));
        rig.Prevotes(0, A, 0, 1, 2);
        rig.Check(rig.Net.Proposal(0, A));
        Assert.Single(rig.OwnVotes, vote => vote.Kind == VoteKind.Precommit);
    }

    [Fact]
    public void Line47NeedsNoProposalAndStartsItsTimeoutOnce()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Precommits(0, Nil, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Propose, 0);
        rig.Prevotes(0, Nil, 0, 1, 2);
        Assert.Single(rig.Effects.OfType<CoreEffect.SetTimer>(), timer => timer.Timer.Kind == CoreTimerKind.Precommit);
    }

    /// <summary>malachite: a quorum of precommits hid the quorum of prevotes that had come first or came next.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PrecommitAnyDoesNotShadowPolkaNil(bool precommitsFirst)
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        if (precommitsFirst) rig.Precommits(0, Nil, 0, 1, 2);
        rig.Prevotes(0, Nil, 0, 1, 2);
        if (!precommitsFirst) rig.Precommits(0, Nil, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Propose, 0); // only now the prevote step is entered
        Assert.Equal([VoteKind.Prevote, VoteKind.Precommit], rig.OwnVotes.Select(vote => vote.Kind));
        Assert.Contains(rig.Effects.OfType<CoreEffect.SetTimer>(), timer => timer.Timer.Kind == CoreTimerKind.Precommit);
    }

    [Fact]
    public void PrecommitAnyDoesNotShadowPolkaAny()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Precommits(0, Nil, 0, 1, 2);
        rig.Prevotes(0, Nil, 0, 1);
        rig.Prevotes(0, A, 2);
        rig.ProposeValid(rig.Net.Proposal(0, A));
        Assert.Contains(rig.Effects.OfType<CoreEffect.SetTimer>(), timer => timer.Timer.Kind == CoreTimerKind.Prevote);
        rig.Timeout(CoreTimerKind.Prevote, 0);
        Assert.Equal((VoteKind.Precommit, Nil), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId));
    }

    [Fact]
    public void Line49DecidesInAPastRoundWhenItsProposalComesLate()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Precommits(0, A, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Precommit, 0);
        rig.Precommits(2, Nil, 0, 1);
        Assert.Equal(2U, rig.Place.Round);
        CoreEffect.Decide decide = rig.ProposeValid(rig.Net.Proposal(0, A)).OfType<CoreEffect.Decide>().Single();
        Assert.Equal((0U, A), (decide.Certificate.Round, decide.Certificate.BlockHash));
    }

    [Fact]
    public void Line49DecidesInARoundThatWasNeverEntered()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.ProposeValid(rig.Net.Proposal(2, A));
        Assert.Single(rig.Precommits(2, A, 0, 1, 2).OfType<CoreEffect.Decide>());
    }

    [Fact]
    public void Line55SkipsToARoundAndUsesItsProposalThatWasHereBefore()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.ProposeValid(rig.Net.Proposal(2, A));
        Assert.Equal(0U, rig.Place.Round);
        rig.Prevotes(2, A, 0);
        Assert.Equal(0U, rig.Place.Round);
        rig.Precommits(2, Nil, 1);
        Assert.Equal((VoteKind.Prevote, 2U, A), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().Round, rig.OwnVotes.Last().ValueId));
    }

    [Fact]
    public void AProposalCountsOnlyWhenItsValueWasChecked()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        Proposal proposal = rig.Net.Proposal(0, A);
        Assert.Contains(rig.Propose(proposal), effect => effect is CoreEffect.ProposalAccepted);
        Assert.Empty(rig.OwnVotes);
        rig.Check(proposal);
        Assert.Equal(A, rig.OwnVotes.Single().ValueId);
    }

    [Fact]
    public void AnInvalidValueOrOneThatItsProposalDescribesWronglyGetsANilPrevote()
    {
        CoreRig invalid = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        invalid.Propose(invalid.Net.Proposal(0, A));
        invalid.Check(invalid.Net.Proposal(0, A), isValid: false);
        Assert.Equal(Nil, invalid.OwnVotes.Single().ValueId);

        CoreRig wrong = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        wrong.Propose(wrong.Net.Proposal(0, A, timeMs: 10_001));
        wrong.Check(wrong.Net.Proposal(0, A, timeMs: 9_000)); // the value's own time is another
        Assert.Equal(Nil, wrong.OwnVotes.Single().ValueId);
        wrong.Prevotes(0, A, 0, 1, 2); // but the value is good: the quorum stands for a proposal
        Assert.Equal((VoteKind.Precommit, A), (wrong.OwnVotes.Last().Kind, wrong.OwnVotes.Last().ValueId));
    }

    [Fact]
    public void AQuorumForAnUnseenValueAsksForItAndThenNeedsNoProposal()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        CoreEffect.ValueWanted wanted = rig.Prevotes(0, A, 0, 1, 2).OfType<CoreEffect.ValueWanted>().Single();
        Assert.Equal((0U, A), (wanted.Round, wanted.ValueId));
        rig.Precommits(0, A, 0, 1, 2);
        Assert.Single(rig.Effects.OfType<CoreEffect.ValueWanted>());
        Assert.Single(rig.Check(rig.Net.Proposal(0, A)).OfType<CoreEffect.Decide>());
    }

    [Fact]
    public void AQuorumForAValueThatIsInvalidHereStopsThisValidator()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Propose(rig.Net.Proposal(0, A));
        rig.Check(rig.Net.Proposal(0, A), isValid: false);
        CoreEffect.Diverged diverged = rig.Prevotes(0, A, 0, 1, 2).OfType<CoreEffect.Diverged>().Single();
        Assert.Equal((1UL, A), (diverged.Height, diverged.ValueId));
        int votes = rig.OwnVotes.Count();
        rig.Precommits(0, A, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Prevote, 0);
        rig.Precommits(1, Nil, 0, 1);
        Assert.Equal(votes, rig.OwnVotes.Count());
    }
}

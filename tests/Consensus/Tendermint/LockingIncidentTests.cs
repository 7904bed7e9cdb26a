using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>Known failures of BFT engines in locking, unlocking and re-proposing, one test each. Validators v0..v3, v(r) proposes round r.</summary>
public sealed class LockingIncidentTests
{
    private static readonly Hash256 A = TestNet.Value("a"), B = TestNet.Value("b"), Nil = Hash256.Zero;

    [Fact]
    public void AProposerThatSawNoPolkaAsksForANewValue()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 1);
        rig.ProposeValid(rig.Net.Proposal(0, A));
        rig.Prevotes(0, A, 0); // two of four
        rig.Prevotes(0, Nil, 2);
        rig.Timeout(CoreTimerKind.Prevote, 0);
        rig.Precommits(0, Nil, 2, 3);
        rig.Timeout(CoreTimerKind.Precommit, 0);
        Assert.Equal(1U, rig.Effects.OfType<CoreEffect.Build>().Single().Round);
    }

    /// <summary>tendermint#1047, PR#1142, arXiv 1707.01873: without validValue proposers offer new values for ever while others are locked.</summary>
    [Fact]
    public void APolkaSeenOnlyAfterPrecommittingNilStillMakesTheValueTheNextProposal()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1, 1, 1, 1), 1);
        rig.ProposeValid(rig.Net.Proposal(0, A));
        rig.Prevotes(0, A, 0, 2, 3);
        rig.Prevotes(0, Nil, 4); // five of seven, four for a
        rig.Timeout(CoreTimerKind.Prevote, 0);
        Assert.Equal((VoteKind.Precommit, Nil), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId));
        rig.Prevotes(0, A, 5); // line 42: valid, not locked
        rig.Precommits(0, Nil, 0, 2, 3, 4);
        List<CoreEffect> effects = rig.Timeout(CoreTimerKind.Precommit, 0);
        Assert.Empty(rig.Effects.OfType<CoreEffect.Build>());
        Proposal proposal = effects.OfType<CoreEffect.BroadcastProposal>().Single().Proposal;
        Assert.Equal((A, 0, 10_000UL, TestNet.Parts(A)), (proposal.ValueId, proposal.PolRound, proposal.TimeMs, proposal.PartsRoot));
        Assert.Equal((A, 0), (rig.OwnVotes.Last().ValueId, rig.OwnVotes.Last().PolRound)); // and is prevoted with its reason
    }

    /// <summary>malachite#850: the proposer re-proposes with prevotes that this validator never saw; they come later.</summary>
    [Fact]
    public void AHiddenLockOpensWhenThePrevotesOfItsRoundAreFetched()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Precommits(0, Nil, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Propose, 0);
        rig.Timeout(CoreTimerKind.Precommit, 0);
        Assert.Equal((1U, CoreStep.Propose), rig.Place);
        rig.ProposeValid(rig.Net.Proposal(1, A, polRound: 0));
        Assert.Equal(CoreStep.Propose, rig.Place.Step); // waits: neither for nor against
        rig.Prevotes(0, A, 0, 1);
        Assert.Equal(CoreStep.Propose, rig.Place.Step);
        rig.Prevotes(0, A, 2);
        Assert.Equal((VoteKind.Prevote, A, 0), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId, rig.OwnVotes.Last().PolRound));
    }

    /// <summary>The lock is hidden behind an equivocator: here its other vote was counted.</summary>
    [Fact]
    public void AnEquivocatorCannotHideALockByShowingEachValidatorAnotherVote()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Prevotes(0, B, 2);
        rig.Prevotes(0, A, 0, 1);
        rig.Prevotes(0, A, 2); // evidence, without weight
        rig.Timeout(CoreTimerKind.Propose, 0);
        rig.Timeout(CoreTimerKind.Prevote, 0);
        rig.Precommits(0, Nil, 0, 1);
        rig.Timeout(CoreTimerKind.Precommit, 0);
        Assert.Equal((1U, CoreStep.Propose), rig.Place);
        rig.ProposeValid(rig.Net.Proposal(1, A, polRound: 0)); // the proposer had counted v2 for a
        Assert.Equal((A, 0), (rig.OwnVotes.Last().ValueId, rig.OwnVotes.Last().PolRound));
    }

    /// <summary>pbft-consensus PR#29, PR#82: a lock is left without, or with too old, a reason.</summary>
    [Fact]
    public void ALockIsNotLeftForANewValueNorForAnOlderPolka()
    {
        CoreRig rig = LockedOnAInRound(1);
        rig.Precommits(1, Nil, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Precommit, 1);
        rig.ProposeValid(rig.Net.Proposal(2, B)); // new value: line 23
        Assert.Equal(Nil, rig.OwnVotes.Last().ValueId);

        CoreRig older = LockedOnAInRound(1);
        older.Prevotes(0, B, 0, 1, 2);
        older.Precommits(1, Nil, 0, 1, 2);
        older.Timeout(CoreTimerKind.Precommit, 1);
        older.ProposeValid(older.Net.Proposal(2, B, polRound: 0)); // true polka, older than the lock: line 29
        Assert.Equal(Nil, older.OwnVotes.Last().ValueId);
    }

    [Fact]
    public void AClaimedPolkaThatIsNotThereUnlocksNothing()
    {
        CoreRig rig = LockedOnAInRound(0);
        rig.Precommits(0, Nil, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Precommit, 0);
        rig.Precommits(1, Nil, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Propose, 1);
        rig.Timeout(CoreTimerKind.Precommit, 1);
        rig.ProposeValid(rig.Net.Proposal(2, B, polRound: 1));
        Assert.Equal((2U, CoreStep.Propose), rig.Place);
        rig.Timeout(CoreTimerKind.Propose, 2);
        Assert.Equal(Nil, rig.OwnVotes.Last().ValueId);
    }

    /// <summary>CodeChain PR#1354 and IBFT: locked on the newer value, the older one is locked again.</summary>
    [Fact]
    public void ANewerPolkaMovesTheLockAndTheOldOneDoesNotComeBack()
    {
        CoreRig rig = LockedOnAInRound(0);
        rig.Prevotes(1, B, 0, 1, 2); // skips to round 1, polka for b
        rig.ProposeValid(rig.Net.Proposal(1, B)); // prevotes nil (locked on a), then locks b
        Assert.Equal((VoteKind.Precommit, B), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId));
        rig.Precommits(1, Nil, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Precommit, 1);
        rig.ProposeValid(rig.Net.Proposal(2, A, polRound: 0));
        Assert.Equal((VoteKind.Prevote, Nil), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId));
    }

    /// <summary>A correct validator that moved its lock and prevotes the new value again must not look forgetful.</summary>
    [Fact]
    public void APrevoteForTheLockedValueNamesTheLocksRound()
    {
        CoreRig rig = LockedOnAInRound(0);
        Vote first = rig.OwnVotes.Single(vote => vote.Kind == VoteKind.Precommit);
        rig.Prevotes(1, B, 0, 1, 2);
        rig.ProposeValid(rig.Net.Proposal(1, B));
        rig.Precommits(1, Nil, 0, 1, 2);
        rig.Timeout(CoreTimerKind.Precommit, 1);
        rig.ProposeValid(rig.Net.Proposal(2, B)); // proposed as if it were new
        Assert.Equal((B, 1), (rig.OwnVotes.Last().ValueId, rig.OwnVotes.Last().PolRound));
        Assert.False(Amnesia.Check(first, rig.OwnVotes.Last()));
    }

    private static CoreRig LockedOnAInRound(uint round)
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        if (round == 1) rig.Precommits(1, Nil, 0, 1);
        rig.ProposeValid(rig.Net.Proposal(round, A));
        rig.Prevotes(round, A, 0, 1);
        Assert.Equal((VoteKind.Precommit, A, round), (rig.OwnVotes.Last().Kind, rig.OwnVotes.Last().ValueId, rig.OwnVotes.Last().Round));
        return rig;
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>What peers send: wrong, late, early, twice, too much. A wrong message names its rule; what an honest peer may send is dropped in silence.</summary>
public sealed class MessageIncidentTests
{
    private static readonly Hash256 A = TestNet.Value("a"), B = TestNet.Value("b"), Nil = Hash256.Zero;

    [Fact]
    public void EveryWrongMessageNamesTheRuleItBroke()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        TestNet net = rig.Net;
        Proposal proposal = net.Proposal(0, A);
        Vote prevote = net.Prevote(0, 0, A);
        (string Code, CoreInput Input)[] cases =
        [
            ("DSDN-E-VOTE-FORM", Arrived(net.Vote(0, VoteKind.Proposal, 0, A))),
            ("DSDN-E-VOTE-FORM", Arrived(net.Prevote(0, uint.MaxValue, A))),
            ("DSDN-E-VOTE-FORM", Arrived(net.Prevote(0, 1, A, polRound: 1))),
            ("DSDN-E-VOTE-FORM", Arrived(net.Prevote(0, 1, A, polRound: -2))),
            ("DSDN-E-VOTE-FORM", Arrived(net.Prevote(0, 1, Nil, polRound: 0))),
            ("DSDN-E-VOTE-FORM", Arrived(net.Precommit(0, 1, A) with { PolRound = 0 })), // else its bytes could be changed in passing
            ("DSDN-E-VOTE-VOTER", Arrived(prevote with { Voter = TestNet.Name(9) })),
            ("DSDN-E-VOTE-SIGNATURE", Arrived(prevote with { Voter = TestNet.Name(1) })),
            ("DSDN-E-VOTE-SIGNATURE", Arrived(prevote with { ValueId = B })),
            ("DSDN-E-VOTE-SIGNATURE", Arrived(prevote with { Signature = default })),
            ("DSDN-E-PROPOSAL-FORM", Arrived(net.Proposal(0, A, polRound: 0))),
            ("DSDN-E-PROPOSAL-FORM", Arrived(net.Proposal(1, A, polRound: -2))),
            ("DSDN-E-PROPOSAL-FORM", Arrived(net.Proposal(uint.MaxValue, A))),
            ("DSDN-E-PROPOSAL-FORM", Arrived(net.Proposal(0, Nil))),
            ("DSDN-E-PROPOSAL-PROPOSER", Arrived(net.Scheme.Sign(proposal with { Proposer = TestNet.Name(1) }, TestNet.Key(1)))),
            ("DSDN-E-PROPOSAL-TIME", Arrived(net.Proposal(0, A, timeMs: 5_000))), // equal to the last: time must rise
            ("DSDN-E-PROPOSAL-SIGNATURE", Arrived(proposal with { TimeMs = 10_001 })),
            ("DSDN-E-PROPOSAL-SIGNATURE", Arrived(proposal with { PartsRoot = B })),
        ];
        foreach ((string code, CoreInput input) in cases)
            Assert.Equal(code, Assert.IsType<CoreEffect.Rejected>(Assert.Single(rig.Feed(input))).Code);
        Assert.Empty(rig.OwnVotes);
    }

    [Fact]
    public void NumbersAtTheEndOfTheirRangeBreakNothing()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        foreach (ulong height in new[] { 0UL, 2UL, ulong.MaxValue })
        {
            Assert.Empty(rig.Vote(rig.Net.Prevote(0, uint.MaxValue, A, height: height)));
            Assert.Empty(rig.Propose(rig.Net.Proposal(uint.MaxValue, A, int.MaxValue, ulong.MaxValue, height)));
            Assert.Empty(rig.Timeout(CoreTimerKind.Precommit, uint.MaxValue, height));
        }
        rig.ProposeValid(rig.Net.Proposal(0, A, timeMs: ulong.MaxValue)); // far from timely
        Assert.Equal(Nil, rig.OwnVotes.Single().ValueId);
        rig.Feed(new CoreInput.ValueBuilt(1, uint.MaxValue, A, 0, A, ulong.MaxValue));
    }

    [Fact]
    public void AVoteIsVerifiedOnceHoweverOftenItComes()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        Vote vote = rig.Net.Prevote(0, 0, A);
        Proposal proposal = rig.Net.Proposal(0, A);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(i == 0, rig.Vote(vote).Any(effect => effect is CoreEffect.VoteAccepted));
            Assert.Equal(i == 0, rig.Propose(proposal).Any(effect => effect is CoreEffect.ProposalAccepted));
        }
        Assert.Equal(2, rig.Net.Scheme.Verified);
    }

    [Fact]
    public void OwnMessagesThatPeersReturnAreIgnored()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 0);
        Assert.Empty(rig.Vote(rig.Net.Prevote(0, 0, B)));
        Assert.Empty(rig.Propose(rig.Net.Proposal(0, B)));
        Assert.Equal(0, rig.Net.Scheme.Verified);
    }

    [Fact]
    public void AFollowerCountsAndDecidesWithoutSigningOrBuilding()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), null);
        rig.ProposeValid(rig.Net.Proposal(0, A));
        rig.Prevotes(0, A, 0, 1, 2);
        Assert.Single(rig.Precommits(0, A, 0, 1, 2).OfType<CoreEffect.Decide>());
        Assert.DoesNotContain(rig.Effects, effect => effect is CoreEffect.SignVote or CoreEffect.SignProposal or CoreEffect.Build);
    }

    [Fact]
    public void WhenTheSignerRefusesTheOthersGoOnAndNothingIsAskedTwice()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 0);
        rig.Signs = false;
        rig.Built(0, A);
        Assert.Empty(rig.Effects.OfType<CoreEffect.BroadcastProposal>());
        rig.Timeout(CoreTimerKind.Propose, 0);
        rig.Timeout(CoreTimerKind.Propose, 0);
        rig.Prevotes(0, Nil, 1, 2, 3);
        rig.Precommits(0, Nil, 1, 2, 3);
        rig.Timeout(CoreTimerKind.Precommit, 0);
        Assert.Equal(1U, rig.Place.Round);
        Assert.Equal([(VoteKind.Prevote, 0U), (VoteKind.Precommit, 0U)], rig.OwnVotes.Select(vote => (vote.Kind, vote.Round)));
        Assert.Empty(rig.Effects.OfType<CoreEffect.BroadcastVote>());
    }

    [Fact]
    public void ASignatureThatWasNotAskedForOrIsWrongIsNotSent()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        Vote never = rig.Net.Prevote(3, 0, A);
        Assert.Empty(rig.Feed(new CoreInput.VoteSigned(never with { Signature = default }, never.Signature, 10_000)));
        rig.Signs = false;
        Vote asked = rig.Timeout(CoreTimerKind.Propose, 0).OfType<CoreEffect.SignVote>().Single().Unsigned;
        Assert.Empty(rig.Feed(new CoreInput.VoteSigned(asked, rig.Net.Prevote(3, 0, Nil).Signature, 10_000))); // answered before: refused
    }

    /// <summary>A voter may send votes for any number of rounds; what is kept of it does not grow (tendermint: unbounded future rounds).</summary>
    [Fact]
    public void VotesForFarRoundsCostTwoAVoterAndStillSkipTheRound()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        for (uint round = 3; round < 1_000; round++) rig.Vote(rig.Net.Prevote(0, round, A));
        Assert.DoesNotContain(rig.Effects, effect => effect is CoreEffect.VoteAccepted);
        Assert.Equal(0U, rig.Place.Round);
        int verified = rig.Net.Scheme.Verified;
        Assert.Empty(rig.Vote(rig.Net.Prevote(0, 500, B))); // older than what is kept: not even verified
        Assert.Equal(verified, rig.Net.Scheme.Verified);
        rig.Vote(rig.Net.Precommit(1, 400, Nil)); // v0 is beyond 400, v1 in it
        Assert.Equal((400U, CoreStep.Propose), rig.Place);
        Assert.Contains(rig.Effects, effect => effect is CoreEffect.VoteAccepted { Vote.Round: 400 });
    }

    [Fact]
    public void ANearVoteAfterAFarOneSkipsToTheRoundBothHaveReached()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        rig.Vote(rig.Net.Prevote(0, 50, A));
        rig.Vote(rig.Net.Prevote(1, 2, A));
        Assert.Equal(2U, rig.Place.Round);
    }

    [Fact]
    public void ProposalsOfFarRoundsAreNotKept()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        Assert.Contains(rig.Propose(rig.Net.Proposal(2, A)), effect => effect is CoreEffect.ProposalAccepted);
        Assert.Empty(rig.Propose(rig.Net.Proposal(4, A)));
    }

    [Fact]
    public void MessagesOfTheNextHeightWaitForItWithinBounds()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1), 3);
        TestNet net = rig.Net;
        Assert.Empty(rig.Propose(net.Proposal(0, B, height: 2)));
        Assert.Empty(rig.Vote(net.Prevote(0, 0, B, height: 2) with { Signature = new byte[64] })); // forged: takes no place
        foreach (Hash256 value in new[] { B, A }) Assert.Empty(rig.Vote(net.Prevote(0, 0, value, height: 2))); // the second has no place
        for (uint round = 1; round < 9; round++) rig.Vote(net.Precommit(0, round, Nil, height: 2));
        Assert.Empty(rig.Vote(net.Prevote(0, 0, B, height: 3)));
        Decide(rig);
        List<CoreEffect> effects = rig.Feed(net.Start(3, height: 2, nowMs: 11_000, lastTimeMs: 9_000));
        Assert.Equal(3, effects.OfType<CoreEffect.Redeliver>().Count()); // proposal, prevote of round 0, precommit of round 1
        Assert.Single(effects.OfType<CoreEffect.ProposalAccepted>());
        Assert.Equal(2, effects.OfType<CoreEffect.VoteAccepted>().Count());
    }

    [Fact]
    public void LatePrecommitsCompleteTheCertificateOfTheHeightBefore()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1, 1, 1, 1), 1);
        TestNet net = rig.Net;
        rig.ProposeValid(net.Proposal(0, A));
        rig.Prevotes(0, A, 0, 2, 3, 4);
        Certificate decided = rig.Precommits(0, A, 0, 2, 3, 4).OfType<CoreEffect.Decide>().Single().Certificate;
        Assert.Equal([0b11111], decided.Signers.ToArray());
        Assert.Single(rig.Precommits(0, A, 5).OfType<CoreEffect.VoteAccepted>()); // decided, not yet committed
        rig.Feed(net.Start(1, height: 2, work: false, nowMs: 10_100, lastTimeMs: 10_000, lastCommit: decided));
        Assert.Empty(rig.Vote(net.Precommit(6, 0, B))); // not what was decided
        Assert.Empty(rig.Vote(net.Precommit(6, 0, A) with { Signature = new byte[64] }));
        Assert.Single(rig.Vote(net.Precommit(6, 0, A)).OfType<CoreEffect.VoteAccepted>());
        Assert.Empty(rig.Vote(net.Precommit(6, 0, A)));
        rig.Precommits(1, Nil, 0); // of height 1: nothing
        foreach (int voter in new[] { 0, 2, 3 }) rig.Vote(net.Prevote(voter, 1, B, height: 2)); // v1 proposes in round 1
        Certificate commit = rig.Effects.OfType<CoreEffect.Build>().Single().LastCommit ?? throw new InvalidOperationException();
        Assert.Equal([0b1111111], commit.Signers.ToArray());
        Assert.Equal(Enumerable.Range(0, 7).Select(voter => Convert.ToHexString(net.Precommit(voter, 0, A).Signature.Span)), commit.Signatures.Select(signature => Convert.ToHexString(signature.Span)));
    }

    /// <summary>CometBFT 0.40: absent and nil precommits must not count for a block.</summary>
    [Fact]
    public void NilPrecommitsAreNeverInACertificate()
    {
        CoreRig rig = CoreRig.Started(new TestNet(1, 1, 1, 1, 1, 1, 1), 6);
        rig.ProposeValid(rig.Net.Proposal(0, A));
        rig.Prevotes(0, A, 0, 1, 2, 3);
        rig.Precommits(0, Nil, 1);
        rig.Precommits(0, B, 3);
        Certificate certificate = rig.Precommits(0, A, 0, 2, 4, 5).OfType<CoreEffect.Decide>().Single().Certificate;
        Assert.Equal([0b1110101], certificate.Signers.ToArray());
        Assert.Equal(5, certificate.Signatures.Count);
    }

    private static void Decide(CoreRig rig)
    {
        rig.ProposeValid(rig.Net.Proposal(0, A));
        rig.Prevotes(0, A, 0, 1, 2);
        rig.Precommits(0, A, 0, 1, 2);
        Assert.Single(rig.Effects.OfType<CoreEffect.Decide>());
    }

    private static CoreInput.VoteArrived Arrived(Vote vote) => new(vote, 10_000);

    private static CoreInput.ProposalArrived Arrived(Proposal proposal) => new(proposal, 10_000);
}

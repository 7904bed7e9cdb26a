using Dsdn.Chain.Accountability;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Accountability;

/// <summary>Four validators of equal power, or as many as a test says; votes of height 7.</summary>
public sealed class VoteAuditTests
{
    private const ulong ChainId = 1_337, Height = 7;
    private static readonly Hash256 Genesis = Keccak.Hash("genesis"u8);
    private static readonly Hash256 A = Keccak.Hash("A"u8), B = Keccak.Hash("B"u8), Nil = Hash256.Zero;

    [Fact]
    public void AnHonestHeightOfTwoRoundsBlamesNobody()
    {
        VoteAuditReport report = Audit(4,
        [
            .. Prevotes(0, A, -1, 0, 1, 2), Prevote(3, 0, Nil), Precommit(0, 0, A), .. Precommits(0, Nil, 1, 2, 3), // one locks
            .. Prevotes(1, A, 0, 0, 1, 2, 3), .. Precommits(1, A, 0, 1, 2, 3),
        ]);
        Assert.Empty(report.Contradictions);
        Assert.Empty(report.Claims);
        Assert.Equal(new VoteQuorum(1, A, 40), Assert.Single(report.Commits));
        Assert.Equal((16, 0, (UInt128)0, false), (report.Votes, report.Rejected, report.GuiltyPower, report.IsSuspectThird));
    }

    [Fact]
    public void TwoVotesOfARoundConvictOnce()
    {
        VoteAuditReport report = Audit(4, [Prevote(2, 0, A), Prevote(2, 0, B), Prevote(2, 0, Nil), Precommit(2, 0, A), Precommit(2, 0, Nil)]);
        EvidenceItem item = Assert.Single(report.Contradictions);
        Assert.Equal((EvidenceKind.DuplicateVote, Operator(2)), (item.Kind, item.Accused));
        Assert.True(item.IsSignedBy(Key(2), ChainId, Genesis)); // may go into a block as it is
        Assert.Equal((UInt128)10, report.GuiltyPower);
    }

    [Fact]
    public void ALockForgottenRoundsLaterConvictsThoughThereWereOtherVotesBetween()
    {
        SignedVote[] votes = [Precommit(1, 0, A), Precommit(1, 1, B), Prevote(1, 1, B, 0), Prevote(1, 3, A, 0), Prevote(1, 2, Nil), Precommit(1, 2, Nil)];
        var amnesia = Assert.IsType<EvidenceItem.Amnesia>(Assert.Single(Audit(4, votes).Contradictions));
        Assert.Equal((1U, B, 3U, A), (amnesia.Precommit.Round, amnesia.Precommit.BlockHash, amnesia.Prevote.Round, amnesia.Prevote.BlockHash));
    }

    [Theory]
    [InlineData(new int[0], ClaimVerdict.Open)]
    [InlineData(new[] { 2 }, ClaimVerdict.Open)] // the other three may have
    [InlineData(new[] { 2, 3 }, ClaimVerdict.Doubtful)] // one of them prevoted twice, or the claim is false
    [InlineData(new[] { 1, 2, 3 }, ClaimVerdict.Refuted)] // two of them
    public void AClaimedQuorumIsJudgedByWhoIsShownToHavePrevotedOtherwise(int[] others, ClaimVerdict verdict)
    {
        VoteAuditReport report = Audit(4, [Precommit(0, 1, A), Prevote(0, 3, B, 2), .. others.Select(voter => Prevote(voter, 2, voter == 3 ? Nil : A))]);
        Assert.Empty(report.Contradictions); // by the two votes alone it had a reason
        PolClaim claim = Assert.Single(report.Claims);
        Assert.Equal((Operator(0), 3U, 2U, B, verdict), (claim.Voter, claim.Round, claim.PolRound, claim.Block, claim.Verdict));
        Assert.Equal(((UInt128)0, (UInt128)(40 - (10 * others.Length))), (claim.ShownPower, claim.PossiblePower));
        Assert.Equal((UInt128)(verdict == ClaimVerdict.Refuted ? 10 : 0), report.GuiltyPower);
    }

    /// <summary>Who held the prevotes and lost them is cleared by anybody who still has them.</summary>
    [Fact]
    public void TheVotesOfAnotherNodeClearAClaim()
    {
        SignedVote[] mine = [Prevote(0, 3, B, 2), Prevote(1, 2, A), Prevote(2, 2, Nil)];
        Assert.Single(Audit(4, mine).Claims);
        VoteAuditReport together = Audit(4, [.. mine, .. Prevotes(2, B, -1, 0, 1, 2)]);
        Assert.Empty(together.Claims);
        Assert.Equal([Operator(1), Operator(2)], together.Contradictions.Select(item => item.Accused).OrderBy(voter => voter == Operator(1) ? 0 : 1)); // who made it prevoted twice
    }

    /// <summary>Both quorums of a fork, each from its own side: two of four must have signed for both.</summary>
    [Fact]
    public void AForkNamesAtLeastAThirdHoweverItWasMade()
    {
        SignedVote[] sideA = [.. Prevotes(0, A, -1, 0, 1, 2), .. Precommits(0, A, 0, 1, 2)];
        VoteAuditReport forgot = Audit(4, [.. sideA, .. Prevotes(1, B, -1, 1, 2, 3), .. Precommits(1, B, 1, 2, 3)]);
        Assert.True(forgot is { IsDisagreement: true, IsSuspectThird: true });
        Assert.All(forgot.Contradictions, item => Assert.Equal(EvidenceKind.Amnesia, item.Kind));
        Assert.Equal((UInt128)20, forgot.GuiltyPower);

        VoteAuditReport twice = Audit(4, [.. sideA, .. Prevotes(0, B, -1, 1, 2, 3), .. Precommits(0, B, 1, 2, 3)]);
        Assert.True(twice is { IsDisagreement: true, IsSuspectThird: true });

        // They name round 1 as if the lock had been left there; the fourth's prevotes of round 1 and theirs say otherwise.
        VoteAuditReport lied = Audit(4, [.. sideA, .. Prevotes(1, Nil, -1, 0, 1, 2, 3), .. Prevotes(2, B, 1, 1, 2, 3), .. Precommits(2, B, 1, 2, 3)]);
        Assert.Empty(lied.Contradictions);
        Assert.True(lied is { IsDisagreement: true, IsSuspectThird: true });
        Assert.All(lied.Claims, claim => Assert.Equal(ClaimVerdict.Refuted, claim.Verdict));
        Assert.Equal((UInt128)30, lied.GuiltyPower);
    }

    /// <summary>Half of the power kept its prevotes of the named round to itself: nobody can say there were none, and they have to show them.</summary>
    [Fact]
    public void AForkWhoseNamedRoundWasKeptSecretLeavesAThirdSuspect()
    {
        VoteAuditReport report = Audit(4,
        [
            .. Prevotes(0, A, -1, 0, 1, 2), .. Precommits(0, A, 0, 1, 2), Prevote(0, 1, Nil), Prevote(3, 1, Nil),
            .. Prevotes(2, B, 1, 1, 2), Prevote(3, 2, B, -1), .. Precommits(2, B, 1, 2, 3),
        ]);
        Assert.True(report is { IsDisagreement: true, IsSuspectThird: true });
        Assert.Equal((0, (UInt128)0, (UInt128)20), (report.Contradictions.Count, report.GuiltyPower, report.SuspectPower));
        Assert.Equal([ClaimVerdict.Doubtful, ClaimVerdict.Doubtful], report.Claims.Select(claim => claim.Verdict));
        Assert.DoesNotContain(report.Claims, claim => claim.Voter == Operator(3)); // it was led on
    }

    [Fact]
    public void WhatIsForgedOfAnotherHeightOrFormIsLeftOutAndCounted()
    {
        SignedVote right = Prevote(0, 2, A, 1);
        SignedVote[] wrong =
        [
            right with { BlockHash = B }, right with { Height = 8 }, right with { Voter = Address.FromNumber(999) }, right with { Signature = new byte[63] }, right with { Kind = VoteKind.Proposal },
            Signed(0, new SignedVote(VoteKind.Prevote, Height, 2, A, 2, Operator(0), default)), // names its own round
            Signed(0, new SignedVote(VoteKind.Prevote, Height, 2, Nil, 0, Operator(0), default)), // nil needs no reason
        ];
        VoteAuditReport report = Audit(4, [right, right, .. wrong]);
        Assert.Equal((1, wrong.Length), (report.Votes, report.Rejected));
        Assert.Empty(report.Contradictions);
    }

    /// <summary>Random votes of validators that keep the rules, in any order, whatever is missing: nobody is ever convicted or refuted.</summary>
    [Fact]
    public void PartsOfAnHonestTranscriptConvictNobody()
    {
        var random = new Random(5);
        SignedVote[] all =
        [
            .. Prevotes(0, A, -1, 0, 1, 2, 3, 4), .. Prevotes(0, Nil, -1, 5, 6), Precommit(0, 0, A), Precommit(1, 0, A), .. Precommits(0, Nil, 2, 3, 4, 5, 6),
            .. Prevotes(1, B, -1, 2, 3, 4, 5, 6), .. Prevotes(1, A, 0, 0, 1), .. Precommits(1, B, 2, 3), .. Precommits(1, Nil, 0, 1, 4, 5, 6),
            .. Prevotes(2, B, 1, 0, 1, 2, 3, 4, 5, 6), .. Precommits(2, B, 0, 1, 2, 3, 4, 5, 6),
        ];
        Assert.Empty(Audit(7, all).Claims);
        for (int i = 0; i < 40; i++)
        {
            SignedVote[] part = [.. all.Where(_ => random.Next(3) > 0)];
            random.Shuffle(part);
            VoteAuditReport report = Audit(7, part);
            Assert.Empty(report.Contradictions);
            Assert.DoesNotContain(report.Claims, claim => claim.Verdict == ClaimVerdict.Refuted);
            Assert.Equal((UInt128)0, report.GuiltyPower);
        }
    }

    private static VoteAuditReport Audit(int validators, IEnumerable<SignedVote> votes) => VoteAudit.Run(
        ChainId, Genesis, Height, new ValidatorSet([.. Enumerable.Range(0, validators).Select(i => new Validator(Operator(i), Key(i), 10, Operator(i)))]), votes);

    private static IEnumerable<SignedVote> Prevotes(uint round, Hash256 block, int polRound, params int[] voters) => voters.Select(voter => Prevote(voter, round, block, polRound));

    private static IEnumerable<SignedVote> Precommits(uint round, Hash256 block, params int[] voters) => voters.Select(voter => Precommit(voter, round, block));

    private static SignedVote Prevote(int voter, uint round, Hash256 block, int polRound = -1) => Signed(voter, new SignedVote(VoteKind.Prevote, Height, round, block, polRound, Operator(voter), default));

    private static SignedVote Precommit(int voter, uint round, Hash256 block) => Signed(voter, new SignedVote(VoteKind.Precommit, Height, round, block, -1, Operator(voter), default));

    private static SignedVote Signed(int voter, SignedVote vote)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(vote.Message(ChainId, Genesis), Seed(voter), signature);
        return vote with { Signature = signature };
    }

    private static Address Operator(int voter) => Address.FromNumber((ushort)(voter + 1));

    private static byte[] Seed(int voter) => Keccak.Hash([(byte)voter]).Span.ToArray();

    private static byte[] Key(int voter)
    {
        byte[] key = new byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(Seed(voter), key);
        return key;
    }
}

using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Wire;
using Dsdn.Log.Attestation;

namespace Dsdn.Log.Tests.Attestation;

public sealed class CertificateCollectorTests
{
    private const ulong ChainId = AttestingValidators.ChainId;

    private readonly CertificateCollector _collector = new(ChainId, openMax: 3);

    [Fact]
    public void MoreThanTwoThirdsOfFourMakeACertificateOnceAndTheFourthImprovesIt()
    {
        AttestingValidators all = new(1, 1, 1, 1);
        DaStatement statement = all.Statement(1);
        Assert.Equal(OpenOutcome.Opened, _collector.TryOpen(statement, all.Set, 0));
        Assert.Null(Add(all, statement, 2).Completed);
        Assert.Null(Add(all, statement, 0).Completed);
        Assert.Null(_collector.Of(1));
        DaCertificate certificate = Assert.IsType<DaCertificate>(Add(all, statement, 3).Completed);
        Assert.True(certificate.Verify(ChainId, all.Set, 5_000).IsValid);
        Assert.Equal(3, certificate.Signatures.Count);
        CollectResult<DaCertificate> late = Add(all, statement, 1);
        Assert.Equal((CollectOutcome.Counted, null), (late.Outcome, late.Completed));
        DaCertificate closed = Assert.IsType<DaCertificate>(_collector.Close(1));
        Assert.Equal(4, closed.Signatures.Count);
        Assert.True(closed.Verify(ChainId, all.Set, 5_000).IsValid);
        Assert.Equal(CollectOutcome.NotOpen, Add(all, statement, 1).Outcome);
        Assert.Null(_collector.Close(1));
    }

    /// <summary>Two thirds are not more than two thirds.</summary>
    [Fact]
    public void TwoOfThreeAreNoQuorum()
    {
        AttestingValidators all = new(1, 1, 1);
        DaStatement statement = all.Statement(1);
        _collector.TryOpen(statement, all.Set, 0);
        Add(all, statement, 0);
        Assert.Null(Add(all, statement, 1).Completed);
        Assert.Null(_collector.Close(1));
    }

    [Fact]
    public void PowerCountsAndNotHeads()
    {
        AttestingValidators all = new(97, 1, 1, 1);
        DaStatement statement = all.Statement(1);
        _collector.TryOpen(statement, all.Set, 0);
        for (int i = 1; i < 4; i++) Assert.Null(Add(all, statement, i).Completed);
        DaCertificate certificate = Assert.IsType<DaCertificate>(Add(all, statement, 0).Completed);
        Assert.True(certificate.Verify(ChainId, all.Set, 5_000).IsValid);

        _collector.TryOpen(all.Statement(2), all.Set, 0);
        Assert.NotNull(Add(all, all.Statement(2), 0).Completed); // alone
    }

    [Fact]
    public void PowersThatOverflow64BitsAreSummed()
    {
        AttestingValidators all = new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 3);
        DaStatement statement = all.Statement(1);
        _collector.TryOpen(statement, all.Set, 0);
        Assert.Null(Add(all, statement, 0).Completed);
        Assert.Null(Add(all, statement, 1).Completed);
        Assert.NotNull(Add(all, statement, 3).Completed);
    }

    [Fact]
    public void WhatIsWrongIsNamedAndCountsForNobody()
    {
        AttestingValidators all = new(1, 1, 1, 1);
        DaStatement statement = all.Statement(1);
        _collector.TryOpen(statement, all.Set, 0);
        byte[] good = all.Sign(0, statement.Message);
        AssertFault(CollectOutcome.BadSignature, _collector.Add(1, 1, good, 0)); // of another validator
        AssertFault(CollectOutcome.BadSignature, _collector.Add(1, 0, all.Sign(0, all.Statement(2).Message), 0)); // of another statement
        AssertFault(CollectOutcome.BadSignature, _collector.Add(1, 0, good.AsMemory(1), 0));
        AssertFault(CollectOutcome.BadSignature, _collector.Add(1, 0, default, 0));
        AssertFault(CollectOutcome.UnknownValidator, _collector.Add(1, 4, good, 0));
        AssertFault(CollectOutcome.UnknownValidator, _collector.Add(1, -1, good, 0));
        Assert.Equal(CollectOutcome.NotOpen, _collector.Add(2, 0, good, 0).Outcome);
        Assert.Equal(CollectOutcome.Counted, _collector.Add(1, 0, good, 0).Outcome);
        CollectResult<DaCertificate> twice = _collector.Add(1, 0, good, 0);
        Assert.Equal((CollectOutcome.Duplicate, false), (twice.Outcome, twice.IsSendersFault));
        Assert.Equal([1, 2, 3], Assert.Single(_collector.Progress()).Missing);
    }

    [Fact]
    public void TheCollectorKeepsItsOwnCopyOfASignature()
    {
        AttestingValidators all = new(1);
        DaStatement statement = all.Statement(1);
        _collector.TryOpen(statement, all.Set, 0);
        byte[] signature = all.Sign(0, statement.Message);
        _collector.Add(1, 0, signature, 0);
        signature.AsSpan().Clear(); // a buffer of the network that is used again
        Assert.True(Assert.IsType<DaCertificate>(_collector.Of(1)).Verify(ChainId, all.Set, 5_000).IsValid);
    }

    [Fact]
    public void AStatementOfAnotherChainOrSetIsNotOpened()
    {
        AttestingValidators all = new(1, 1, 1, 1);
        Assert.Equal(OpenOutcome.WrongChain, _collector.TryOpen(all.Statement(1) with { ChainId = 1 }, all.Set, 0));
        Assert.Equal(OpenOutcome.WrongSet, _collector.TryOpen(all.Statement(1), new AttestingValidators(1, 1, 1, 2).Set, 0));
        Assert.Equal(0, _collector.OpenCount);
    }

    [Fact]
    public void AnotherBatchForTheSameSeqIsAConflict()
    {
        AttestingValidators all = new(1, 1, 1, 1);
        DaStatement statement = all.Statement(1);
        _collector.TryOpen(statement, all.Set, 0);
        Add(all, statement, 0);
        Assert.Equal(OpenOutcome.Conflict, _collector.TryOpen(all.Statement(1, core: "other"), all.Set, 0));
        Assert.Equal(OpenOutcome.AlreadyOpen, _collector.TryOpen(statement, all.Set, 0));
        Assert.Equal((UInt128)1, Assert.Single(_collector.Progress()).SignedPower);
    }

    /// <summary>The epoch changes while a batch waits: who stays signs again, who comes late with the old signature is not to blame.</summary>
    [Fact]
    public void AnEpochChangesWhileABatchIsOpen()
    {
        AttestingValidators old = new(["a", "b", "c", "d"], [1, 1, 1, 1]), next = new(["c", "d", "e"], [3, 3, 3]);
        DaStatement before = old.Statement(1), after = next.Statement(1, epoch: 2);
        _collector.TryOpen(before, old.Set, 0);
        Add(old, before, 0);
        Add(old, before, 2);
        Assert.Equal(OpenOutcome.Replaced, _collector.TryOpen(after, next.Set, 10));
        Assert.Equal(OpenOutcome.OlderEpoch, _collector.TryOpen(before, old.Set, 11));
        Assert.Equal(CollectOutcome.Superseded, Add(old, before, 1).Outcome);
        Assert.Equal(CollectOutcome.Superseded, Add(old, before, 3).Outcome); // an index that the new set has not
        AssertFault(CollectOutcome.BadSignature, _collector.Add(1, 0, old.Sign(1, before.Message), 0));
        OpenStatement open = Assert.Single(_collector.Progress());
        Assert.Equal((2UL, (UInt128)0, (UInt128)9, 10UL), (open.Epoch, open.SignedPower, open.TotalPower, open.OpenedMs));
        Add(next, after, 0);
        Add(next, after, 1);
        DaCertificate certificate = Assert.IsType<DaCertificate>(Add(next, after, 2).Completed);
        Assert.True(certificate.Verify(ChainId, next.Set, 5_000).IsValid);
        Assert.Equal(2UL, certificate.Statement.Epoch);
    }

    [Fact]
    public void TheOldestThatIsCompleteMakesRoomAndOneThatIsNotNever()
    {
        AttestingValidators all = new(1, 1, 1, 1);
        for (ulong seq = 1; seq <= 3; seq++) _collector.TryOpen(all.Statement(seq), all.Set, 0);
        Assert.Equal(OpenOutcome.TooMany, _collector.TryOpen(all.Statement(4), all.Set, 0));
        for (int i = 0; i < 3; i++) Add(all, all.Statement(2), i);
        Assert.Equal(OpenOutcome.Opened, _collector.TryOpen(all.Statement(4), all.Set, 0));
        Assert.Equal([1, 3, 4], _collector.Progress().Select(open => open.Seq));
        _collector.CloseUpTo(3);
        Assert.Equal([4], _collector.Progress().Select(open => open.Seq));
        _collector.CloseUpTo(ulong.MaxValue);
        Assert.Equal(0, _collector.OpenCount);
    }

    [Fact]
    public void AHundredAndFiftyValidatorsOfFallingPower()
    {
        ulong[] powers = [.. Enumerable.Range(0, 150).Select(i => (ulong)(1_000 - i))];
        AttestingValidators all = new(powers);
        DaStatement statement = all.Statement(1);
        _collector.TryOpen(statement, all.Set, 0);
        UInt128 total = powers.Aggregate((UInt128)0, (sum, power) => sum + power), signed = 0;
        DaCertificate? first = null;
        for (int i = 149; i >= 0; i--)
        {
            bool wasQuorum = 3 * signed > 2 * total;
            signed += powers[i];
            CollectResult<DaCertificate> result = Add(all, statement, i);
            Assert.Equal(!wasQuorum && 3 * signed > 2 * total, result.Completed is not null);
            first ??= result.Completed;
        }
        Assert.True(Assert.IsType<DaCertificate>(first).Verify(ChainId, all.Set, 5_000).IsValid);
        DaCertificate last = Assert.IsType<DaCertificate>(_collector.Close(1));
        Assert.Equal(150, Bitmap.Count(last.Signers.Span));
        Assert.Equal(Dsdn.Chain.Log.LogFault.None, DaCertificateCodec.TryDecode(DaCertificateCodec.Encode(last), out DaCertificate? decoded));
        Assert.Equal(last.Hash, decoded?.Hash);
    }

    [Fact]
    public void AQuorumIsReachableWhileEnoughPowerAnsweredRecently()
    {
        AttestingValidators all = new(1, 1, 1, 1);
        Assert.False(_collector.IsQuorumReachable(0, 1_000)); // nobody is known
        _collector.Follow(all.Set);
        DaStatement statement = all.Statement(1);
        _collector.TryOpen(statement, all.Set, 0);
        _collector.Add(1, 0, all.Sign(0, statement.Message), 1_000);
        _collector.Add(1, 1, all.Sign(1, statement.Message), 1_500);
        _collector.Add(1, 3, all.Sign(0, statement.Message), 1_500); // in another's name: that is no answer of his
        Assert.False(_collector.IsQuorumReachable(1_500, 1_000));
        _collector.Heard(all.Key(2), 1_800);
        Assert.True(_collector.IsQuorumReachable(2_000, 1_000));
        Assert.False(_collector.IsQuorumReachable(2_001, 1_000));
        Assert.True(_collector.IsQuorumReachable(2_001, 1_001));
    }

    [Fact]
    public void WhoLeftTheSetAnswersForNobody()
    {
        AttestingValidators old = new(["a", "b", "c"], [1, 1, 1]), next = new(["d", "a", "b", "c"], [100, 1, 1, 1]);
        _collector.Follow(old.Set);
        for (int i = 0; i < 3; i++) _collector.Heard(old.Key(i), 50);
        Assert.True(_collector.IsQuorumReachable(60, 100));
        _collector.Follow(next.Set);
        Assert.False(_collector.IsQuorumReachable(60, 100));
        _collector.Heard(next.Key(0), 60);
        _collector.Heard(new byte[32], 60);
        _collector.Heard(new byte[3], 60);
        Assert.True(_collector.IsQuorumReachable(60, 100));
        _collector.Follow(old.Set);
        Assert.True(_collector.IsQuorumReachable(60, 100)); // they stayed
    }

    private CollectResult<DaCertificate> Add(AttestingValidators validators, DaStatement statement, int index) =>
        _collector.Add(statement.Seq, index, validators.Sign(index, statement.Message), 0);

    private static void AssertFault(CollectOutcome outcome, CollectResult<DaCertificate> result) => Assert.Equal((outcome, true, null), (result.Outcome, result.IsSendersFault, result.Completed));
}

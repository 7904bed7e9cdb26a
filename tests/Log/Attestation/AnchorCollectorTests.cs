using Dsdn.Chain.Log.Anchors;
using Dsdn.Log.Attestation;

namespace Dsdn.Log.Tests.Attestation;

public sealed class AnchorCollectorTests
{
    private readonly AnchorCollector _collector = new(AttestingValidators.ChainId);

    [Fact]
    public void AnAnchorWithTwoThirdsOfThePowerIsWhatTheChainTakes()
    {
        AttestingValidators all = new(97, 1, 1, 1);
        LogAnchor anchor = all.Anchor(8);
        Assert.Equal(OpenOutcome.Opened, _collector.TryOpen(anchor, all.Set, 0));
        for (int i = 1; i < 4; i++) Assert.Null(_collector.Add(8, i, all.Sign(i, anchor.Message), 0).Completed);
        AttestedAnchor attested = Assert.IsType<AttestedAnchor>(_collector.Add(8, 0, all.Sign(0, anchor.Message), 0).Completed);
        Assert.True(attested.Verify(AttestingValidators.ChainId, 1, all.Set).IsValid);
        Assert.Equal(4, attested.Signatures.Count);
    }

    [Fact]
    public void AnotherStateRootForABatchIsAConflictAndItsSignatureWrong()
    {
        AttestingValidators all = new(1, 1, 1);
        LogAnchor anchor = all.Anchor(8), other = all.Anchor(8, root: "other");
        _collector.TryOpen(anchor, all.Set, 0);
        Assert.Equal(OpenOutcome.Conflict, _collector.TryOpen(other, all.Set, 0));
        CollectResult<AttestedAnchor> wrong = _collector.Add(8, 0, all.Sign(0, other.Message), 0);
        Assert.Equal((CollectOutcome.BadSignature, true), (wrong.Outcome, wrong.IsSendersFault));
    }

    /// <summary>The batch was found on Celestia meanwhile, or the epoch changed: the same words about the batch, signed anew.</summary>
    [Fact]
    public void AnAnchorThatNowNamesTheHeightOnCelestiaReplacesTheOneThatDidNot()
    {
        AttestingValidators all = new(1, 1, 1);
        LogAnchor anchor = all.Anchor(8), placed = anchor with { DaHeight = 5, DaDataRoot = AttestingValidators.Hash("square") };
        _collector.TryOpen(anchor, all.Set, 0);
        _collector.Add(8, 0, all.Sign(0, anchor.Message), 0);
        Assert.Equal(OpenOutcome.Replaced, _collector.TryOpen(placed, all.Set, 0));
        Assert.Equal(CollectOutcome.Superseded, _collector.Add(8, 1, all.Sign(1, anchor.Message), 0).Outcome);
        for (int i = 0; i < 2; i++) Assert.Null(_collector.Add(8, i, all.Sign(i, placed.Message), 0).Completed);
        Assert.Equal(placed, _collector.Add(8, 2, all.Sign(2, placed.Message), 0).Completed?.Anchor);
    }

    /// <summary>Anchors that never got their quorum do not keep later ones out.</summary>
    [Fact]
    public void TheOldestAnchorMakesRoomForANewerOne()
    {
        AttestingValidators all = new(1, 1, 1);
        AnchorCollector collector = new(AttestingValidators.ChainId, openMax: 2);
        for (ulong seq = 1; seq <= 4; seq++) Assert.Equal(OpenOutcome.Opened, collector.TryOpen(all.Anchor(seq), all.Set, 0));
        Assert.Equal(OpenOutcome.TooMany, collector.TryOpen(all.Anchor(2), all.Set, 0));
        Assert.Equal([3, 4], collector.Progress().Select(open => open.Seq));
    }

    /// <summary>What is signed for batches is none of an anchor: the tags differ.</summary>
    [Fact]
    public void AnAttestationOfTheBatchIsNoSignatureOfItsAnchor()
    {
        AttestingValidators all = new(1);
        _collector.TryOpen(all.Anchor(8), all.Set, 0);
        Assert.Equal(CollectOutcome.BadSignature, _collector.Add(8, 0, all.Sign(0, all.Statement(8).Message), 0).Outcome);
    }
}

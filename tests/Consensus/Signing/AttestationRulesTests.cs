using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;
using static Dsdn.Consensus.Tests.Signing.AttestationSamples;

namespace Dsdn.Consensus.Tests.Signing;

public sealed class AttestationRulesTests
{
    private readonly AttestationRecord _record = new(0);

    [Fact]
    public void ABatchIsSignedOnceRecordedAndAgainWithoutASecondLine()
    {
        SignedSeq signed = Recorded(Statement(1));
        Assert.Equal(new SignedSeq(1, Hash("a"), null, NowMs + DaStatement.KeptMs), signed);
        Assert.Equal(default, Ask(Statement(1)));
        Assert.Equal(default, Ask(Statement(1, epoch: 4))); // another set vouches for the same bytes
    }

    [Fact]
    public void AnotherCoreHashIsRefusedForEver()
    {
        Recorded(Statement(1));
        Assert.Equal(AttestRefusal.AnotherCoreHash, Ask(Statement(1, "b")).Refusal);
        Assert.Equal(AttestRefusal.AnotherCoreHash, Ask(Statement(1, "b", epoch: 9)).Refusal);
        _record.DropExpired(NowMs + DaStatement.KeptMs); // out of the record, not free
        Assert.Equal(0, _record.Count);
        Assert.Equal(AttestRefusal.BelowFloor, Ask(Statement(1, "b"), NowMs).Refusal);
        Assert.Equal(AttestRefusal.BelowFloor, Ask(Statement(1), NowMs).Refusal);
    }

    [Fact]
    public void AnAnchorBindsTheStateRootAndTheCoreHash()
    {
        Recorded(Statement(5));
        SignedSeq signed = Recorded(Anchor(5));
        Assert.Equal(new SignedSeq(5, Hash("a"), Hash("r"), NowMs + DaStatement.KeptMs), signed);
        Assert.Equal(default, Ask(Anchor(5)));
        Assert.Equal(default, Ask(Anchor(5) with { Epoch = 4, DaHeight = 7, DaDataRoot = Hash("square") })); // found on Celestia meanwhile
        Assert.Equal(AttestRefusal.AnotherStateRoot, Ask(Anchor(5, root: "other")).Refusal);
        Assert.Equal(AttestRefusal.AnotherCoreHash, Ask(Anchor(5, core: "b")).Refusal);
    }

    [Fact]
    public void AnAnchorOfABatchThatWasNotAttestedBindsTheAttestation()
    {
        Recorded(Anchor(9));
        Assert.Equal(AttestRefusal.AnotherCoreHash, Ask(Statement(9, "b")).Refusal);
        Assert.Equal(default, Ask(Statement(9)));
        Assert.Equal(AttestRefusal.AnotherStateRoot, Ask(Anchor(9, root: "other")).Refusal);
    }

    /// <summary>A key that lost its record signs above what the operator says only, of batches as of anchors.</summary>
    [Fact]
    public void NothingNewIsSignedUpToTheFloor()
    {
        Recorded(Statement(3));
        _record.Raise(10);
        Assert.Equal(AttestRefusal.BelowFloor, Ask(Statement(10)).Refusal);
        Assert.Equal(AttestRefusal.BelowFloor, Ask(Anchor(10)).Refusal);
        Assert.Equal(default, Ask(Statement(3))); // known still
        Assert.Equal(AttestRefusal.None, Ask(Statement(11)).Refusal);
        Assert.NotNull(Ask(Anchor(3)).ToRecord);
    }

    [Fact]
    public void BatchesMayComeInAnyOrderAboveTheFloor()
    {
        Recorded(Statement(7));
        Recorded(Statement(4));
        Assert.Equal(7UL, _record.Highest);
        Assert.Equal(AttestRefusal.AnotherCoreHash, Ask(Statement(4, "b")).Refusal);
    }

    /// <summary>The older frame expires, the newer one of the same batch says all that is known of it.</summary>
    [Fact]
    public void WhatWasAttestedStaysAsLongAsItsAnchor()
    {
        Add(Signed(5, expiresMs: 100));
        Add(Signed(6, expiresMs: 150));
        Add(Signed(5, root: "r", expiresMs: 200));
        _record.DropExpired(150);
        Assert.Equal((1, 6UL, 3UL), (_record.Count, _record.Floor, _record.First));
        Assert.Equal(AttestRefusal.AnotherStateRoot, Ask(Anchor(5, root: "other")).Refusal);
        Assert.Equal(default, Ask(Statement(5)));
        Assert.Equal(AttestRefusal.BelowFloor, Ask(Statement(6)).Refusal);
        _record.DropExpired(200);
        Assert.Equal(0, _record.Count);
        Assert.Equal(AttestRefusal.BelowFloor, Ask(Anchor(5)).Refusal);
    }

    [Theory]
    [InlineData("chain", AttestRefusal.Chain)]
    [InlineData("batch 0", AttestRefusal.Malformed)]
    [InlineData("namespace", AttestRefusal.Malformed)]
    [InlineData("share version", AttestRefusal.Malformed)]
    [InlineData("no bytes", AttestRefusal.Malformed)]
    [InlineData("far time", AttestRefusal.Malformed)]
    [InlineData("kept for less", AttestRefusal.Expired)]
    [InlineData("kept for ever", AttestRefusal.Expired)]
    [InlineData("expired", AttestRefusal.Expired)]
    [InlineData("ahead", AttestRefusal.Ahead)]
    public void WhatIsNoStatementOfNowIsRefused(string what, AttestRefusal refusal)
    {
        DaStatement good = Statement(1), bad = what switch
        {
            "chain" => good with { ChainId = 1 },
            "batch 0" => good with { Seq = 0 },
            "namespace" => good with { Namespace = new byte[28] },
            "share version" => good with { ShareVersion = 2 },
            "no bytes" => good with { DataBytes = 0 },
            "far time" => good with { CreatedMs = ulong.MaxValue - 5, ExpiresMs = DaStatement.KeptMs - 6 },
            "kept for less" => good with { ExpiresMs = good.ExpiresMs - 1 },
            "kept for ever" => good with { ExpiresMs = ulong.MaxValue },
            "expired" => Statement(1, createdMs: NowMs - DaStatement.KeptMs),
            _ => Statement(1, createdMs: NowMs + AttestationRules.AheadMsMax + 1),
        };
        Assert.Equal(new AttestAnswer(refusal, null), Ask(bad));
        Assert.Equal(AttestRefusal.None, Ask(good).Refusal);
    }

    [Fact]
    public void TheEdgesOfTimeAreSigned()
    {
        Recorded(Statement(1, createdMs: NowMs - DaStatement.KeptMs + 1));
        Recorded(Statement(2, createdMs: NowMs + AttestationRules.AheadMsMax));
    }

    [Fact]
    public void AnAnchorOfAnotherChainOrShapeIsRefused()
    {
        Assert.Equal(AttestRefusal.Chain, Ask(Anchor(1) with { ChainId = 1 }).Refusal);
        Assert.Equal(AttestRefusal.Malformed, Ask(Anchor(0)).Refusal);
        Assert.Equal(AttestRefusal.Malformed, Ask(Anchor(1) with { DaHeight = 5 }).Refusal);
    }

    [Fact]
    public void AFullRecordRefusesUntilSomethingExpires()
    {
        AttestationRecord record = new(0, framesMax: 2);
        record.Add(Signed(1, expiresMs: 10));
        record.Add(Signed(2, expiresMs: NowMs * 2));
        Assert.Equal(AttestRefusal.RecordFull, AttestationRules.Ask(record, ChainId, Statement(3), NowMs).Refusal);
        Assert.Equal(default, AttestationRules.Ask(record, ChainId, Statement(1), NowMs)); // needs no line
        record.DropExpired(NowMs);
        Assert.Equal(AttestRefusal.None, AttestationRules.Ask(record, ChainId, Statement(3), NowMs).Refusal);
    }

    [Fact]
    public void OnlyAYoungFirstBatchBeginsALog()
    {
        Assert.True(AttestationRules.IsOfLogThatBegins(Statement(1), NowMs + AttestationRules.BeginsMsMax));
        Assert.False(AttestationRules.IsOfLogThatBegins(Statement(1), NowMs + AttestationRules.BeginsMsMax + 1));
        Assert.False(AttestationRules.IsOfLogThatBegins(Statement(2), NowMs));
        Assert.False(AttestationRules.IsOfLogThatBegins(Statement(1, createdMs: LogLimits.TimeMsMax + 1), NowMs));
    }

    [Fact]
    public void EveryRefusalHasItsCodeAndAText()
    {
        AttestRefusal[] refusals = Enum.GetValues<AttestRefusal>();
        Assert.Equal(refusals.Length, refusals.Select(AttestRefusals.Code).Distinct().Count());
        Assert.All(refusals.Skip(1), refusal => Assert.NotEmpty(refusal.Text(7, 3)));
    }

    private AttestAnswer Ask(DaStatement statement, ulong nowMs = NowMs) => AttestationRules.Ask(_record, ChainId, statement, nowMs);

    private AttestAnswer Ask(LogAnchor anchor) => AttestationRules.Ask(_record, ChainId, anchor, NowMs);

    private SignedSeq Recorded(DaStatement statement) => Add(Ask(statement));

    private SignedSeq Recorded(LogAnchor anchor) => Add(Ask(anchor));

    private SignedSeq Add(AttestAnswer answer)
    {
        Assert.Equal(AttestRefusal.None, answer.Refusal);
        Add(Assert.NotNull(answer.ToRecord));
        return answer.ToRecord.Value;
    }

    private void Add(SignedSeq signed) => _record.Add(signed);
}

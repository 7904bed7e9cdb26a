using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Audits;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Audits;

/// <summary>The coordinator's side: it is driven as its shell drives it, with log time for a clock.</summary>
public sealed class AuditorTests
{
    [Fact]
    public void AuditRunsFromOpeningToVerdict()
    {
        AuditRig rig = new();
        Auditor auditor = new();
        Step(rig, auditor);
        Assert.Equal(1UL, rig.Last.Epoch);
        for (int i = 0; i < 3; i++) rig.Log.Anchor().Commit();
        Step(rig, auditor);
        Assert.True(rig.Last.IsSeeded);
        Assert.Equal(3, auditor.Ask(rig.State, rig.State.LogTimeMs).Count);
        Assert.Empty(auditor.Ask(rig.State, rig.State.LogTimeMs));
        foreach (string node in (string[])["n0", "n1"])
        {
            AnswerSheet sheet = rig.Sheet(node);
            rig.Post(node, sheet);
            Assert.Equal(SheetOutcome.Taken, auditor.Take(sheet));
            Assert.Equal(SheetOutcome.Known, auditor.Take(sheet));
        }
        Assert.Empty(auditor.Due(rig.State, rig.State.LogTimeMs)); // no root is in the log yet
        rig.Log.Commit();
        Step(rig, auditor);
        Assert.True(rig.Audits.Node(AuditRig.Id("n0"))?.IsJudged);
        Assert.True(rig.Audits.Node(AuditRig.Id("n1"))?.IsJudged);
        Assert.False(rig.Audits.Node(AuditRig.Id("n2"))?.IsJudged);
        rig.Log.Commit(AuditRig.Times.HardMs + 1);
        Step(rig, auditor);
        Assert.Equal(1U, rig.Audits.Node(AuditRig.Id("n2"))?.SilentInARow);
        rig.Log.Commit(AuditRig.Times.EveryMs);
        Step(rig, auditor);
        Assert.Equal(2UL, rig.Last.Epoch);
    }

    [Fact]
    public void SilentNodeIsAskedFourMoreTimesBeforeItMisses()
    {
        AuditRig rig = new AuditRig().Seeded();
        Auditor auditor = new();
        auditor.Follow(rig.State);
        ulong seeded = rig.Last.SeededMs;
        int asked = 0;
        for (ulong at = 0; at <= AuditRig.Times.HardMs + 5_000; at += 100) asked += auditor.Ask(rig.State, seeded + at).Count(ask => ask.NodeId == AuditRig.Id("n0"));
        Assert.Equal(5, asked);
        Assert.Empty(auditor.Due(rig.State, seeded + AuditRig.Times.HardMs));
        Assert.Equal(3, auditor.Due(rig.State, seeded + AuditRig.Times.HardMs + 1).OfType<AuditVerdict>().Count(verdict => verdict.AnswersRoot.IsZero));
    }

    /// <summary>A coordinator that starts in the middle of an audit knows the same as one that saw it open.</summary>
    [Fact]
    public void CoordinatorThatStartsAgainGoesOn()
    {
        AuditRig rig = new AuditRig().Seeded();
        AnswerSheet sheet = rig.Sheet("n0");
        rig.Post("n0", sheet).Log.Commit();
        Auditor again = new();
        again.Follow(rig.State);
        Assert.Equal(SheetOutcome.Taken, again.Take(sheet));
        Assert.True(Assert.IsType<AuditVerdict>(Assert.Single(again.Due(rig.State, rig.State.LogTimeMs))).IsPass);
    }

    /// <summary>A quarantined node cannot post its root: nothing is said of it, in this batch or any other.</summary>
    [Fact]
    public void NothingIsSaidOfANodeThatCanNoLongerAnswer()
    {
        AuditRig rig = new AuditRig().Seeded();
        rig.Log.Chain.Node("n0", 1, status: 2, kind: EventKind.NodeStatus);
        rig.Log.Anchor().Commit();
        Auditor auditor = new();
        auditor.Follow(rig.State);
        Assert.DoesNotContain(auditor.Due(rig.State, rig.Last.SeededMs + AuditRig.Times.HardMs + 1).OfType<AuditVerdict>(), verdict => verdict.NodeId == AuditRig.Id("n0"));
    }

    [Fact]
    public void NodeThatDroppedOneChunkFailsExactlyThere()
    {
        AuditRig rig = new AuditRig().Seeded();
        Auditor auditor = new();
        auditor.Follow(rig.State);
        Hash256 dropped = rig.Task("n0").Draws[0].Replica.ChunkId;
        AnswerSheet sheet = rig.Sheet("n0", draw => draw.Replica.ChunkId != dropped);
        IReadOnlyList<AuditDraw> draws = rig.Task("n0").Draws;
        rig.Post("n0", sheet).Log.Commit();
        auditor.Take(sheet);
        AuditVerdict verdict = auditor.Due(rig.State, rig.Last.SeededMs + AuditRig.Times.HardMs + 1).OfType<AuditVerdict>().Single(item => item.NodeId == AuditRig.Id("n0"));
        Assert.Equal(draws.Select(draw => draw.Replica.ChunkId != dropped), Enumerable.Range(0, draws.Count).Select(i => Chain.Log.Wire.Bitmap.Has(verdict.Passed.Span, i)));
    }

    [Fact]
    public void AnothersAnswersAreWorthNothing()
    {
        AuditRig rig = new AuditRig().Seeded();
        Auditor auditor = new();
        auditor.Follow(rig.State);
        AnswerSheet theirs = rig.Sheet("n1");
        Assert.NotEqual(rig.Task("n0").Draws.Select(draw => (draw.Replica.ChunkId, draw.Leaf)), rig.Task("n1").Draws.Select(draw => (draw.Replica.ChunkId, draw.Leaf)));
        AnswerSheet copied = rig.Lie("n0", draw => theirs.Answers[(int)draw.Number]);
        rig.Post("n0", copied).Log.Commit();
        Assert.Equal(SheetOutcome.Taken, auditor.Take(copied));
        AuditVerdict verdict = auditor.Due(rig.State, rig.Last.SeededMs + AuditRig.Times.HardMs + 1).OfType<AuditVerdict>().Single(item => item.NodeId == AuditRig.Id("n0"));
        Assert.True(verdict.PassedCount < 8, $"{verdict.PassedCount} of {verdict.Draws}"); // a leaf drawn for both by chance is right
    }

    [Fact]
    public void SheetsThatContradictEachOtherConvict()
    {
        AuditRig rig = new AuditRig().Seeded();
        Auditor auditor = new();
        auditor.Follow(rig.State);
        AnswerSheet honest = rig.Sheet("n0");
        AnswerSheet made = rig.Lie("n0", draw => new AuditAnswer(draw.Number, draw.Replica.ChunkId, draw.Replica.Slot, rig.Leaf(draw) with { Content = new byte[rig.Leaf(draw).Content.Length] }));
        Assert.Equal(SheetOutcome.Taken, auditor.Take(made));
        Assert.Equal(SheetOutcome.Contradicts, auditor.Take(honest));
        static bool IsSigned(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Chain.Crypto.Ed25519.Verify(message, signature, key);
        Assert.Equal(LogFault.None, AnswerConflict.Check(honest.Extract(3), made.Extract(3), IsSigned));
        Assert.Equal(LogFault.Value, AnswerConflict.Check(honest.Extract(3), honest.Extract(3), IsSigned));
        Assert.Equal(LogFault.Binding, AnswerConflict.Check(honest.Extract(3), made.Extract(4), IsSigned));
        Assert.Equal(LogFault.Binding, AnswerConflict.Check(honest.Extract(3), made.Extract(3) with { Index = 2 }, IsSigned));
        Assert.Equal(LogFault.Attestation, AnswerConflict.Check(honest.Extract(3), made.Extract(3) with { Signature = new byte[64] }, IsSigned));
        Assert.Equal(LogFault.Value, AnswerConflict.Check(honest.Extract(3), rig.Sheet("n0", _ => false).Extract(3), IsSigned)); // to have lost it is no lie
    }

    [Fact]
    public void HostileSheetsAreRefused()
    {
        AuditRig rig = new AuditRig().Seeded();
        Auditor auditor = new();
        auditor.Follow(rig.State);
        AnswerSheet sheet = rig.Sheet("n0");
        byte[] encoded = sheet.Encode();
        for (int at = 0; at < encoded.Length; at += 37)
        {
            byte[] changed = [.. encoded];
            changed[at] ^= 0x40;
            if (AnswerSheet.TryDecode(LogKeys.ChainId, changed, out AnswerSheet? read) == LogFault.None && read is not null) Assert.NotEqual(SheetOutcome.Taken, auditor.Take(read));
            Assert.NotEqual(LogFault.None, AnswerSheet.TryDecode(LogKeys.ChainId, encoded.AsMemory(0, at), out _));
        }
        AnswerSheet foreign = AnswerSheet.Seal(LogKeys.ChainId + 1, AuditRig.Id("n0"), 1, sheet.Answers, message => LogKeys.Sign("n0", message));
        Assert.Equal(LogFault.None, AnswerSheet.TryDecode(LogKeys.ChainId, foreign.Encode(), out AnswerSheet? here));
        Assert.Equal(SheetOutcome.Unsigned, auditor.Take(Expect.There(here)));
        Assert.Equal(SheetOutcome.NotAsked, auditor.Take(AnswerSheet.Seal(LogKeys.ChainId, AuditRig.Id("n3"), 1, sheet.Answers, message => LogKeys.Sign("n3", message))));
        Assert.Equal(SheetOutcome.OtherDraws, auditor.Take(AnswerSheet.Seal(LogKeys.ChainId, AuditRig.Id("n0"), 1, [sheet.Answers[0]], message => LogKeys.Sign("n0", message))));
    }

    /// <summary>What the shell does at every batch.</summary>
    private static void Step(AuditRig rig, Auditor auditor)
    {
        auditor.Follow(rig.State);
        rig.Commit(auditor.Due(rig.State, rig.State.LogTimeMs + SampleLog.BatchMs));
        auditor.Follow(rig.State);
    }
}

using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.State.Checkpoints;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.State;

/// <summary>Checkpoints: their event, their content, and a state that goes on from one.</summary>
public sealed class CheckpointTests
{
    [Fact]
    public void EventMustSayWhatTheStateWas()
    {
        SampleLog log = new(checkpointEverySeqs: 2);
        log.WithNodes(3, 3).Commit();
        log.Commit();
        LogRootsAt roots = Assert.NotNull(log.State.RootsAt(2));
        Checkpoint right = new(2, roots.CoreHash, roots.Roots.Data, roots.Roots.Operations, LogKeys.Word("content"), 9);
        AppliedBatch applied = log
            .Committee(right with { Seq = 1 }).Committee(right with { CoreHash = LogKeys.Word("x") }).Committee(right with { DataRoot = LogKeys.Word("x") })
            .Committee(right with { OperationsRoot = LogKeys.Word("x") }).Committee(right).Committee(right).Commit();
        Assert.Equal([LogFault.Checkpoint, LogFault.Checkpoint, LogFault.Checkpoint, LogFault.Checkpoint, LogFault.None, LogFault.Checkpoint], applied.Events.Select(entry => entry.Fault));
        Assert.Equal((2UL, roots.Roots.State), (applied.Header.CheckpointSeq, applied.Header.CheckpointRoot));
        Assert.Equal(right, log.State.Queries.LastCheckpoint);
        Assert.Null(log.State.RootsAt(1));
        Assert.Equal(roots, log.State.RootsAt(2));
    }

    [Fact]
    public void HeaderThatNamesAnotherCheckpointIsNoBatch()
    {
        SampleLog log = new(checkpointEverySeqs: 2);
        log.Commit();
        log.Commit();
        LogRootsAt roots = Assert.NotNull(log.State.RootsAt(2));
        LogRoots before = log.State.Roots();
        (BatchHeader header, byte[] body) = log.State.Draft(BatchBody.Empty, log.State.LogTimeMs + 1, 0, 0, null);
        foreach (BatchHeader wrong in (BatchHeader[])[
            header with { CheckpointSeq = 2, CheckpointRoot = roots.Roots.State }, header with { AnchorHeight = 1, AnchorHash = LogKeys.Word("x") }])
        {
            BatchEnvelope envelope = SampleLog.Sign(wrong, body);
            Assert.False(log.State.CheckDraft(wrong, body).IsValid);
            Assert.False(log.State.Apply(envelope, BatchEnvelopeCodec.Encode(envelope), LogCheck.Full, out AppliedBatch? applied).IsValid);
            Assert.Null(applied);
            Assert.Equal((2UL, before), (log.State.Seq, log.State.Roots()));
        }
        Assert.True(log.State.CheckDraft(header, body).IsValid);
    }

    [Fact]
    public void StateGoesOnFromEveryCheckpointAsFromGenesis()
    {
        SampleLog log = new SampleScript(3).Run(40).Log;
        LogRoots expected = log.State.Roots();
        Assert.NotNull(log.State.Queries.LastCheckpoint);
        for (int at = 1; at < log.Envelopes.Count; at += 23)
        {
            LogState before = SampleLog.Replay(log.Genesis, log.Envelopes.Take(at), LogCheck.Full);
            byte[] content = CheckpointContent.Write(before);
            Assert.True(LogState.Open(log.Genesis, Sequential.Instance, 77, content, before.Roots().State, out LogState? opened).IsValid);
            Assert.Equal(before.Roots(), Expect.There(opened).Roots());
            Assert.Equal(content, CheckpointContent.Write(opened));
            foreach (byte[] envelope in log.Envelopes.Skip(at)) Apply(opened, envelope);
            Assert.Equal(expected, opened.Roots());
        }
    }

    [Fact]
    public void OneFlippedByteIsRefused()
    {
        SampleLog log = new SampleScript(5).Run(12).Log;
        byte[] content = CheckpointContent.Write(log.State);
        Hash256 root = log.State.Roots().State;
        int step = Environment.GetEnvironmentVariable("DSDN_LONG") == "1" ? 1 : 61;
        for (int at = 0; at < content.Length; at += step)
        {
            content[at] ^= 1;
            Assert.False(LogState.Open(log.Genesis, Sequential.Instance, 0, content, root, out LogState? opened).IsValid, $"byte {at}");
            Assert.Null(opened);
            content[at] ^= 1;
        }
        Assert.False(LogState.Open(log.Genesis, Sequential.Instance, 0, content.AsMemory(0, content.Length - 1), root, out _).IsValid);
        Assert.False(LogState.Open(log.Genesis, Sequential.Instance, 0, (byte[])[1, .. content], root, out _).IsValid);
        Assert.False(LogState.Open(log.Genesis with { LogId = LogKeys.Word("x") }, Sequential.Instance, 0, content, root, out _).IsValid);
        Assert.True(LogState.Open(log.Genesis, Sequential.Instance, 0, content, root, out _).IsValid);
    }

    [Fact]
    public void CopyHasALifeOfItsOwn()
    {
        SampleLog log = new SampleScript(9).Run(20).Log;
        LogState copy = log.State.Copy();
        LogRoots before = copy.Roots();
        Assert.Equal(before, log.State.Roots());
        log.Node("n0", new NodeStats([], 9, 9, 9, 9, 9, 9)).Commit();
        Assert.Equal(before, copy.Roots());
        Apply(copy, log.Envelopes[^1]);
        Assert.Equal(log.State.Roots(), copy.Roots());
    }

    private static void Apply(LogState state, byte[] encoded)
    {
        Assert.Equal(LogFault.None, BatchEnvelopeCodec.TryDecode(encoded, out BatchEnvelope? envelope));
        LogVerdict verdict = state.Apply(Expect.There(envelope), encoded, LogCheck.Full, out _);
        Assert.True(verdict.IsValid, verdict.Detail);
    }
}

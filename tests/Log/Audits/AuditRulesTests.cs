using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Execution;
using Dsdn.Log.Audits;
using Dsdn.Log.State;
using Dsdn.Log.State.Checkpoints;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Audits;

/// <summary>What of an audit counts in the log.</summary>
public sealed class AuditRulesTests
{
    private static AuditVerdict Pass(NodeAuditEntry node, AnswerSheet sheet) => new(node.NodeId, node.Epoch, sheet.Heading.AnswersRoot, node.Draws, All(node.Draws), new byte[Bitmap.BytesFor(node.Draws)]);

    private static AuditVerdict None(NodeAuditEntry node) => new(node.NodeId, node.Epoch, default, node.Draws, new byte[Bitmap.BytesFor(node.Draws)], new byte[Bitmap.BytesFor(node.Draws)]);

    private static byte[] All(int draws) => Bitmap.Of(draws, Enumerable.Range(0, draws));

    private static LogFault[] Faults(AppliedBatch batch) => [.. batch.Events.Select(item => item.Fault)];

    private static NodeAuditEntry Entry(AuditRig rig, string node) => Expect.There(rig.Audits.Node(AuditRig.Id(node)));

    private static ReplicaEntry Of(AuditRig rig, string chunk, string node) => rig.State.Queries.Replicas(LogKeys.Word(chunk)).Single(replica => replica.NodeId == AuditRig.Id(node));

    [Fact]
    public void HonestNodeIsProvenWithAllThatItHeldThen()
    {
        AuditRig rig = new();
        rig.Open();
        rig.Store("later", 4_000); // not part of it
        for (int i = 0; i < 3; i++) rig.Log.Anchor().Commit();
        rig.Log.Committee(rig.Seed()).Commit();
        AnswerSheet sheet = rig.Sheet("n0");
        Assert.Equal(4, rig.Audits.Holdings()[AuditRig.Id("n0")].Replicas.Count);
        Assert.Equal(rig.Audits.Holdings()[AuditRig.Id("n0")].Replicas, Expect.There(rig.Audits.HoldingsOf(AuditRig.Id("n0"))).Replicas);
        Assert.DoesNotContain(rig.Task("n0").Draws, draw => draw.Replica.ChunkId == LogKeys.Word("later"));
        rig.Post("n0", sheet).Log.Commit();
        Assert.Equal([LogFault.None], Faults(rig.Commit([Pass(Entry(rig, "n0"), sheet)])));

        ReplicaEntry proven = Of(rig, "c0", "n0"), unproven = Of(rig, "later", "n0");
        Assert.Equal(rig.State.LogTimeMs, rig.Audits.ProvenMs(proven));
        Assert.Equal(0UL, rig.Audits.ProvenMs(unproven));
        Assert.Equal(0UL, rig.Audits.ProvenMs(Of(rig, "c0", "n1"))); // of a node that is not judged
    }

    [Fact]
    public void AuditsOpenOneAfterAnotherAndNotOftenerThanTheHour()
    {
        AuditRig rig = new();
        Assert.Equal([LogFault.AuditEpoch], Faults(rig.Commit([new AuditOpened(2)])));
        Assert.Equal([LogFault.None, LogFault.AuditEpoch], Faults(rig.Commit([new AuditOpened(1), new AuditOpened(2)])));
        Assert.Equal([LogFault.AuditEpoch], Faults(rig.Commit([new AuditOpened(2)], AuditRig.Times.EveryMs - 1)));
        Assert.Equal([LogFault.AuditEpoch, LogFault.None], Faults(rig.Commit([new AuditOpened(3), new AuditOpened(2)], 1)));
    }

    [Fact]
    public void BeaconIsTheFirstAnchoredBlockThatIsLateEnough()
    {
        AuditRig rig = new();
        rig.Open();
        Assert.Equal([LogFault.AuditBeacon], Faults(rig.Commit([rig.Seed()]))); // none yet
        ulong height = rig.Last.AnchorHeight;
        for (int i = 0; i < 2; i++) rig.Log.Anchor().Commit();
        Assert.Equal(0UL, rig.Last.BeaconHeight);
        rig.Log.Anchor().Commit();
        Assert.Equal((height + 3, LogKeys.Word($"mix {height + 3}")), (rig.Last.BeaconHeight, rig.Last.Beacon));
        rig.Log.Anchor().Commit();
        Assert.Equal(height + 3, rig.Last.BeaconHeight); // a later one does not take its place
        AuditSeed seed = rig.Seed();
        Assert.Equal(
            [LogFault.AuditEpoch, LogFault.AuditBeacon, LogFault.AuditBeacon, LogFault.AuditBeacon, LogFault.AuditBeacon, LogFault.None, LogFault.AuditEpoch],
            Faults(rig.Commit([
                seed with { Epoch = 2 }, seed with { AtSeq = 1 }, seed with { Height = seed.Height + 1 }, seed with { Beacon = LogKeys.Word("chosen") }, seed with { Draws = 1 }, seed, seed])));
    }

    /// <summary>The committee may anchor old blocks late: what was known when holdings froze is no beacon.</summary>
    [Fact]
    public void BlockFromBeforeTheFreezeIsNoBeaconWhenItIsAnchoredAfterIt()
    {
        AuditRig rig = new();
        rig.Log.Commit(Chain.Tests.LightClient.LightChain.TimeOf(8) - rig.State.LogTimeMs); // the log is at the time of block 8
        rig.Open();
        while (rig.State.Chain.Block?.Height < 8) rig.Log.Anchor().Commit(1);
        Assert.Equal(0UL, rig.Last.BeaconHeight);
        while (rig.State.Chain.Block is { } block && block.TimeMs <= rig.Last.OpenedMs) rig.Log.Anchor().Commit(1);
        Assert.Equal(rig.State.Chain.Block?.Height, (ulong?)rig.Last.BeaconHeight);
    }

    [Fact]
    public void NodeAnswersOnceAndInTime()
    {
        AuditRig rig = new AuditRig().Seeded();
        AnswerSheet sheet = rig.Sheet("n0");
        AuditAnswerRoot root = new(1, sheet.Heading.Count, sheet.Heading.AnswersRoot);
        rig.Log.Node("n0", root with { Epoch = 2 }).Node("n0", root with { Count = 1 }).Node("n3", root).Node("n0", root).Node("n0", root with { AnswersRoot = LogKeys.Word("other") });
        Assert.Equal([LogFault.AuditEpoch, LogFault.AuditAnswers, LogFault.AuditNode, LogFault.None, LogFault.AuditNode], Faults(rig.Log.Commit()));
        Assert.Equal(sheet.Heading.AnswersRoot, Entry(rig, "n0").AnswersRoot);
        rig.Log.Node("n1", root);
        Assert.Equal([LogFault.AuditAnswers], Faults(rig.Log.Commit(AuditRig.Times.HardMs)));
    }

    [Fact]
    public void VerdictThatIsNoFullPassWaitsForTheLastMoment()
    {
        AuditRig rig = new AuditRig().Seeded();
        AnswerSheet sheet = rig.Sheet("n0");
        rig.Post("n0", sheet).Log.Commit();
        NodeAuditEntry node = Entry(rig, "n0");
        AuditVerdict pass = Pass(node, sheet), part = pass with { Passed = Bitmap.Of(node.Draws, [0]) };
        Assert.Equal(
            [LogFault.AuditVerdict, LogFault.AuditVerdict, LogFault.AuditVerdict, LogFault.AuditVerdict, LogFault.AuditVerdict, LogFault.AuditNode, LogFault.AuditEpoch, LogFault.None, LogFault.AuditNode],
            Faults(rig.Commit([
                part, None(node), pass with { AnswersRoot = LogKeys.Word("other") }, pass with { AnswersRoot = default }, pass with { Late = pass.Passed }, pass with { NodeId = AuditRig.Id("n3") },
                pass with { Epoch = 2 }, pass, pass])));
    }

    [Fact]
    public void SilenceAndWrongAnswersAreCountedInARow()
    {
        AuditRig rig = new();
        for (uint epoch = 1; epoch <= 3; epoch++)
        {
            rig.Seeded();
            AnswerSheet sheet = rig.Sheet("n1", _ => false);
            rig.Post("n1", sheet).Log.Commit();
            NodeAuditEntry wrong = Entry(rig, "n1");
            rig.Commit([None(Entry(rig, "n0")), None(wrong) with { AnswersRoot = sheet.Heading.AnswersRoot }], AuditRig.Times.EveryMs);
            Assert.Equal((epoch, 0U), (Entry(rig, "n0").SilentInARow, Entry(rig, "n0").FailedInARow));
            Assert.Equal((0U, epoch), (Entry(rig, "n1").SilentInARow, Entry(rig, "n1").FailedInARow));
        }
        Assert.Equal(6, rig.Audits.Faults().Count);
        AuditFault[] silent = [.. rig.Audits.Faults().Where(fault => fault.NodeId == AuditRig.Id("n0")).Select(fault => fault.Fault)];
        Assert.Equal([1U, 2U, 3U], silent.Select(fault => fault.InARow));
        Assert.Single(silent.Select(fault => fault.SinceMs).Distinct());
        Assert.All(silent, fault => Assert.Equal((AuditFaultKind.Silent, fault.Draws), (fault.Kind, fault.Failed)));
        Assert.Equal(3, Entry(rig, "n0").FaultsInADay(rig.State.LogTimeMs));

        rig.Seeded(); // one that it passes ends the row
        AnswerSheet right = rig.Sheet("n0");
        rig.Post("n0", right).Log.Commit();
        rig.Commit([Pass(Entry(rig, "n0"), right)]);
        Assert.Equal(0U, Entry(rig, "n0").SilentInARow);
        rig.Log.Commit(AuditTimes.KeptMs);
        rig.Open();
        Assert.Empty(rig.Audits.Faults());
    }

    [Fact]
    public void ChunkThatItsOwnerDeletedNeedNotBeShown()
    {
        AuditRig rig = new AuditRig().Seeded();
        AuditTask task = rig.Task("n0");
        Hash256 gone = task.Draws[0].Replica.ChunkId;
        rig.Log.Owner("alice", new DeleteRequested(LogKeys.Word("a"), DeleteScope.Chunks, [gone])).Commit();
        Assert.Equal(task.Draws, rig.Task("n0").Draws); // what was frozen is drawn as before
        Assert.True(rig.Audits.IsExcused(AuditRig.Id("n0"), task.Draws[0].Replica));
        AnswerSheet sheet = rig.Sheet("n0", draw => draw.Replica.ChunkId != gone);
        byte[] passed = AuditCheck.Passed([.. task.Draws], sheet, replica => rig.Audits.IsExcused(AuditRig.Id("n0"), replica));
        Assert.Equal(task.Draws.Count, Bitmap.Count(passed));
    }

    /// <summary>Whoever is asked for what he lost cannot say that he does not hold it any more.</summary>
    [Fact]
    public void NodeThatLetsGoOfWhatWasDrawnIsNotExcused()
    {
        AuditRig rig = new AuditRig().Seeded();
        AuditDraw draw = rig.Task("n0").Draws[0];
        rig.Log.Node("n0", new ReplicaRemoved(draw.Replica.ChunkId, 0, draw.Replica.Slot, RemovalReason.Surplus)).Commit();
        Assert.Equal(draw, rig.Task("n0").Draws[0]);
        Assert.False(rig.Audits.IsExcused(AuditRig.Id("n0"), draw.Replica));
    }

    [Fact]
    public void WhoStartsFromACheckpointInTheMiddleDrawsTheSame()
    {
        AuditRig rig = new AuditRig().Seeded();
        AuditDraw first = rig.Task("n2").Draws[0];
        rig.Log.Owner("alice", new DeleteRequested(LogKeys.Word("a"), DeleteScope.Chunks, [first.Replica.ChunkId])).Commit();
        byte[] dump = CheckpointContent.Write(rig.State);
        LogVerdict read = CheckpointContent.Read(rig.Log.Genesis, Sequential.Instance, 7, dump, rig.State.Roots().State, out LogState? state);
        Assert.True(read.IsValid, read.Detail);
        Assert.Equal(rig.Task("n2").Draws, Expect.There(AuditTask.Of(Expect.There(state), AuditRig.Id("n2"))).Draws);
        Assert.Equal(rig.State.Roots(), rig.Log.Replay().Roots());
    }

    [Fact]
    public void LateAnswersAreLateByTheLogsTime()
    {
        AuditRig rig = new AuditRig().Seeded();
        AnswerSheet sheet = rig.Sheet("n0");
        rig.Post("n0", sheet).Log.Commit(AuditRig.Times.SoftMs + 1);
        AuditVerdict pass = Pass(Entry(rig, "n0"), sheet);
        Assert.Equal([LogFault.AuditVerdict, LogFault.None], Faults(rig.Commit([pass, pass with { Late = pass.Passed }])));
        Assert.Empty(rig.Audits.Faults()); // late is scored, no fault
    }

    [Fact]
    public void NodeThatCanNoLongerAnswerIsNotJudged()
    {
        AuditRig rig = new AuditRig().Seeded();
        rig.Log.Chain.Node("n0", 1, status: 2, kind: EventKind.NodeStatus);
        rig.Log.Chain.Node("n1", 2, status: 4, kind: EventKind.NodeStatus);
        AnswerSheet sheet = rig.Sheet("n1");
        rig.Log.Anchor().Commit();
        Assert.Equal([LogFault.None], Faults(rig.Post("n1", sheet).Log.Commit())); // it drains, and still has the rest
        Assert.Equal([LogFault.AuditNode, LogFault.None], Faults(rig.Commit([None(Entry(rig, "n0")), Pass(Entry(rig, "n1"), sheet)], AuditRig.Times.EveryMs)).Take(2));
    }

    [Fact]
    public void NewNodesAreAskedForFourTimesAsMuch()
    {
        AuditTimes times = AuditTimes.Standard;
        Assert.Equal(256, times.DrawsOf(1_000, 1_000 + AuditTimes.NewMs - 1));
        Assert.Equal(64, times.DrawsOf(1_000, 1_000 + AuditTimes.NewMs));
        Assert.Equal(256, times.DrawsOf(2_000, 1_000)); // the chain's clock is ahead of the log's
    }
}

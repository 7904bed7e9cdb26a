using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Repair;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.State;

/// <summary>A short log with every table in it, that the second implementation in Python reads too.</summary>
internal static class ScriptedLog
{
    private static readonly Hash256 Agreement = LogKeys.Word("a");

    public static SampleLog Make()
    {
        SampleLog log = new(checkpointEverySeqs: 3, audits: new AuditTimes(20_000, 3_000, 9_000, 2, 1));
        log.WithNodes(9, 5).Commit();
        log.Owner("alice", Use("f", ChunkCoding.Replicas, "c0", "c1", "c2")).Owner("alice", Use("g", ChunkCoding.ReedSolomon, "s0")).Node("n0", Stats(0, 700)).Commit();
        string third = log.Places("a", "f", "c0")[2].Node, gone = log.Places("a", "f", "c1")[1].Node;
        ChunkDeclared declared = log.Declared("a", "f", "c0", 10);
        log.Owner("alice", declared).Owner("alice", log.Declared("a", "f", "c1", 10)).Owner("alice", log.Declared("a", "g", "s0", 10, ChunkCoding.ReedSolomon))
            .Committee(log.Placement("a", "f", "c0")).Committee(log.Placement("a", "f", "c1")).Commit();
        LogRootsAt roots = log.State.RootsAt(3) ?? throw new InvalidOperationException("no roots");
        log.Committee(new Checkpoint(3, roots.CoreHash, roots.Roots.Data, roots.Roots.Operations, LogKeys.Word("content"), 9)).Node(third, Added("c0", 0, 2)).Committee(Liveness(log, 1, 3)).Commit();
        log.Owner("alice", declared).Owner("alice", Delete(DeleteScope.Chunks, "c0")).Raw(LogKeys.NodeEvent("n0", Stats(0, 800), 1)).Committee(new FallbackActivated(FallbackReason.PrimaryDown, 2, 7, 9)).Commit();
        log.Owner("alice", Use("f", ChunkCoding.Replicas, "c0")).Owner("alice", Delete(DeleteScope.Files, "g")).Committee(new ReconciliationStarted(1, 5, 10)).Commit();
        log.Owner("alice", log.Declared("a", "f", "c0", 10, generation: 1)).Commit();
        log.Chain.Node("n8", 1, status: 2, kind: EventKind.NodeStatus);
        log.Anchor().Committee(Liveness(log, 2, 3)).Node(gone, new ReplicaRemoved(LogKeys.Word("c1"), 0, 1, RemovalReason.Lost)).Node(gone, new ReplicaRemoved(LogKeys.Word("c1"), 0, 1, RemovalReason.Lost)).Commit();
        log.Committee(new ReconciliationCompleted(6, 5, 0, 11)).Committee(new FallbackDeactivated(12, 5, 13)).Owner("bob", new AgreementUse(LogKeys.Word("b"), LogKeys.Word("h"), ChunkCoding.Replicas, [new ReservedChunk(LogKeys.Word("c1"), 10)])).Commit();
        log.Owner("alice", Delete(DeleteScope.Chunks, "nothing")).Node("n4", Stats(4, 100)).Commit();
        log.Commit(LogRules.ReservedMs);
        Repair(log);
        Audit(log);
        return log;
    }

    /// <summary>A chunk that was never placed, one whose node lost it, one of a node that leaves, and one of a node that is banned.</summary>
    private static void Repair(SampleLog log)
    {
        for (int i = 0; i < 4; i++)
        {
            ReplicaEntry first = log.State.Queries.Replicas(LogKeys.Word("c1"))[0];
            if (i == 2) log.Chain.Node(SampleLog.NameOf(first.NodeId), first.Zone, status: NodeRecord.StatusLeaving, kind: EventKind.NodeStatus);
            if (i == 2) log.Anchor().Commit();
            if (i == 3) log.Chain.Node(SampleLog.NameOf(first.NodeId), first.Zone, status: 3, kind: EventKind.NodeStatus);
            if (i == 3) log.Anchor().Commit();
            foreach (EventBody body in new RepairPlanner(log.State).Plan(log.State.LogTimeMs + SampleLog.BatchMs)) log.Committee(body);
            if (log.Pending > 0 && log.Commit().Skipped > 0) throw new InvalidOperationException("a repair was skipped");
        }
        if (log.State.Queries.Applied(EventKind.ReplicaLost) == 0 || log.State.Queries.Applied(EventKind.PlacementDecided) < 5) throw new InvalidOperationException("nothing was repaired");
    }

    /// <summary>One that a node passes late, another answers wrongly and a third not at all; replicas go in the middle of it.</summary>
    private static void Audit(SampleLog log)
    {
        string[] chunks = ["d0", "d1", "d2"];
        log.Owner("alice", Use("f", ChunkCoding.Replicas, chunks)).Commit();
        foreach (string chunk in chunks) log.Owner("alice", log.Declared("a", "f", chunk, 10));
        log.Commit();
        log.Committee(new AuditOpened(1)).Node("n1", Stats(1, 500)).Commit();
        IReadOnlyList<NodeAuditEntry> nodes = log.State.Queries.Audits.Nodes();
        (string late, string wrong) = (SampleLog.NameOf(nodes[0].NodeId), SampleLog.NameOf(nodes[1].NodeId));
        ReplicaEntry lost = log.State.Queries.ReplicasOf(nodes[1].NodeId).First(replica => replica.IsHeld);
        log.Node(wrong, new ReplicaRemoved(lost.ChunkId, lost.Generation, lost.Slot, RemovalReason.Lost)).Commit();
        log.Anchor().Commit();
        AuditStatus audit = log.State.Queries.Audits.Last ?? throw new InvalidOperationException("no audit");
        log.Committee(new AuditSeed(1, audit.AtSeq, audit.BeaconHeight, audit.Beacon, 2)).Owner("alice", Delete(DeleteScope.Chunks, "d0")).Commit();
        log.Committee(new AuditOpened(2)).Node(wrong, new AuditAnswerRoot(1, 8, LogKeys.Word("wrong answers"))).Commit();
        log.Node(late, new AuditAnswerRoot(1, 8, LogKeys.Word("late answers"))).Commit();
        log.Committee(new AuditVerdict(nodes[0].NodeId, 1, LogKeys.Word("late answers"), 8, new byte[] { 0xff }, new byte[] { 0xff })).Commit(10_000);
        log.Committee(new AuditVerdict(nodes[1].NodeId, 1, LogKeys.Word("wrong answers"), 8, new byte[] { 0x0f }, new byte[] { 0 }))
            .Committee(new AuditVerdict(nodes[^1].NodeId, 1, default, 8, new byte[] { 0 }, new byte[] { 0 })).Commit();
        log.Committee(new AuditOpened(2)).Commit();
    }

    /// <summary>The same for a network whose chain has agreements: sessions, quotas, a forced deletion, an agreement that ends and is released.</summary>
    public static SampleLog MakeWithAgreements()
    {
        const ulong End = SampleLog.StartMs + 60_000, Release = End + 20_000;
        SampleLog log = new(checkpointEverySeqs: 3, hasAgreements: true);
        log.Chain.Agreement("a", "alice", 60, End, Release, ChunkCoding.Replicas);
        log.Chain.Agreement("b", "bob", 100, End + 40_000, Release + 40_000, ChunkCoding.ReedSolomon);
        log.Chain.Session("alice", "phone", SessionScopes.Upload, End);
        log.WithNodes(9, 5).Commit();
        log.Owner("alice", Use("f", ChunkCoding.Replicas, "c0", "c1")).Session("phone", Use("g", ChunkCoding.ReedSolomon, "s0")).Session("tablet", Use("h", ChunkCoding.Replicas, "c2"))
            .Owner("bob", new AgreementUse(LogKeys.Word("b"), LogKeys.Word("i"), ChunkCoding.Replicas, [new ReservedChunk(LogKeys.Word("c9"), 1)])).Owner("bob", Use("f", ChunkCoding.Replicas, "c2"))
            .Owner("bob", new AgreementUse(LogKeys.Word("b"), LogKeys.Word("i"), ChunkCoding.ReedSolomon, [new ReservedChunk(LogKeys.Word("s0"), 10)]))
            .Owner("alice", Use("f", ChunkCoding.Replicas, "c0", "c3", "c4", "c5")).Owner("alice", Use("f", ChunkCoding.Replicas, "c0", "c3", "c4", "c5", "c6")).Commit();
        log.Owner("alice", log.Declared("a", "f", "c0", 10)).Session("phone", log.Declared("a", "f", "c1", 10)).Session("phone", log.Declared("a", "g", "s0", 10, ChunkCoding.ReedSolomon))
            .Session("phone", Delete(DeleteScope.Chunks, "c0")).Commit();
        log.Owner("bob", LogKeys.Declared("b", "i", "s0", 10, ChunkCoding.ReedSolomon, 0, [.. log.State.Queries.Replicas(LogKeys.Word("s0")).Where(replica => replica.IsHeld).Select(replica => (replica.Slot, SampleLog.NameOf(replica.NodeId), replica.Zone))])).Commit();
        log.Chain.Record(10, EventKind.DeletionForced, new DeletionForced(Delete(DeleteScope.Chunks, "c1")).Encode());
        log.Chain.Record(10, EventKind.DeletionForced, new DeletionForced(Delete(DeleteScope.Files, "nothing")).Encode());
        log.Chain.Session("alice", "phone", SessionScopes.None, 0);
        log.Chain.Session("alice", "tablet", SessionScopes.All, SampleLog.StartMs + 20_000);
        log.Anchor().Session("phone", Use("h", ChunkCoding.Replicas, "c2")).Session("tablet", Use("h", ChunkCoding.Replicas, "c2")).Commit();
        log.Session("tablet", Use("h", ChunkCoding.Replicas, "c7")).Commit(20_000);
        ChunkDeclared late = log.Declared("a", "h", "c2", 10);
        log.Owner("alice", late).Owner("alice", Use("h", ChunkCoding.Replicas, "c2")).Commit(End - log.State.LogTimeMs);
        log.Commit(Release - log.State.LogTimeMs - 1);
        log.Commit(1);
        log.Owner("alice", Delete(DeleteScope.Files, "g")).Commit(LogRules.ReservedMs);
        return log;
    }

    private static NodeStats Stats(int node, ulong freeGib) => LogKeys.Stats(node, freeGib << 30, 1_000UL << 30, freeGib);

    private static AgreementUse Use(string file, ChunkCoding coding, params string[] chunks) =>
        new(Agreement, LogKeys.Word(file), coding, [.. chunks.Select(chunk => new ReservedChunk(LogKeys.Word(chunk), 10))]);

    private static ReplicaAdded Added(string chunk, uint generation, byte slot) => new(LogKeys.Word(chunk), generation, slot, LogKeys.Word($"root {chunk} 0"), 10, 5);

    private static DeleteRequested Delete(DeleteScope scope, string id) => new(Agreement, scope, [LogKeys.Word(id)]);

    private static LivenessBitmap Liveness(SampleLog log, ulong round, int dead) =>
        new(round, log.State.Chain.Feed(1).Sequence, 9, Bitmap.Of(9, Enumerable.Range(0, 9).Where(i => i != dead)));
}

using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.State;

/// <summary>A short log with every table in it, that the second implementation in Python reads too.</summary>
internal static class ScriptedLog
{
    private static readonly Hash256 Agreement = LogKeys.Word("a");

    public static SampleLog Make()
    {
        SampleLog log = new(checkpointEverySeqs: 3);
        log.WithNodes(9, 5).Commit();
        log.Owner("alice", Use("f", ChunkCoding.Replicas, "c0", "c1", "c2")).Owner("alice", Use("g", ChunkCoding.ReedSolomon, "s0")).Node("n0", Stats(1)).Commit();
        log.Owner("alice", Copies("f", "c0", 0)).Owner("alice", Copies("f", "c1", 0)).Owner("alice", Shards("g", "s0"))
            .Committee(Placement("c0", 0, 2, "n0", "n1", "n2")).Committee(Placement("c1", 0, 2, "n0", "n1", "n3")).Commit();
        LogRootsAt roots = log.State.RootsAt(3) ?? throw new InvalidOperationException("no roots");
        log.Committee(new Checkpoint(3, roots.CoreHash, roots.Roots.Data, roots.Roots.Operations, LogKeys.Word("content"), 9)).Node("n2", Added("c0", 0, 2)).Committee(Liveness(log, 1, 3)).Commit();
        log.Owner("alice", Copies("f", "c0", 0)).Owner("alice", Delete(DeleteScope.Chunks, "c0")).Raw(LogKeys.NodeEvent("n0", Stats(2), 1)).Committee(new FallbackActivated(FallbackReason.PrimaryDown, 2, 7, 9)).Commit();
        log.Owner("alice", Use("f", ChunkCoding.Replicas, "c0")).Owner("alice", Copies("f", "c0", 1)).Owner("alice", Delete(DeleteScope.Files, "g")).Committee(new ReconciliationStarted(1, 5, 10)).Commit();
        log.Chain.Node("n8", 1, status: 2, kind: EventKind.NodeStatus);
        log.Anchor().Committee(Liveness(log, 2, 3)).Node("n1", new ReplicaRemoved(LogKeys.Word("c1"), 0, 1, RemovalReason.Lost)).Node("n1", new ReplicaRemoved(LogKeys.Word("c1"), 0, 1, RemovalReason.Lost)).Commit();
        log.Committee(new ReconciliationCompleted(6, 5, 0, 11)).Committee(new FallbackDeactivated(12, 5, 13)).Owner("bob", new AgreementUse(LogKeys.Word("b"), LogKeys.Word("h"), ChunkCoding.Replicas, [new ReservedChunk(LogKeys.Word("c1"), 10)])).Commit();
        log.Owner("alice", Delete(DeleteScope.Chunks, "nothing")).Node("n4", Stats(3)).Commit();
        log.Commit(LogRules.ReservedMs);
        return log;
    }

    private static NodeStats Stats(ulong chunks) => new([new Endpoint(EndpointRole.Storage, new byte[16], 45_840)], 1UL << 40, 1UL << 39, chunks, 10, 1_000, 2_000);

    private static AgreementUse Use(string file, ChunkCoding coding, params string[] chunks) =>
        new(Agreement, LogKeys.Word(file), coding, [.. chunks.Select(chunk => new ReservedChunk(LogKeys.Word(chunk), 10))]);

    private static ChunkDeclared Copies(string file, string chunk, uint generation) =>
        LogKeys.Declared("a", file, chunk, 10, ChunkCoding.Replicas, generation, (0, "n0", 1), (1, "n1", 2));

    private static ChunkDeclared Shards(string file, string chunk) =>
        LogKeys.Declared("a", file, chunk, 10, ChunkCoding.ReedSolomon, 0, [.. Enumerable.Range(0, 8).Select(i => ((byte)i, $"n{i}", (ushort)((i % 5) + 1)))]);

    private static PlacementDecided Placement(string chunk, uint generation, ulong atSeq, params string[] nodes) => new(
        LogKeys.Word(chunk), Agreement, generation, ChunkCoding.Replicas, atSeq, [.. nodes.Select((node, i) => new PlacedReplica((byte)i, LogKeys.PublicKey(node), (ushort)((node[1] - '0') % 5 + 1)))]);

    private static ReplicaAdded Added(string chunk, uint generation, byte slot) => new(LogKeys.Word(chunk), generation, slot, LogKeys.Word($"root {chunk} 0"), 10, 5);

    private static DeleteRequested Delete(DeleteScope scope, string id) => new(Agreement, scope, [LogKeys.Word(id)]);

    private static LivenessBitmap Liveness(SampleLog log, ulong round, int dead) =>
        new(round, log.State.Chain.Feed(1).Sequence, 9, Bitmap.Of(9, Enumerable.Range(0, 9).Where(i => i != dead)));
}

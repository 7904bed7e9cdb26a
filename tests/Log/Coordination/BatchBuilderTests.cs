using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Coordination;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Coordination;

/// <summary>What stands in a batch beside what waits: placements behind their declarations, repairs in front of everything.</summary>
public sealed class BatchBuilderTests
{
    [Fact]
    public void DeclaredChunkIsPlacedInItsBatch()
    {
        SampleLog log = Reserved("c", "d");
        EventPool pool = new(new EventPoolOptions());
        foreach (string chunk in (string[])["c", "d"]) Add(log, pool, LogKeys.OwnerEvent("alice", log.Declared("a", "f", chunk, 10), chunk[0]));
        EventKind[] kinds = Kinds(log, BatchBuilder.Build(Plan(log), pool));
        Assert.Equal([EventKind.ChunkDeclared, EventKind.ChunkDeclared, EventKind.PlacementDecided, EventKind.PlacementDecided], kinds);
        Assert.Equal([true, true, true, true], Apply(log, BatchBuilder.Build(Plan(log), pool)).Events.Select(entry => entry.IsApplied));
        Assert.NotEqual(0UL, log.State.Queries.Chunk(LogKeys.Word("c"))?.PlacedSeq);
    }

    [Fact]
    public void ChunkThatTwoDeclareIsPlacedOnce()
    {
        SampleLog log = Reserved("c");
        log.Owner("bob", new AgreementUse(LogKeys.Word("b"), LogKeys.Word("f"), ChunkCoding.Replicas, [new ReservedChunk(LogKeys.Word("c"), 10)])).Commit();
        EventPool pool = new(new EventPoolOptions());
        Add(log, pool, LogKeys.OwnerEvent("alice", log.Declared("a", "f", "c", 10), 100));
        Add(log, pool, LogKeys.OwnerEvent("bob", log.Declared("b", "f", "c", 10), 100));
        Assert.Single(Kinds(log, BatchBuilder.Build(Plan(log), pool)), EventKind.PlacementDecided);
    }

    [Fact]
    public void DeclarationOfALiveChunkIsNotPlacedAgain()
    {
        SampleLog log = Reserved("c");
        log.Owner("alice", log.Declared("a", "f", "c", 10)).Commit();
        log.Owner("alice", new AgreementUse(LogKeys.Word("a"), LogKeys.Word("g"), ChunkCoding.Replicas, [new ReservedChunk(LogKeys.Word("c"), 10)])).Commit();
        (byte, string, ushort)[] holders = [.. log.State.Queries.Replicas(LogKeys.Word("c")).Where(replica => replica.IsHeld).Select(replica => (replica.Slot, SampleLog.NameOf(replica.NodeId), replica.Zone))];
        EventPool pool = new(new EventPoolOptions());
        Add(log, pool, LogKeys.OwnerEvent("alice", LogKeys.Declared("a", "g", "c", 10, ChunkCoding.Replicas, 0, holders), 100));
        Assert.Equal([EventKind.ChunkDeclared], Kinds(log, BatchBuilder.Build(Plan(log), pool)));
    }

    [Fact]
    public void RepairsStandInFrontAndNotBesideFactsOfTheChain()
    {
        SampleLog log = Reserved("c");
        EventPool pool = new(new EventPoolOptions());
        Add(log, pool, LogKeys.OwnerEvent("alice", log.Declared("a", "f", "c", 10), 100));
        ReplicaLost lost = new(LogKeys.Word("c"), 0, 0, RemovalReason.NodeDown, LogKeys.PublicKey("n0"));
        BatchPlan plan = Plan(log) with { Repairs = () => [lost], Announcements = [new ReconciliationStarted(1, 2, 3)] };
        Assert.Equal([EventKind.ReplicaLost, EventKind.ReconciliationStarted, EventKind.ChunkDeclared, EventKind.PlacementDecided], Kinds(log, BatchBuilder.Build(plan, pool)));
        (ChainAnchor anchor, _) = log.Chain.Next();
        Assert.Equal(
            [EventKind.ChainAnchor, EventKind.ReconciliationStarted, EventKind.ChunkDeclared, EventKind.PlacementDecided],
            Kinds(log, BatchBuilder.Build(plan with { Facts = new ChainFacts(log.State.Chain, anchor, []) }, pool)));
    }

    [Fact]
    public void RoomIsLeftForThePlacementsOfAFullBatch()
    {
        SampleLog log = Reserved("c");
        EventPool pool = new(new EventPoolOptions());
        byte[] entry = LogKeys.OwnerEvent("alice", log.Declared("a", "f", "c", 10), 100);
        Add(log, pool, entry);
        Assert.Empty(pool.Oldest(1, 1 << 20));
        Assert.Single(pool.Oldest(2, 1 << 20));
        Assert.Empty(pool.Oldest(2, entry.Length + 4));
    }

    private static SampleLog Reserved(params string[] chunks)
    {
        SampleLog log = new();
        log.WithNodes(6, 3).Commit();
        log.Owner("alice", new AgreementUse(LogKeys.Word("a"), LogKeys.Word("f"), ChunkCoding.Replicas, [.. chunks.Select(chunk => new ReservedChunk(LogKeys.Word(chunk), 10))])).Commit();
        return log;
    }

    private static BatchPlan Plan(SampleLog log) => new(LogKeys.ChainId, log.State.Seq + 1, log.State.Committee.Hash, log.State.Chain) { PlacementOf = log.State.Queries.FirstPlacement };

    private static void Add(SampleLog log, EventPool pool, byte[] encoded)
    {
        Assert.Equal(LogFault.None, EventReader.TryRead(encoded, new EventContext(LogKeys.ChainId, log.State.Seq + 1, 0, Hash256.Zero, false), 0, out CheckedEvent? read));
        Assert.True(pool.Add(Expect.There(read), encoded));
    }

    private static EventKind[] Kinds(SampleLog log, BatchBody body) => [.. body.Events.Select(encoded =>
    {
        Assert.Equal(LogFault.None, EventCodec.TryDecode(encoded, log.Genesis.ChainId, out LogEvent? entry));
        return Expect.There(entry).Kind;
    })];

    private static AppliedBatch Apply(SampleLog log, BatchBody body)
    {
        (BatchHeader header, byte[] encoded) = log.State.Draft(body, log.State.LogTimeMs + 1, 0, 0, null);
        BatchEnvelope envelope = SampleLog.Sign(header, encoded);
        Assert.True(log.State.Apply(envelope, BatchEnvelopeCodec.Encode(envelope), LogCheck.Full, out AppliedBatch? applied).IsValid);
        return Expect.There(applied);
    }
}

using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.State;

/// <summary>Chunks from their reservation to their tombstone, with acknowledgements, placements and replicas.</summary>
public sealed class ChunkTests
{
    private static readonly Hash256 Chunk = LogKeys.Word("c"), Agreement = LogKeys.Word("a"), File = LogKeys.Word("f");

    [Fact]
    public void AcknowledgementsMustBeOfTwoNodesInTwoZones()
    {
        foreach ((LogFault expected, (byte, string, ushort)[] acks) in ((LogFault, (byte, string, ushort)[])[])[
            (LogFault.AckQuorum, [(0, "n0", 1)]),
            (LogFault.AckQuorum, [(0, "n0", 1), (1, "n3", 1)]),
            (LogFault.AckNode, [(0, "n0", 1), (1, "n0", 1)]),
            (LogFault.AckNode, [(0, "n0", 1), (1, "n1", 3)]),
            (LogFault.AckNode, [(0, "n0", 1), (1, "stranger", 2)]),
            (LogFault.None, [(0, "n0", 1), (2, "n2", 3)]),
            (LogFault.None, [(0, "n0", 1), (1, "n1", 2), (2, "n2", 3)])])
        {
            SampleLog log = Reserved();
            Assert.Equal([expected], Faults(log.Owner("alice", LogKeys.Declared("a", "f", "c", 10, ChunkCoding.Replicas, 0, acks)).Commit()));
            Assert.Equal(expected == LogFault.None, log.State.Queries.Chunk(Chunk) is not null);
            Assert.Equal(expected == LogFault.None ? acks.Length : 0, log.State.Queries.Replicas(Chunk).Count);
        }
    }

    [Fact]
    public void ShardsNeedEightAcknowledgementsAndTwoInAZoneAtMost()
    {
        foreach ((LogFault expected, int nodes, int zones, int acks) in ((LogFault, int, int, int)[])[
            (LogFault.AckQuorum, 9, 5, 7), (LogFault.None, 9, 5, 8), (LogFault.None, 9, 5, 9), (LogFault.AckQuorum, 9, 4, 9), (LogFault.None, 9, 4, 8)])
        {
            SampleLog log = new();
            log.WithNodes(nodes, zones).Commit();
            log.Owner("alice", new AgreementUse(Agreement, File, ChunkCoding.ReedSolomon, [new ReservedChunk(Chunk, 10)])).Commit();
            (byte, string, ushort)[] signed = [.. Enumerable.Range(0, acks).Select(i => ((byte)i, $"n{i}", (ushort)((i % zones) + 1)))];
            Assert.Equal([expected], Faults(log.Owner("alice", LogKeys.Declared("a", "f", "c", 10, ChunkCoding.ReedSolomon, 0, signed)).Commit()));
        }
    }

    [Fact]
    public void ForgedAcknowledgementSkipsTheDeclaration()
    {
        SampleLog log = Reserved();
        ChunkDeclared declared = LogKeys.Declared("a", "f", "c", 10, ChunkCoding.Replicas, 0, (0, "n0", 1), (1, "n1", 2));
        StoreAck stolen = declared.Acks[1] with { Signature = declared.Acks[0].Signature };
        Assert.Equal([LogFault.AckSignature], Faults(log.Owner("alice", declared with { Acks = [declared.Acks[0], stolen] }).Commit()));
    }

    [Fact]
    public void DeclarationMustFitItsReservation()
    {
        foreach (ChunkDeclared other in (ChunkDeclared[])[
            Declared("a", "f", "c", 11), Declared("a", "g", "c", 10), Declared("a", "f", "d", 10)])
        {
            Assert.Equal([LogFault.ReservationMissing], Faults(Reserved().Owner("alice", other).Commit()));
        }
        Assert.Equal([LogFault.NotOwner], Faults(Reserved().Owner("bob", Declared("a", "f", "c", 10)).Commit()));
        Assert.Equal([LogFault.Generation], Faults(Reserved().Owner("alice", Declared("a", "f", "c", 10, generation: 1)).Commit()));
    }

    [Fact]
    public void AnotherAgreementSharesTheChunkAndKeepsIt()
    {
        SampleLog log = Placed();
        log.Owner("bob", Use("b", "g", ("c", 10))).Commit();
        ChunkDeclared other = LogKeys.Declared("b", "g", "c", 10, ChunkCoding.Replicas, 0, (0, "n0", 1), (1, "n1", 2));
        ChunkDeclared elsewhere = LogKeys.Declared("b", "g", "c", 10, ChunkCoding.Replicas, 0, (0, "n3", 1), (1, "n1", 2));
        ChunkDeclared otherRoot = other with { Roots = [LogKeys.Word("other root")], Acks = [] };
        otherRoot = otherRoot with { Acks = [.. new[] { ("n0", (byte)0, (ushort)1), ("n1", (byte)1, (ushort)2) }.Select(ack =>
        {
            StoreAck words = new(ack.Item2, LogKeys.PublicKey(ack.Item1), ack.Item3, default, 1, new byte[64]);
            return words with { Signature = LogKeys.Sign(ack.Item1, StoreAck.Message(StoreAck.Id(LogKeys.ChainId, otherRoot, words))) };
        })] };
        Assert.Equal([LogFault.AckNode, LogFault.ChunkConflict, LogFault.None], Faults(log.Owner("bob", elsewhere).Owner("bob", otherRoot).Owner("bob", other).Commit()));
        Assert.Equal(2, log.State.Queries.References(Chunk).Count);

        Assert.Equal([LogFault.None], Faults(log.Owner("alice", Delete("a", "c")).Commit()));
        Assert.False(log.State.Queries.Chunk(Chunk)?.IsDeleted);
        Assert.Equal((0UL, 1UL), (log.State.Queries.Agreement(Agreement)?.References, log.State.Queries.Agreement(LogKeys.Word("b"))?.References));
        Assert.Equal([LogFault.None], Faults(log.Owner("bob", new DeleteRequested(LogKeys.Word("b"), DeleteScope.Files, [LogKeys.Word("g")])).Commit()));
        Assert.True(log.State.Queries.Chunk(Chunk)?.IsDeleted);
        Assert.Equal(log.State.Seq, log.State.Queries.Chunk(Chunk)?.DeletedSeq);
    }

    [Fact]
    public void DeletedIdComesBackWithTheNextGenerationOnly()
    {
        SampleLog log = Placed();
        log.Owner("alice", Delete("a", "c")).Owner("alice", Use("a", "f", ("c", 10))).Commit();
        Assert.Equal(3, log.State.Queries.Replicas(Chunk).Count + 1); // n2 was to store it and is not to any more
        Assert.Equal([LogFault.Generation, LogFault.Generation, LogFault.None],
            Faults(log.Owner("alice", Declared("a", "f", "c", 10)).Owner("alice", Declared("a", "f", "c", 10, 2)).Owner("alice", Declared("a", "f", "c", 10, 1)).Commit()));
        ChunkEntry? chunk = log.State.Queries.Chunk(Chunk);
        Assert.Equal((1U, false, 0UL, 0UL), (chunk?.Generation, chunk?.IsDeleted, chunk?.PlacedSeq, chunk?.DeletedSeq));
        Assert.Equal([LogFault.ReplicaUnknown], Faults(log.Node("n0", new ReplicaRemoved(Chunk, 0, 0, RemovalReason.Deleted)).Commit())); // it acknowledged the new one
    }

    [Fact]
    public void ForgedDeletionInACommittedBatchChangesNothing()
    {
        SampleLog log = Placed();
        LogRoots before = log.State.Roots();
        byte[] unsigned = LogKeys.OwnerEvent("alice", Delete("a", "c"), 50);
        unsigned[^2] ^= 1;
        byte[] relabelled = LogKeys.OwnerEvent("alice", Delete("a", "c"), 51, AuthorType.Session);
        AppliedBatch applied = log.Raw(unsigned).Raw(relabelled).Owner("mallory", Delete("a", "c")).Commit();
        Assert.Equal([LogFault.EventSignature, LogFault.SessionUnknown, LogFault.NotOwner], Faults(applied));
        Assert.Equal(before.Data, log.State.Roots().Data);
        Assert.NotEqual(before.Operations, log.State.Roots().Operations); // the skips are counted
        Assert.False(log.State.Queries.Chunk(Chunk)?.IsDeleted);
        Assert.Equal(1UL, log.State.Queries.Skipped(LogFault.EventSignature));
    }

    [Fact]
    public void PlacementNamesActiveNodesInTheirZonesAndKeepsThoseThatHold()
    {
        (byte Slot, string Node, ushort Zone)[] right = [(0, "n0", 1), (1, "n1", 2), (2, "n2", 3)];
        foreach ((LogFault expected, ulong atSeq, (byte, string, ushort)[] replicas) in ((LogFault, ulong, (byte, string, ushort)[])[])[
            (LogFault.Placement, 1, right), (LogFault.Placement, 2, [(0, "n0", 1), (2, "n2", 3)]), (LogFault.Placement, 2, [(0, "n3", 1), (1, "n1", 2), (2, "n2", 3)]),
            (LogFault.Placement, 2, [(0, "n0", 1), (1, "n1", 2), (2, "n4", 2)]), (LogFault.Placement, 2, [(0, "n0", 1), (1, "n1", 2), (2, "n2", 4)]), (LogFault.None, 2, right)])
        {
            SampleLog log = Reserved();
            log.Owner("alice", Declared("a", "f", "c", 10)).Commit();
            Assert.Equal([expected], Faults(log.Committee(Placement(atSeq, replicas)).Commit()));
            Assert.Equal(expected == LogFault.None, log.State.Queries.Chunk(Chunk)?.PlacedSeq != 0);
        }
        SampleLog unknown = Reserved();
        Assert.Equal([LogFault.ChunkUnknown], Faults(unknown.Committee(Placement(2, right)).Commit()));
    }

    [Fact]
    public void ReplicaIsHeldOnceItsNodeSaysSoAndGoneOnceItDoesNot()
    {
        SampleLog log = Placed();
        Hash256 root = LogKeys.Word("root c 0");
        Assert.Equal([true, true, false], log.State.Queries.Replicas(Chunk).Select(replica => replica.IsHeld));
        Assert.Equal(
            [LogFault.ReplicaConflict, LogFault.ReplicaConflict, LogFault.Generation, LogFault.ReplicaUnknown, LogFault.ReplicaUnknown, LogFault.None, LogFault.None],
            Faults(log
                .Node("n2", new ReplicaAdded(Chunk, 0, 2, Chunk, 10, 1)).Node("n2", new ReplicaAdded(Chunk, 0, 2, root, 9, 1)).Node("n2", new ReplicaAdded(Chunk, 1, 2, root, 10, 1))
                .Node("n2", new ReplicaAdded(Chunk, 0, 1, root, 10, 1)).Node("n3", new ReplicaAdded(Chunk, 0, 2, root, 10, 1)).Node("n2", new ReplicaAdded(Chunk, 0, 2, root, 10, 1))
                .Node("n2", new ReplicaAdded(Chunk, 0, 2, root, 10, 1)).Commit()));
        Assert.All(log.State.Queries.Replicas(Chunk), replica => Assert.True(replica.IsHeld));
        Assert.Single(log.State.Queries.ReplicasOf(LogKeys.PublicKey("n2")));
        Assert.Equal([LogFault.ReplicaUnknown, LogFault.None, LogFault.ReplicaUnknown], Faults(log
            .Node("n1", new ReplicaRemoved(Chunk, 0, 0, RemovalReason.Lost)).Node("n0", new ReplicaRemoved(Chunk, 0, 0, RemovalReason.Lost)).Node("n0", new ReplicaRemoved(Chunk, 0, 0, RemovalReason.Lost)).Commit()));
        Assert.Equal(2, log.State.Queries.Replicas(Chunk).Count);

        // The free slot is placed anew, in a zone that the others leave free.
        Assert.Equal([LogFault.Placement, LogFault.None], Faults(log.Committee(Placement(log.State.Seq, (0, "n4", 2))).Committee(Placement(log.State.Seq, (0, "n3", 1))).Commit()));
        Assert.Equal(["n3", "n1", "n2"], log.State.Queries.Replicas(Chunk).Select(replica => new[] { "n0", "n1", "n2", "n3" }.Single(name => LogKeys.PublicKey(name) == replica.NodeId)));
    }

    [Fact]
    public void ReplicaIsStruckWhenItsNodeIsDownOrNotActive()
    {
        SampleLog log = Placed();
        ReplicaLost down = new(Chunk, 0, 0, RemovalReason.NodeDown, LogKeys.PublicKey("n0")), inactive = down with { Reason = RemovalReason.NodeNotActive };
        Assert.Equal([LogFault.NodeNotLost, LogFault.NodeNotLost], Faults(log.Committee(down).Committee(inactive).Commit()));
        int index = log.State.Queries.Nodes().ToList().FindIndex(node => node.Id == LogKeys.PublicKey("n0"));
        for (ulong round = 1; round <= 3; round++)
        {
            Assert.Equal([LogFault.NodeNotLost, LogFault.None, LogFault.LivenessRound], Faults(log.Committee(down).Committee(Bitmap(log, round, index)).Committee(Bitmap(log, round, index)).Commit()));
        }
        Assert.Equal(3U, log.State.Node(LogKeys.PublicKey("n0"))?.MissedRounds);
        Assert.Equal([LogFault.None, LogFault.ReplicaUnknown], Faults(log.Committee(down).Committee(down).Commit()));
        log.Chain.Node("n1", 2, status: 3);
        log.Anchor().Commit();
        Assert.Equal([LogFault.None], Faults(log.Committee(new ReplicaLost(Chunk, 0, 1, RemovalReason.NodeNotActive, LogKeys.PublicKey("n1"))).Commit()));
    }

    private static LivenessBitmap Bitmap(SampleLog log, ulong round, int dead)
    {
        int count = log.State.Queries.Nodes().Count;
        return new LivenessBitmap(round, log.State.Chain.Feed(1).Sequence, (uint)count, Dsdn.Chain.Log.Wire.Bitmap.Of(count, Enumerable.Range(0, count).Where(i => i != dead)));
    }

    /// <summary>Six nodes in three zones; alice has reserved chunk c of ten bytes in batch 2.</summary>
    private static SampleLog Reserved()
    {
        SampleLog log = new();
        log.WithNodes(6, 3).Commit();
        log.Owner("alice", Use("a", "f", ("c", 10))).Commit();
        return log;
    }

    /// <summary>n0 and n1 hold it, n2 is to.</summary>
    private static SampleLog Placed()
    {
        SampleLog log = Reserved();
        log.Owner("alice", Declared("a", "f", "c", 10)).Committee(Placement(2, (0, "n0", 1), (1, "n1", 2), (2, "n2", 3))).Commit();
        return log;
    }

    private static PlacementDecided Placement(ulong atSeq, params (byte Slot, string Node, ushort Zone)[] replicas) =>
        new(Chunk, Agreement, 0, ChunkCoding.Replicas, atSeq, [.. replicas.Select(replica => new PlacedReplica(replica.Slot, LogKeys.PublicKey(replica.Node), replica.Zone))]);

    private static AgreementUse Use(string agreement, string file, params (string Chunk, ulong Length)[] chunks) => new(
        LogKeys.Word(agreement), LogKeys.Word(file), ChunkCoding.Replicas, [.. chunks.Select(chunk => new ReservedChunk(LogKeys.Word(chunk.Chunk), chunk.Length))]);

    private static ChunkDeclared Declared(string agreement, string file, string chunk, ulong length, uint generation = 0) =>
        LogKeys.Declared(agreement, file, chunk, length, ChunkCoding.Replicas, generation, (0, "n0", 1), (1, "n1", 2));

    private static DeleteRequested Delete(string agreement, string chunk) => new(LogKeys.Word(agreement), DeleteScope.Chunks, [LogKeys.Word(chunk)]);

    private static LogFault[] Faults(AppliedBatch batch) => [.. batch.Events.Select(entry => entry.Fault)];
}

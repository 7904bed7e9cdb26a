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
    public void AcknowledgementsAreByTheNodesOfTheReservationAndOfTwoAtLeast()
    {
        SampleLog reserved = Reserved();
        (byte Slot, string Node, ushort Zone)[] p = reserved.Places("a", "f", "c");
        string other = Enumerable.Range(0, 6).Select(i => $"n{i}").First(name => p.All(place => place.Node != name));
        foreach ((LogFault expected, (byte, string, ushort)[] acks) in ((LogFault, (byte, string, ushort)[])[])[
            (LogFault.AckQuorum, [p[0]]),
            (LogFault.AckNode, [p[0], (1, p[0].Node, p[0].Zone)]),
            (LogFault.AckNode, [p[0], (1, p[1].Node, 9)]),
            (LogFault.AckNode, [p[0], (1, p[2].Node, p[2].Zone)]), // the node of another slot
            (LogFault.AckNode, [p[0], (1, other, p[1].Zone)]),
            (LogFault.AckNode, [p[0], (1, "stranger", p[1].Zone)]),
            (LogFault.None, [p[0], p[2]]),
            (LogFault.None, p)])
        {
            SampleLog log = Reserved();
            Assert.Equal([expected], Faults(log.Owner("alice", LogKeys.Declared("a", "f", "c", 10, ChunkCoding.Replicas, 0, acks)).Commit()));
            Assert.Equal(expected == LogFault.None, log.State.Queries.Chunk(Chunk) is not null);
            Assert.Equal(expected == LogFault.None ? acks.Length : 0, log.State.Queries.Replicas(Chunk).Count(replica => replica.IsHeld));
            Assert.Equal(expected == LogFault.None ? 3 : 0, log.State.Queries.Replicas(Chunk).Count); // the others are to store it
        }
    }

    [Fact]
    public void NodeOfTheReservationThatIsNotActiveAnyMoreAcknowledgesNothing()
    {
        SampleLog log = Reserved();
        ChunkDeclared declared = log.Declared("a", "f", "c", 10);
        (byte _, string node, ushort zone) = log.Places("a", "f", "c")[0];
        log.Chain.Node(node, zone, status: 3);
        log.Anchor().Commit();
        Assert.Equal([LogFault.AckNode], Faults(log.Owner("alice", declared).Commit()));
    }

    [Fact]
    public void NodeThatIsSuspectIsNoneOfThoseThatMustAcknowledge()
    {
        SampleLog log = Reserved();
        (byte Slot, string Node, ushort Zone)[] p = log.Places("a", "f", "c");
        ChunkDeclared two = LogKeys.Declared("a", "f", "c", 10, ChunkCoding.Replicas, 0, p[0], p[1]), three = LogKeys.Declared("a", "f", "c", 10, ChunkCoding.Replicas, 0, p);
        int suspect = log.State.Queries.Nodes().ToList().FindIndex(node => node.Id == LogKeys.PublicKey(p[0].Node));
        for (ulong round = 1; round <= log.Genesis.Storage.SuspectRounds; round++) log.Committee(Bitmap(log, round, suspect)).Commit();
        Assert.Equal([LogFault.AckQuorum], Faults(log.Owner("alice", two).Commit()));

        // What the log takes for stored is on nodes that it takes for there: when the suspect one is down, one of two that are left may still be lost.
        Assert.Equal([LogFault.None], Faults(log.Owner("alice", three).Commit()));
        log.Commit(log.Genesis.Storage.DownAfterMs);
        Assert.True(log.State.Node(LogKeys.PublicKey(p[0].Node))?.IsDown);
        Assert.Equal(new ChunkHealth(2, 1, true), log.State.Queries.Health(Chunk));

        // Of another file, too; and it counts again as soon as it has answered.
        ChunkDeclared other = LogKeys.Declared("b", "g", "c", 10, ChunkCoding.Replicas, 0, p[0], p[1]);
        log.Owner("bob", Use("b", "g", ("c", 10))).Commit();
        Assert.Equal([LogFault.AckQuorum], Faults(log.Owner("bob", other).Commit()));
        Assert.Equal([LogFault.None, LogFault.None], Faults(log.Committee(Bitmap(log, log.Genesis.Storage.SuspectRounds + 1, dead: -1)).Owner("bob", other).Commit()));
    }

    [Fact]
    public void ShardsNeedFiveZonesAndEightAcknowledgements()
    {
        foreach ((LogFault expected, int nodes, int zones) in ((LogFault, int, int)[])[
            (LogFault.CodingNotOffered, 12, 4), (LogFault.PlacesTooFew, 7, 5), (LogFault.None, 8, 5), (LogFault.None, 10, 5), (LogFault.None, 12, 6)])
        {
            SampleLog log = new();
            log.WithNodes(nodes, zones).Commit();
            Assert.Equal([expected], Faults(log.Owner("alice", new AgreementUse(Agreement, File, ChunkCoding.ReedSolomon, [new ReservedChunk(Chunk, 10)])).Commit()));
            (byte, string, ushort Zone)[] places = log.Places("a", "f", "c");
            if (expected != LogFault.None)
            {
                Assert.Empty(places);
                continue;
            }
            Assert.Equal(Math.Min(nodes, 9), places.Length);
            Assert.All(places.GroupBy(place => place.Zone), zone => Assert.InRange(zone.Count(), 1, 2));
            ChunkDeclared whole = LogKeys.Declared("a", "f", "c", 10, ChunkCoding.ReedSolomon, 0, places), few = LogKeys.Declared("a", "f", "c", 10, ChunkCoding.ReedSolomon, 0, places[..7]);
            Assert.Equal([LogFault.AckQuorum, LogFault.None], Faults(log.Owner("alice", few).Owner("alice", whole).Commit()));
        }
    }

    [Fact]
    public void NetworkOfOneZoneTakesNoUploadAndTellsSoBeforeBytesAreSent()
    {
        foreach ((LogFault expected, int zones) in ((LogFault, int)[])[(LogFault.PlacesTooFew, 1), (LogFault.None, 2), (LogFault.None, 3)])
        {
            SampleLog log = new();
            log.WithNodes(6, zones).Commit();
            Assert.Equal([expected], Faults(log.Owner("alice", Use("a", "f", ("c", 10))).Commit()));
            Assert.Equal(expected == LogFault.None ? zones : 0, log.Places("a", "f", "c").Length);
            Assert.Equal(expected == LogFault.None ? 1 : 0, log.State.Queries.ReservationCount);
        }
    }

    [Fact]
    public void ForgedAcknowledgementSkipsTheDeclaration()
    {
        SampleLog log = Reserved();
        ChunkDeclared declared = log.Declared("a", "f", "c", 10);
        StoreAck stolen = declared.Acks[1] with { Signature = declared.Acks[0].Signature };
        Assert.Equal([LogFault.AckSignature], Faults(log.Owner("alice", declared with { Acks = [declared.Acks[0], stolen] }).Commit()));
    }

    [Fact]
    public void DeclarationMustFitItsReservation()
    {
        (byte, string, ushort)[] acks = [.. Reserved().Places("a", "f", "c")];
        foreach ((string file, string chunk, ulong length) in ((string, string, ulong)[])[("f", "c", 11), ("g", "c", 10), ("f", "d", 10)])
            Assert.Equal([LogFault.ReservationMissing], Faults(Reserved().Owner("alice", LogKeys.Declared("a", file, chunk, length, ChunkCoding.Replicas, 0, acks)).Commit()));
        SampleLog log = Reserved();
        Assert.Equal([LogFault.NotOwner], Faults(log.Owner("bob", log.Declared("a", "f", "c", 10)).Commit()));
        Assert.Equal([LogFault.Generation], Faults(log.Owner("alice", log.Declared("a", "f", "c", 10, generation: 1)).Commit()));
    }

    [Fact]
    public void AnotherAgreementSharesTheChunkAndKeepsIt()
    {
        SampleLog log = Placed();
        (byte Slot, string Node, ushort Zone)[] p = Lies(log);
        string free = Enumerable.Range(0, 6).Select(i => $"n{i}").First(name => p.All(place => place.Node != name) && log.State.Node(LogKeys.PublicKey(name))?.Record.Zone == p[0].Zone);
        log.Owner("bob", Use("b", "g", ("c", 10))).Commit();
        Assert.Empty(log.Places("b", "g", "c")); // it lives: its holders acknowledge it
        ChunkDeclared other = LogKeys.Declared("b", "g", "c", 10, ChunkCoding.Replicas, 0, p[0], p[1]);
        ChunkDeclared elsewhere = LogKeys.Declared("b", "g", "c", 10, ChunkCoding.Replicas, 0, (0, free, p[0].Zone), p[1]);
        ChunkDeclared otherRoot = other with { Roots = [LogKeys.Word("other root")], Acks = [] };
        otherRoot = otherRoot with { Acks = [.. p.Take(2).Select(ack =>
        {
            StoreAck words = new(ack.Slot, LogKeys.PublicKey(ack.Node), ack.Zone, default, 1, new byte[64]);
            return words with { Signature = LogKeys.Sign(ack.Node, StoreAck.Message(StoreAck.Id(LogKeys.ChainId, otherRoot, words))) };
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
        Assert.Equal(2, log.State.Queries.Replicas(Chunk).Count); // the third was to store it and is not to any more
        Assert.Equal([LogFault.Generation, LogFault.Generation, LogFault.None], Faults(log
            .Owner("alice", log.Declared("a", "f", "c", 10)).Owner("alice", log.Declared("a", "f", "c", 10, generation: 2)).Owner("alice", log.Declared("a", "f", "c", 10, generation: 1)).Commit()));
        ChunkEntry? chunk = log.State.Queries.Chunk(Chunk);
        Assert.Equal((1U, false, 0UL, 0UL), (chunk?.Generation, chunk?.IsDeleted, chunk?.PlacedSeq, chunk?.DeletedSeq));
        Assert.Equal([LogFault.ReplicaUnknown], Faults(log.Node(Lies(log)[0].Node, new ReplicaRemoved(Chunk, 0, 0, RemovalReason.Deleted)).Commit())); // it acknowledged the new one
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
    public void FirstPlacementIsWhatTheReservationSaid()
    {
        PlacementDecided right = Reserved().Placement("a", "f", "c");
        IReadOnlyList<PlacedReplica> p = right.Replicas;
        foreach ((LogFault expected, PlacementDecided placed) in ((LogFault, PlacementDecided)[])[
            (LogFault.Placement, right with { AtSeq = 1 }), (LogFault.Placement, right with { AtSeq = 3 }), (LogFault.Placement, right with { AgreementId = File }),
            (LogFault.Generation, right with { Generation = 1 }), (LogFault.Placement, right with { Replicas = [p[0], p[1]] }), (LogFault.Placement, right with { Replicas = [p[0], p[1], p[2] with { Zone = 9 }] }),
            (LogFault.Placement, right with { Replicas = [p[0], p[1] with { NodeId = p[2].NodeId, Zone = p[2].Zone }, p[2] with { NodeId = p[1].NodeId, Zone = p[1].Zone }] }), (LogFault.None, right)])
        {
            SampleLog log = Reserved();
            log.Owner("alice", log.Declared("a", "f", "c", 10)).Commit();
            Assert.Equal([expected], Faults(log.Committee(placed).Commit()));
            Assert.Equal(expected == LogFault.None, log.State.Queries.Chunk(Chunk)?.PlacedSeq != 0);
        }
        SampleLog unknown = Reserved();
        Assert.Equal([LogFault.ChunkUnknown], Faults(unknown.Committee(right).Commit()));
    }

    [Fact]
    public void ReplicaIsHeldOnceItsNodeSaysSoAndGoneOnceItDoesNot()
    {
        SampleLog log = Placed();
        (byte Slot, string Node, ushort Zone)[] p = Lies(log);
        string stranger = Enumerable.Range(0, 6).Select(i => $"n{i}").First(name => p.All(place => place.Node != name));
        Hash256 root = LogKeys.Word("root c 0");
        Assert.Equal([true, true, false], log.State.Queries.Replicas(Chunk).Select(replica => replica.IsHeld));
        Assert.Equal(
            [LogFault.ReplicaConflict, LogFault.ReplicaConflict, LogFault.Generation, LogFault.ReplicaUnknown, LogFault.ReplicaUnknown, LogFault.None, LogFault.None],
            Faults(log
                .Node(p[2].Node, new ReplicaAdded(Chunk, 0, 2, Chunk, 10, 1)).Node(p[2].Node, new ReplicaAdded(Chunk, 0, 2, root, 9, 1)).Node(p[2].Node, new ReplicaAdded(Chunk, 1, 2, root, 10, 1))
                .Node(p[2].Node, new ReplicaAdded(Chunk, 0, 1, root, 10, 1)).Node(stranger, new ReplicaAdded(Chunk, 0, 2, root, 10, 1)).Node(p[2].Node, new ReplicaAdded(Chunk, 0, 2, root, 10, 1))
                .Node(p[2].Node, new ReplicaAdded(Chunk, 0, 2, root, 10, 1)).Commit()));
        Assert.All(log.State.Queries.Replicas(Chunk), replica => Assert.True(replica.IsHeld));
        Assert.Equal(new ChunkHealth(3, 2, false), log.State.Queries.Health(Chunk));
        Assert.Single(log.State.Queries.ReplicasOf(LogKeys.PublicKey(p[2].Node)));
        Assert.Equal([LogFault.ReplicaUnknown, LogFault.None, LogFault.ReplicaUnknown], Faults(log
            .Node(p[1].Node, new ReplicaRemoved(Chunk, 0, 0, RemovalReason.Lost)).Node(p[0].Node, new ReplicaRemoved(Chunk, 0, 0, RemovalReason.Lost)).Node(p[0].Node, new ReplicaRemoved(Chunk, 0, 0, RemovalReason.Lost)).Commit()));
        Assert.Equal(2, log.State.Queries.Replicas(Chunk).Count);
        Assert.Equal(new ChunkHealth(2, 1, true), log.State.Queries.Health(Chunk));
    }

    [Fact]
    public void ReplicaIsStruckOnceItsNodeIsGoneForAsLongAsOthersAreLeft()
    {
        SampleLog log = Placed();
        (byte Slot, string Node, ushort Zone)[] p = Lies(log);
        StorageRules rules = log.Genesis.Storage;
        ReplicaLost down = new(Chunk, 0, 0, RemovalReason.NodeDown, LogKeys.PublicKey(p[0].Node)), inactive = down with { Reason = RemovalReason.NodeNotActive };
        Assert.Equal([LogFault.NodeNotLost, LogFault.NodeNotLost], Faults(log.Committee(down).Committee(inactive).Commit()));
        int index = log.State.Queries.Nodes().ToList().FindIndex(node => node.Id == LogKeys.PublicKey(p[0].Node));
        for (ulong round = 1; round <= 3; round++)
            Assert.Equal([LogFault.NodeNotLost, LogFault.None, LogFault.LivenessRound], Faults(log.Committee(down).Committee(Bitmap(log, round, index)).Committee(Bitmap(log, round, index)).Commit()));
        NodeEntry node = Expect.There(log.State.Node(LogKeys.PublicKey(p[0].Node)));
        Assert.Equal((3U, true, false), (node.MissedRounds, node.IsSuspect, node.IsDown));

        // One of two that hold it: margin 0 as soon as the node is down, and with the other reason not at all.
        ulong downAt = node.DownSinceMs + rules.DownAfterMs;
        Assert.Equal([LogFault.NodeNotLost], Faults(log.Committee(down).Commit(downAt - log.State.LogTimeMs - 1)));
        Assert.Equal([LogFault.NodeNotLost, LogFault.None, LogFault.ReplicaUnknown], Faults(log.Committee(inactive).Committee(down).Committee(down).Commit(1)));
        Assert.True(log.State.Node(LogKeys.PublicKey(p[0].Node))?.IsDown);

        // The last one that holds it is never struck while it may come back.
        log.Chain.Node(p[1].Node, p[1].Zone, status: NodeRecord.StatusQuarantined);
        log.Anchor().Commit();
        Assert.Equal([LogFault.NodeNotLost], Faults(log.Committee(new ReplicaLost(Chunk, 0, 1, RemovalReason.NodeNotActive, LogKeys.PublicKey(p[1].Node))).Commit(1 << 30)));
    }

    [Fact]
    public void MoreIsWaitedForWhereMoreIsLeft()
    {
        SampleLog log = Placed();
        (byte Slot, string Node, ushort Zone)[] p = Lies(log);
        log.Node(p[2].Node, new ReplicaAdded(Chunk, 0, 2, LogKeys.Word("root c 0"), 10, 1)).Commit();
        int index = log.State.Queries.Nodes().ToList().FindIndex(node => node.Id == LogKeys.PublicKey(p[0].Node));
        for (ulong round = 1; round <= 3; round++) log.Committee(Bitmap(log, round, index)).Commit();
        ulong dueAt = (log.State.Node(LogKeys.PublicKey(p[0].Node))?.DownSinceMs ?? 0) + log.Genesis.Storage.DownAfterMs + log.Genesis.Storage.RepairAfterMs;
        ReplicaLost lost = new(Chunk, 0, 0, RemovalReason.NodeDown, LogKeys.PublicKey(p[0].Node));
        Assert.Equal([LogFault.NodeNotLost], Faults(log.Committee(lost).Commit(dueAt - log.State.LogTimeMs - 1))); // two are left: margin 1
        Assert.Equal([LogFault.None], Faults(log.Committee(lost).Commit(1)));
    }

    [Fact]
    public void NodeThatWasBannedIsStruckAtOnceAndOneThatLeavesIsNot()
    {
        SampleLog log = Placed();
        (byte Slot, string Node, ushort Zone)[] p = Lies(log);
        log.Chain.Node(p[0].Node, p[0].Zone, status: NodeRecord.StatusLeaving);
        log.Chain.Node(p[1].Node, p[1].Zone, status: 3);
        log.Anchor().Commit();
        Assert.Equal([LogFault.NodeNotLost, LogFault.None], Faults(log
            .Committee(new ReplicaLost(Chunk, 0, 0, RemovalReason.NodeNotActive, LogKeys.PublicKey(p[0].Node))).Committee(new ReplicaLost(Chunk, 0, 1, RemovalReason.NodeNotActive, LogKeys.PublicKey(p[1].Node))).Commit()));
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

    /// <summary>Two nodes hold it, the third is to.</summary>
    private static SampleLog Placed()
    {
        SampleLog log = Reserved();
        log.Owner("alice", log.Declared("a", "f", "c", 10)).Committee(log.Placement("a", "f", "c")).Commit();
        return log;
    }

    private static (byte Slot, string Node, ushort Zone)[] Lies(SampleLog log) =>
        [.. log.State.Queries.Replicas(Chunk).Where(replica => replica.Generation == log.State.Queries.Chunk(Chunk)?.Generation).Select(replica => (replica.Slot, SampleLog.NameOf(replica.NodeId), replica.Zone))];

    private static AgreementUse Use(string agreement, string file, params (string Chunk, ulong Length)[] chunks) => new(
        LogKeys.Word(agreement), LogKeys.Word(file), ChunkCoding.Replicas, [.. chunks.Select(chunk => new ReservedChunk(LogKeys.Word(chunk.Chunk), chunk.Length))]);

    private static DeleteRequested Delete(string agreement, string chunk) => new(LogKeys.Word(agreement), DeleteScope.Chunks, [LogKeys.Word(chunk)]);

    private static LogFault[] Faults(AppliedBatch batch) => [.. batch.Events.Select(entry => entry.Fault)];
}

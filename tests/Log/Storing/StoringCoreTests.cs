using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.Storing;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Storing;

/// <summary>What one node does out of the log and its disk, situation by situation.</summary>
public sealed class StoringCoreTests
{
    private static readonly Hash256 Chunk = LogKeys.Word("c"), Agreement = LogKeys.Word("a"), File = LogKeys.Word("f");
    private static readonly StoredKey Copy = StoredKey.Of(Chunk, ChunkCoding.Replicas, 0, 0);

    [Fact]
    public void AssignedNodeFetchesFromAHolderAndSaysSoOnce()
    {
        (CoreRig rig, (byte Slot, string Node, ushort Zone)[] places) = Placed();
        FetchPlan plan = Assert.Single(rig.Fetches);
        Assert.Equal((Copy, places[2].Slot, 10UL, LogKeys.Word("root c 0"), false), (plan.Key, plan.Slot, plan.LengthBytes, plan.Root, plan.IsRebuild));
        Assert.Contains(plan.Sources[0].NodeId, places.Take(2).Select(place => LogKeys.PublicKey(place.Node)));
        Assert.Empty(rig.Said);
        rig.End(plan, FetchOutcome.Stored);
        ReplicaAdded added = Assert.Single(rig.SaidOf<ReplicaAdded>());
        Assert.Equal((Chunk, places[2].Slot, 10UL), (added.ChunkId, added.Slot, added.LengthBytes));
        rig.Publish();
        Assert.All(rig.Log.State.Queries.Replicas(Chunk), replica => Assert.True(replica.IsHeld));
        rig.Commit().Tick(30_000).Tick(30_000);
        Assert.Empty(rig.SaidOf<ReplicaAdded>());
        Assert.Empty(rig.Fetches);
    }

    [Fact]
    public void FactThatNoBatchShowsIsSaidAgain()
    {
        (CoreRig rig, _) = Placed();
        rig.End(rig.Fetches[0], FetchOutcome.Stored);
        rig.Said.Clear(); // the coordinator lost it
        rig.Commit().Tick(5_000);
        Assert.Empty(rig.SaidOf<ReplicaAdded>());
        rig.Tick(10_000);
        Assert.Single(rig.SaidOf<ReplicaAdded>());
    }

    [Fact]
    public void AnotherHolderIsAskedAtOnceAndThenAfterAWhile()
    {
        (CoreRig rig, (byte Slot, string Node, ushort Zone)[] places) = Placed();
        List<Hash256> asked = [];
        for (int i = 0; i < 2; i++)
        {
            FetchPlan plan = Assert.Single(rig.Fetches);
            asked.Add(plan.Sources[0].NodeId);
            rig.End(plan, FetchOutcome.Failed, plan.Sources[0].NodeId);
        }
        Assert.Equal(places.Take(2).Select(place => LogKeys.PublicKey(place.Node)).Order(), asked.Order());
        // Both failed: they are forgiven, but not asked at once.
        Assert.Empty(rig.Fetches);
        rig.Tick(8_000);
        FetchPlan again = Assert.Single(rig.Fetches);
        rig.End(again, FetchOutcome.Failed);
        rig.Tick(500);
        Assert.Empty(rig.Fetches);
        rig.Tick(16_000);
        Assert.Single(rig.Fetches);
    }

    /// <summary>Nobody strikes what a node has that is there, so only its own word gives the chunk to one with room.</summary>
    [Fact]
    public void NodeWithoutRoomLeavesItToAnother()
    {
        (CoreRig rig, (byte Slot, string Node, ushort Zone)[] places) = Placed();
        rig.End(Assert.Single(rig.Fetches), FetchOutcome.NoRoom);
        Assert.Empty(rig.SaidOf<ReplicaRemoved>()); // room may come, and the log is told first how much there is
        rig.Facts = rig.Facts with { FreeBytes = 0 };
        rig.Tick(8_000);
        rig.End(Assert.Single(rig.Fetches), FetchOutcome.NoRoom);
        ReplicaRemoved removed = Assert.Single(rig.SaidOf<ReplicaRemoved>());
        Assert.Equal((Chunk, places[2].Slot, RemovalReason.Lost), (removed.ChunkId, removed.Slot, removed.Reason));
        rig.Publish().Repair();
        ReplicaEntry moved = rig.Log.State.Queries.Replicas(Chunk).Single(replica => !replica.IsHeld);
        Assert.NotEqual(LogKeys.PublicKey(places[2].Node), moved.NodeId);
        rig.Tick(30_000);
        Assert.Empty(rig.Fetches);
        Assert.Equal((0, 0), (rig.Core.ToFetch, rig.Core.Waiting));
    }

    [Fact]
    public void AcknowledgedChunkIsDeclaredWithItsDeclaration()
    {
        SampleLog log = Reserved(out (byte Slot, string Node, ushort Zone)[] places);
        CoreRig rig = new CoreRig(log, places[0].Node).Open();
        rig.Has(Copy, DiskStanding.Staged, rig.NowMs + 3_600_000);
        Assert.Equal(DiskStanding.Staged, rig.Disk[Copy].Standing);
        Declare(rig);
        Assert.Equal(DiskStanding.Stored, rig.Disk[Copy].Standing);
        Assert.Empty(rig.Said);
    }

    [Fact]
    public void StagedChunkThatWasNotAcknowledgedIsSaidWithoutAFetch()
    {
        SampleLog log = Reserved(out (byte Slot, string Node, ushort Zone)[] places);
        CoreRig rig = new CoreRig(log, places[2].Node).Open();
        rig.Has(Copy, DiskStanding.Staged, rig.NowMs + 3_600_000);
        Declare(rig);
        Assert.Empty(rig.Fetches);
        Assert.Equal(DiskStanding.Stored, rig.Disk[Copy].Standing);
        Assert.Single(rig.SaidOf<ReplicaAdded>());
    }

    [Fact]
    public void StagedChunkThatNobodyDeclaredIsSweptWhenItsTimeIsOver()
    {
        SampleLog log = Reserved(out (byte Slot, string Node, ushort Zone)[] places);
        CoreRig rig = new CoreRig(log, places[0].Node).Open();
        rig.Has(Copy, DiskStanding.Staged, rig.NowMs + 30_000).Tick(20_000);
        Assert.Single(rig.Disk);
        rig.Tick(10_000);
        Assert.Empty(rig.Disk);
        Assert.Empty(rig.SaidOf<ReplicaRemoved>());
    }

    [Fact]
    public void DeletedChunkIsKeptForItsGraceThenErasedAndTheLogIsTold()
    {
        CoreRig rig = Holder(out (byte Slot, string Node, ushort Zone)[] places);
        rig.Log.Owner("alice", new DeleteRequested(Agreement, DeleteScope.Chunks, [Chunk]));
        rig.Commit();
        Assert.Equal((DiskStanding.Deleted, rig.NowMs + CoreRig.GraceMs), (rig.Disk[Copy].Standing, rig.Disk[Copy].AtMs));
        rig.Tick(CoreRig.GraceMs - 1);
        Assert.Empty(rig.SaidOf<ReplicaRemoved>());
        rig.Tick(1);
        Assert.Empty(rig.Disk);
        ReplicaRemoved removed = Assert.Single(rig.SaidOf<ReplicaRemoved>());
        Assert.Equal((places[0].Slot, RemovalReason.Deleted), (removed.Slot, removed.Reason));
        rig.Publish().Tick(60_000);
        Assert.Empty(rig.Log.State.Queries.ReplicasOf(LogKeys.PublicKey(places[0].Node)));
        Assert.Empty(rig.SaidOf<ReplicaRemoved>());
    }

    [Fact]
    public void ReplicaThatWasStruckIsKeptAndTakenBackWithoutAFetch()
    {
        CoreRig rig = Holder(out (byte Slot, string Node, ushort Zone)[] places, nodes: 3);
        // It says itself that it lost it, by mistake; the log believes it.
        rig.Log.Node(places[0].Node, new ReplicaRemoved(Chunk, 0, places[0].Slot, RemovalReason.Lost));
        rig.Commit();
        Assert.Equal(DiskStanding.Deleted, rig.Disk[Copy].Standing);
        rig.Repair();
        Assert.Equal(DiskStanding.Stored, rig.Disk[Copy].Standing);
        Assert.Empty(rig.Fetches);
        Assert.Single(rig.SaidOf<ReplicaAdded>());
    }

    [Fact]
    public void CorruptChunkIsSaidToBeLost()
    {
        CoreRig rig = Holder(out _);
        rig.Has(Copy, DiskStanding.None);
        Assert.Equal(RemovalReason.Lost, Assert.Single(rig.SaidOf<ReplicaRemoved>()).Reason);
        rig.Publish().Tick(60_000);
        Assert.Empty(rig.SaidOf<ReplicaRemoved>());
    }

    [Fact]
    public void WhatIsMissingAtTheStartIsLostOnceTheLogIsFollowed()
    {
        CoreRig rig = Holder(out _);
        rig.Disk.Clear();
        rig.AgeMs = 120_000;
        rig.Restart().Tick();
        Assert.Empty(rig.SaidOf<ReplicaRemoved>());
        rig.Commit();
        Assert.Equal(RemovalReason.Lost, Assert.Single(rig.SaidOf<ReplicaRemoved>()).Reason);
    }

    [Fact]
    public void LogThatStandsStillMakesNobodyEraseOrFetch()
    {
        (CoreRig rig, _) = Placed();
        rig.End(rig.Fetches[0], FetchOutcome.Failed);
        StoredKey other = StoredKey.Of(LogKeys.Word("unknown to the log"), ChunkCoding.Replicas, 0, 0);
        rig.AgeMs = 120_000;
        rig.Restart().Has(other, DiskStanding.Stored).Has(Copy with { Generation = 7 }, DiskStanding.Staged, 1).Tick(60_000);
        Assert.Equal(2, rig.Disk.Count);
        Assert.Equal(DiskStanding.Stored, rig.Disk[other].Standing);
        Assert.Empty(rig.Fetches);
        // With the next batch it is known again what is wanted.
        rig.Commit().Tick();
        Assert.Equal(DiskStanding.Deleted, rig.Disk[other].Standing);
        Assert.Single(rig.Fetches);
    }

    [Fact]
    public void DiskThatDoesNotObeyIsAskedAgain()
    {
        SampleLog log = Reserved(out (byte Slot, string Node, ushort Zone)[] places);
        CoreRig rig = new CoreRig(log, places[0].Node).Open();
        rig.Has(Copy, DiskStanding.Staged, rig.NowMs + 3_600_000);
        rig.IsDiskWorking = false;
        Declare(rig);
        Assert.Equal(DiskStanding.Staged, rig.Disk[Copy].Standing);
        rig.IsDiskWorking = true;
        rig.Tick(1_000);
        Assert.Equal(DiskStanding.Stored, rig.Disk[Copy].Standing);
    }

    [Fact]
    public void ShardThatNobodyHoldsIsMadeFromSixOthers()
    {
        SampleLog log = new();
        log.WithNodes(9, 5).Commit();
        log.Owner("alice", new AgreementUse(Agreement, File, ChunkCoding.ReedSolomon, [new ReservedChunk(Chunk, 1_000)])).Commit();
        (byte Slot, string Node, ushort Zone)[] places = log.Places("a", "f", "c");
        Assert.Equal(9, places.Length);
        CoreRig rig = new CoreRig(log, places[8].Node).Open();
        log.Owner("alice", log.Declared("a", "f", "c", 1_000, ChunkCoding.ReedSolomon)).Committee(log.Placement("a", "f", "c"));
        rig.Commit();
        FetchPlan plan = Assert.Single(rig.Fetches);
        Assert.True(plan.IsRebuild);
        Assert.Equal((192UL, LogKeys.Word("root c 8")), (plan.LengthBytes, plan.Root));
        Assert.Equal(6, plan.Sources.Count);
        Assert.Equal(plan.Sources.Select(source => source.Slot).Order(), plan.Sources.Select(source => source.Slot));
        Assert.All(plan.Sources, source => Assert.Equal(LogKeys.Word($"root c {source.Slot}"), source.Root));
        // One of them lies: five and another one.
        rig.End(plan, FetchOutcome.Failed, plan.Sources[0].NodeId);
        FetchPlan next = Assert.Single(rig.Fetches);
        Assert.DoesNotContain(plan.Sources[0].NodeId, next.Sources.Select(source => source.NodeId));
        // They all hold and do not belong together: the operator is told, and it rests.
        rig.End(next, FetchOutcome.Inconsistent);
        Assert.Contains(rig.Effects, effect => effect is StoringEffect.ReportInconsistent report && report.ChunkId == Chunk && report.Slot == 8);
        rig.Tick(60_000);
        Assert.Empty(rig.Fetches);
    }

    [Fact]
    public void ChunkLongerThanAnyNodeStoresIsLeftAlone()
    {
        foreach (ChunkCoding coding in (ChunkCoding[])[ChunkCoding.Replicas, ChunkCoding.ReedSolomon])
        {
            SampleLog log = new();
            log.WithNodes(9, 5).Commit();
            log.Owner("alice", new AgreementUse(Agreement, File, coding, [new ReservedChunk(Chunk, ulong.MaxValue)])).Commit();
            (byte Slot, string Node, ushort Zone)[] places = log.Places("a", "f", "c");
            if (places.Length == 0) continue;
            CoreRig rig = new CoreRig(log, places[^1].Node).Open();
            log.Owner("alice", log.Declared("a", "f", "c", ulong.MaxValue, coding)).Committee(log.Placement("a", "f", "c"));
            rig.Commit().Tick(30_000);
            Assert.Empty(rig.Fetches);
        }
    }

    [Fact]
    public void NodeSpeaksOfItselfWhenSomethingChangesAndOtherwiseSeldom()
    {
        CoreRig rig = Holder(out (byte Slot, string Node, ushort Zone)[] places);
        NodeStats said = rig.Log.State.Queries.Node(LogKeys.PublicKey(places[0].Node))?.Stats ?? throw new InvalidOperationException("nothing said");
        rig.Facts = new NodeFacts(said.Endpoints, said.CapacityBytes, said.FreeBytes, 0, 0, 0, 0);
        rig.Tick(1_000);
        Assert.Empty(rig.SaidOf<NodeStats>());
        rig.Facts = rig.Facts with { FreeBytes = said.FreeBytes - (said.CapacityBytes / 64) };
        rig.Tick(1_000);
        Assert.Empty(rig.SaidOf<NodeStats>());
        rig.Facts = rig.Facts with { FreeBytes = 0 };
        rig.Tick(1_000).Tick(1_000);
        Assert.Equal(0UL, Assert.Single(rig.SaidOf<NodeStats>()).FreeBytes);
        rig.Publish().Tick(20_000);
        Assert.Empty(rig.SaidOf<NodeStats>());
        rig.Commit(3_600_000).Tick();
        Assert.Single(rig.SaidOf<NodeStats>());
    }

    [Fact]
    public void LeavingNodeTakesNothingOnAndSaysWhatItGaveAway()
    {
        CoreRig rig = Holder(out (byte Slot, string Node, ushort Zone)[] places);
        SampleLog log = rig.Log;
        log.Chain.Node(places[0].Node, places[0].Zone, status: 4);
        log.Anchor();
        rig.Commit().Tick(1_000);
        Assert.Empty(rig.SaidOf<ReplicaRemoved>());
        rig.Repair();
        string heir = SampleLog.NameOf(log.State.Queries.Replicas(Chunk).Single(replica => replica.Slot == places[0].Slot && !replica.IsHeld).NodeId);
        log.Node(heir, new ReplicaAdded(Chunk, 0, places[0].Slot, LogKeys.Word("root c 0"), 10, 1));
        rig.Commit();
        Assert.Equal(RemovalReason.Drained, Assert.Single(rig.SaidOf<ReplicaRemoved>()).Reason);
        rig.Publish();
        Assert.Equal(DiskStanding.Deleted, rig.Disk[Copy].Standing);
    }

    [Fact]
    public void NodeThatIsKilledAtAnyPointComesToTheSameEnd()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            Random random = new(seed);
            SampleLog log = new();
            log.WithNodes(3, 3).Commit();
            CoreRig rig = new CoreRig(log, "n0").Open();
            List<string> live = [];
            for (int step = 0; step < 60; step++)
            {
                switch (random.Next(9))
                {
                    case 0 or 1:
                        string chunk = $"c{step}";
                        log.Owner("alice", new AgreementUse(Agreement, File, ChunkCoding.Replicas, [new ReservedChunk(LogKeys.Word(chunk), 10)]));
                        rig.Commit();
                        if (random.Next(2) == 0) rig.Has(StoredKey.Of(LogKeys.Word(chunk), ChunkCoding.Replicas, 0, 0), DiskStanding.Staged, rig.NowMs + 3_600_000);
                        if (rig.Disk.ContainsKey(StoredKey.Of(LogKeys.Word(chunk), ChunkCoding.Replicas, 0, 0)) || log.Places("a", "f", chunk).Take(2).All(place => place.Node != "n0"))
                        {
                            log.Owner("alice", log.Declared("a", "f", chunk, 10)).Committee(log.Placement("a", "f", chunk));
                            rig.Commit();
                            live.Add(chunk);
                        }
                        break;
                    case 2 when live.Count > 0:
                        string gone = live[random.Next(live.Count)];
                        live.Remove(gone);
                        log.Owner("alice", new DeleteRequested(Agreement, DeleteScope.Chunks, [LogKeys.Word(gone)]));
                        rig.Commit();
                        break;
                    case 3: rig.Restart(); break;
                    case 4: rig.Publish(); break;
                    case 5: rig.Said.Clear(); break;
                    case 6: rig.Tick((ulong)random.Next(30_000)); break;
                    case 7 when rig.Fetches.Count > 0: rig.End(rig.Fetches[0], random.Next(3) == 0 ? FetchOutcome.Failed : FetchOutcome.Stored); break;
                    case 8: rig.IsDiskWorking = random.Next(3) > 0; break;
                }
            }
            rig.IsDiskWorking = true;
            for (int i = 0; i < 12; i++)
            {
                rig.Commit(15_000).Tick(1_000);
                while (rig.Fetches.Count > 0) rig.End(rig.Fetches[0], FetchOutcome.Stored);
                rig.Publish().Tick(11_000);
            }
            IReadOnlyList<ReplicaEntry> mine = log.State.Queries.ReplicasOf(LogKeys.PublicKey("n0"));
            Assert.All(mine, replica => Assert.True(replica.IsHeld, $"seed {seed}"));
            Assert.Equal(
                mine.Select(replica => StoredKey.Of(replica.ChunkId, ChunkCoding.Replicas, 0, replica.Generation)).Order(),
                rig.Disk.Values.Where(entry => entry.Standing == DiskStanding.Stored).Select(entry => entry.Key));
            Assert.DoesNotContain(rig.Disk.Values, entry => entry.Standing == DiskStanding.Deleted);
        }
    }

    /// <summary>Nodes in three zones; alice has reserved chunk c of ten bytes.</summary>
    private static SampleLog Reserved(out (byte Slot, string Node, ushort Zone)[] places, int nodes = 6)
    {
        SampleLog log = new();
        log.WithNodes(nodes, 3).Commit();
        log.Owner("alice", new AgreementUse(Agreement, File, ChunkCoding.Replicas, [new ReservedChunk(Chunk, 10)])).Commit();
        places = log.Places("a", "f", "c");
        Assert.Equal(3, places.Length);
        return log;
    }

    private static void Declare(CoreRig rig)
    {
        rig.Log.Owner("alice", rig.Log.Declared("a", "f", "c", 10)).Committee(rig.Log.Placement("a", "f", "c"));
        rig.Commit();
    }

    /// <summary>The node of the last slot, which nobody sent anything.</summary>
    private static (CoreRig Rig, (byte Slot, string Node, ushort Zone)[] Places) Placed()
    {
        SampleLog log = Reserved(out (byte Slot, string Node, ushort Zone)[] places);
        CoreRig rig = new CoreRig(log, places[2].Node).Open();
        Declare(rig);
        return (rig, places);
    }

    /// <summary>The node of the first slot, which stores it.</summary>
    private static CoreRig Holder(out (byte Slot, string Node, ushort Zone)[] places, int nodes = 6)
    {
        SampleLog log = Reserved(out places, nodes);
        CoreRig rig = new CoreRig(log, places[0].Node).Open();
        rig.Has(Copy, DiskStanding.Staged, rig.NowMs + 3_600_000);
        Declare(rig);
        return rig;
    }
}

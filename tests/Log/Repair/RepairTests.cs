using Dsdn.Chain.Log.Events;
using Dsdn.Log.Repair;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Repair;

/// <summary>Nodes and zones that go, come back, flap and leave; the rig checks that whatever is proposed counts, and that an index made anew says the same.</summary>
public sealed class RepairTests
{
    private const int StepsToRepair = 20;

    [Fact]
    public void NodeThatIsDownIsReplacedInItsZone()
    {
        RepairRig rig = new(6, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        string lost = rig.Lies("c")[1].Node;
        ushort zone = rig.ZoneOf(lost);
        rig.Dead.Add(lost);
        ulong began = rig.Log.State.LogTimeMs;
        AppliedBatch struck = Until(rig, EventKind.ReplicaLost), placed = Until(rig, EventKind.PlacementDecided);
        Assert.True(placed.Seq > struck.Seq);
        Assert.True(struck.Header.LogTimeMs - began >= rig.Rules.DownAfterMs + rig.Rules.RepairAfterMs); // two were left
        rig.Run(2);
        Assert.True(rig.IsWhole("c"));
        Assert.DoesNotContain(lost, rig.Lies("c").Select(place => place.Node));
        Assert.Equal(zone, rig.ZoneOf(rig.Lies("c")[1].Node));
        Assert.Equal((0, 0UL, 0), (rig.Status.Queue, rig.Status.BytesAtRisk, rig.Status.Degraded));
        rig.Dead.Clear();
        rig.Run(5);
        Assert.Equal(2, rig.Said.Count); // one loss, one placement: its return moves nothing
    }

    [Fact]
    public void ZoneThatIsLostIsWaitedForWhereThereIsNoOther()
    {
        RepairRig rig = new(6, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10), ("d", 20));
        rig.KillZone(1);
        rig.Run(StepsToRepair);
        Assert.Empty(rig.Said); // its nodes keep the bytes; there is nowhere else to go
        Assert.Equal(new ChunkHealth(2, 1, true), rig.Health("c"));
        Assert.Equal(new RepairStatus(2, 30, 2, 2, 2), rig.Status);
        rig.Dead.Clear();
        rig.Run(2);
        Assert.True(rig.IsWhole("c") && rig.IsWhole("d"));
        Assert.Equal((0, 0), (rig.Status.Queue, rig.Status.Degraded));
        Assert.Empty(rig.Said);
    }

    [Fact]
    public void ZoneThatIsLostIsReplacedByAFourth()
    {
        RepairRig rig = new(8, 4);
        rig.Upload(ChunkCoding.Replicas, [.. Enumerable.Range(0, 20).Select(i => ($"c{i}", 10UL))]);
        rig.KillZone(2);
        rig.Run(StepsToRepair);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(rig.IsWhole($"c{i}"));
            Assert.All(rig.Lies($"c{i}"), place => Assert.DoesNotContain(place.Node, rig.Dead));
        }
    }

    [Fact]
    public void ShardsOfALostZoneAreMadeAgain()
    {
        RepairRig rig = new(12, 6);
        rig.Upload(ChunkCoding.ReedSolomon, ("c", 1_000), ("d", 1_000));
        rig.KillZone(rig.ZoneOf(rig.Lies("c")[0].Node));
        rig.Run(StepsToRepair + 10);
        Assert.True(rig.IsWhole("c") && rig.IsWhole("d"));
        Assert.All(rig.Lies("c").GroupBy(place => rig.ZoneOf(place.Node)), zone => Assert.InRange(zone.Count(), 1, 2));
    }

    [Fact]
    public void ChunkWithoutANodeToGoToIsLookedAtWhenTheNextOfItsReplicasIsStruck()
    {
        RepairRig rig = new(11, 5); // n0, n5 and n10 share a zone, of which a chunk takes two
        rig.Dead.Add("n1");
        rig.Run(3);
        rig.Upload(ChunkCoding.ReedSolomon, ("c", 1_000), ("d", 1_000), ("e", 1_000), ("f", 1_000), ("g", 1_000), ("h", 1_000));
        rig.Dead.Add("n2");
        rig.Run(StepsToRepair);
        Assert.Equal(6, rig.Status.Stuck); // the third node of that zone could take it, were it not for the other two
        rig.Dead.Add("n0");
        rig.Run(StepsToRepair);
        foreach (string chunk in (string[])["c", "d", "e", "f", "g", "h"])
        {
            Assert.Equal(8, rig.Health(chunk).Held);
            Assert.Contains("n10", rig.Lies(chunk).Select(place => place.Node));
        }
    }

    [Fact]
    public void SecondOutageDuringRepairGoesFirst()
    {
        RepairRig rig = new(12, 4);
        string[] chunks = [.. Enumerable.Range(0, 30).Select(i => $"c{i}")];
        rig.Upload(ChunkCoding.Replicas, [.. chunks.Select((chunk, i) => (chunk, (ulong)(10 + i)))]);
        rig.KillZone(1);
        rig.IsFetching = false;
        Until(rig, EventKind.ReplicaLost);
        rig.KillZone(2);
        rig.Run((int)(rig.Rules.DownAfterMs / SampleLog.BatchMs) + 3);
        Assert.Contains(chunks, chunk => rig.Health(chunk).Margin == 0); // those that had a copy in both
        rig.IsFetching = true;
        rig.Run(StepsToRepair);
        Assert.All(chunks, chunk => Assert.Equal(1, rig.Health(chunk).Margin)); // two zones are left
        Assert.Equal(30, rig.Status.Stuck);
        rig.Dead.Clear();
        rig.Run(4);
        Assert.All(chunks, chunk => Assert.True(rig.IsWhole(chunk), chunk));
    }

    [Fact]
    public void LeastMarginAndMostBytesComeFirst()
    {
        RepairRig rig = new(9, 3);
        rig.Upload(ChunkCoding.Replicas, ("small", 10), ("large", 1_000), ("rare", 5));
        foreach ((string chunk, byte[] slots) in ((string, byte[])[])[("small", [0]), ("large", [1]), ("rare", [0, 2])])
            foreach (byte slot in slots) rig.Log.Node(rig.Lies(chunk)[slot].Node, new ReplicaRemoved(LogKeys.Word(chunk), 0, slot, RemovalReason.Lost));
        rig.Commit();
        rig.Step();
        Assert.Equal([LogKeys.Word("rare"), LogKeys.Word("large"), LogKeys.Word("small")], rig.Said.Cast<PlacementDecided>().Select(placed => placed.ChunkId));
        rig.Run(2);
        Assert.True(rig.IsWhole("small") && rig.IsWhole("large") && rig.IsWhole("rare"));
    }

    [Fact]
    public void NodeThatFlapsMovesNothing()
    {
        RepairRig rig = new(6, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        string node = rig.Lies("c")[0].Node;
        for (int i = 0; i < 10; i++)
        {
            rig.Dead.Add(node);
            rig.Run(4); // suspect, but not down
            Assert.True(rig.Log.State.Node(LogKeys.PublicKey(node))?.IsSuspect);
            rig.Dead.Clear();
            rig.Run(1);
            Assert.False(rig.Log.State.Node(LogKeys.PublicKey(node))?.IsSuspect);
        }
        Assert.Empty(rig.Said);
        Assert.True(rig.IsWhole("c"));
    }

    [Fact]
    public void SuspectNodeIsGivenNothingNew()
    {
        RepairRig rig = new(6, 3);
        rig.Dead.Add("n0");
        rig.Run(3);
        rig.Upload(ChunkCoding.Replicas, [.. Enumerable.Range(0, 20).Select(i => ($"c{i}", 10UL))]);
        for (int i = 0; i < 20; i++) Assert.DoesNotContain("n0", rig.Lies($"c{i}").Select(place => place.Node));
    }

    [Fact]
    public void NodeThatLeavesIsDrainedBeforeItGoes()
    {
        RepairRig rig = new(6, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        (byte slot, string leaves, _) = rig.Lies("c")[1];
        rig.Log.Chain.Node(leaves, rig.ZoneOf(leaves), status: NodeRecord.StatusLeaving);
        rig.Log.Anchor();
        rig.Commit();
        rig.Step();
        Assert.IsType<PlacementDecided>(Assert.Single(rig.Said));
        Assert.Equal(4, rig.Lies("c").Length); // it has it until another one does
        Assert.Equal(2, rig.Health("c").Margin);
        rig.Step();
        rig.Log.Node(leaves, new ReplicaRemoved(LogKeys.Word("c"), 0, slot, RemovalReason.Drained));
        rig.Commit();
        rig.Run(2);
        Assert.Equal(3, rig.Lies("c").Count(place => place.IsHeld));
        Assert.True(rig.IsWhole("c"));
        Assert.Single(rig.Said);
        Assert.Equal(0, rig.Status.Degraded);
    }

    [Fact]
    public void NodeThatHasLeftWithoutAWordIsStruck()
    {
        RepairRig rig = new(6, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        string leaves = rig.Lies("c")[1].Node;
        rig.Log.Chain.Node(leaves, rig.ZoneOf(leaves), status: NodeRecord.StatusLeaving);
        rig.Log.Anchor();
        rig.Commit();
        rig.Run(3);
        rig.Log.Chain.Node(leaves, rig.ZoneOf(leaves), status: NodeRecord.StatusLeaving, hasLeft: true);
        rig.Log.Anchor();
        rig.Commit();
        rig.Run(3);
        Assert.DoesNotContain(leaves, rig.Lies("c").Select(place => place.Node));
        Assert.True(rig.IsWhole("c"));
    }

    [Fact]
    public void BannedNodeIsReplacedAtOnce()
    {
        RepairRig rig = new(6, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        string banned = rig.Lies("c")[0].Node;
        rig.Log.Chain.Node(banned, rig.ZoneOf(banned), status: 3);
        rig.Log.Anchor();
        rig.Commit();
        rig.Run(3);
        Assert.Equal([EventKind.ReplicaLost, EventKind.PlacementDecided], rig.Said.Select(body => body.Kind));
        Assert.True(rig.IsWhole("c"));
    }

    [Fact]
    public void BitRotIsRepairedAtOnce()
    {
        RepairRig rig = new(6, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        rig.Log.Node(rig.Lies("c")[2].Node, new ReplicaRemoved(LogKeys.Word("c"), 0, 2, RemovalReason.Lost));
        rig.Commit();
        Assert.Equal(0UL, rig.NextMs);
        rig.Run(2);
        Assert.IsType<PlacementDecided>(Assert.Single(rig.Said));
        Assert.True(rig.IsWhole("c"));
    }

    [Fact]
    public void DeclarationWithoutItsPlacementGetsOne()
    {
        RepairRig rig = new(6, 3);
        rig.Log.Owner("alice", new AgreementUse(LogKeys.Word("a"), LogKeys.Word("f"), ChunkCoding.Replicas, [new ReservedChunk(LogKeys.Word("c"), 10)]));
        rig.Commit();
        rig.Log.Owner("alice", rig.Log.Declared("a", "f", "c", 10));
        rig.Commit();
        rig.Step();
        Assert.NotEqual(0UL, rig.Log.State.Queries.Chunk(LogKeys.Word("c"))?.PlacedSeq);
        rig.Run(2);
        Assert.True(rig.IsWhole("c"));
        Assert.Single(rig.Said);
    }

    [Fact]
    public void OpenSlotIsFilledWhenAZoneComes()
    {
        RepairRig rig = new(4, 2);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        rig.Run(3);
        Assert.Equal((2, true, 1), (rig.Lies("c").Length, rig.Health("c").IsDegraded, rig.Status.Stuck));
        Assert.Empty(rig.Said);
        rig.Log.Chain.Node("n9", 7);
        rig.Log.Anchor();
        rig.Commit();
        rig.Run(2);
        Assert.Empty(rig.Said); // it has said nothing of itself
        rig.Log.Node("n9", LogKeys.Stats(9));
        rig.Commit();
        rig.Step();
        Assert.Equal("n9", rig.Lies("c").Single(place => !place.IsHeld).Node);
    }

    [Fact]
    public void NothingIsStruckWhereNothingIsLeft()
    {
        RepairRig rig = new(9, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        foreach ((_, string node, _) in rig.Lies("c")) rig.Dead.Add(node);
        rig.Run(StepsToRepair);
        Assert.Empty(rig.Said);
        Assert.Equal(-1, rig.Health("c").Margin);
        rig.Dead.Clear();
        rig.Run(1);
        Assert.True(rig.IsWhole("c"));
    }

    [Fact]
    public void NodeThatWasToStoreItAndDiesIsReplacedOnceDown()
    {
        RepairRig rig = new(9, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        rig.IsFetching = false;
        rig.Log.Node(rig.Lies("c")[0].Node, new ReplicaRemoved(LogKeys.Word("c"), 0, 0, RemovalReason.Lost));
        rig.Commit();
        rig.Step();
        string assigned = rig.Lies("c").Single(place => !place.IsHeld).Node;
        rig.Dead.Add(assigned);
        rig.Run((int)(rig.Rules.DownAfterMs / SampleLog.BatchMs) + 4);
        rig.IsFetching = true;
        rig.Run(2);
        Assert.True(rig.IsWhole("c"));
        Assert.DoesNotContain(assigned, rig.Lies("c").Select(place => place.Node));
    }

    [Fact]
    public void RestartedPlannerGoesOnWhereTheOtherStood()
    {
        RepairRig rig = new(8, 4);
        rig.Upload(ChunkCoding.Replicas, [.. Enumerable.Range(0, 10).Select(i => ($"c{i}", 10UL))]);
        rig.KillZone(3);
        for (int i = 0; i < StepsToRepair; i++)
        {
            rig.Restart();
            rig.Step();
        }
        for (int i = 0; i < 10; i++) Assert.True(rig.IsWhole($"c{i}"));
    }

    [Fact]
    public void DeletedChunkIsForgotten()
    {
        RepairRig rig = new(6, 3);
        rig.Upload(ChunkCoding.Replicas, ("c", 10));
        rig.KillZone(1);
        rig.Run(StepsToRepair);
        Assert.Equal(1, rig.Status.Degraded);
        rig.Log.Owner("alice", new DeleteRequested(LogKeys.Word("a"), DeleteScope.Chunks, [LogKeys.Word("c")]));
        rig.Commit();
        rig.Step();
        Assert.Equal(new RepairStatus(0, 0, 0, 0, 2), rig.Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyTroubleEndsWithEveryChunkWhole(int seed)
    {
        Random random = new(seed);
        RepairRig rig = new(15, 5);
        string[] copies = [.. Enumerable.Range(0, 12).Select(i => $"c{i}")], shards = [.. Enumerable.Range(0, 6).Select(i => $"s{i}")], all = [.. copies, .. shards];
        rig.Upload(ChunkCoding.Replicas, [.. copies.Select(chunk => (chunk, (ulong)random.Next(1, 100)))]);
        rig.Upload(ChunkCoding.ReedSolomon, [.. shards.Select(chunk => (chunk, (ulong)random.Next(1, 100)))]);
        for (int step = 0; step < 120; step++)
        {
            if (random.Next(8) == 0 && rig.Dead.Count < 2) rig.Dead.Add($"n{random.Next(15)}");
            if (random.Next(6) == 0 && rig.Dead.Count > 0) rig.Dead.Remove(rig.Dead.First());
            if (random.Next(10) == 0) rig.Restart();
            if (random.Next(5) == 0)
            {
                string chunk = all[random.Next(all.Length)];
                (byte Slot, string Node, bool IsHeld)[] held = [.. rig.Lies(chunk).Where(place => place.IsHeld && !rig.Dead.Contains(place.Node))];
                if (held.Length > 3 + (chunk[0] == 's' ? 5 : -1)) rig.Log.Node(held[0].Node, new ReplicaRemoved(LogKeys.Word(chunk), 0, held[0].Slot, RemovalReason.Lost));
                rig.Commit();
            }
            rig.IsFetching = random.Next(3) != 0;
            rig.Step((ulong)random.Next(1, 5_000));
        }
        rig.Dead.Clear();
        rig.IsFetching = true;
        rig.Run(StepsToRepair + 20);
        Assert.All(all, chunk => Assert.True(rig.IsWhole(chunk), chunk));
        Assert.Equal(rig.Log.State.Roots(), rig.Log.Replay().Roots());
    }

    private static AppliedBatch Until(RepairRig rig, EventKind kind)
    {
        for (int i = 0; i < 60; i++)
        {
            AppliedBatch applied = rig.Step();
            if (applied.Events.Any(entry => entry.Kind == kind && entry.IsApplied)) return applied;
        }
        throw new InvalidOperationException($"no {kind}");
    }
}

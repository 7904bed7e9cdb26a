using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Placement;
using Dsdn.Log.State;
using Dsdn.Log.State.Tables;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Placement;

/// <summary>Where chunks go, over networks that are made up: the rule itself, without a log.</summary>
public sealed class PlacementTests
{
    private static readonly Hash256 Seed = LogKeys.Word("seed"), Agreement = LogKeys.Word("agreement");
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Placement");

    [Fact]
    public void NoZoneOperatorOrNetworkHasMoreThanItsShareOfAChunk()
    {
        PlaceableNodes nodes = Network(60, i => new Made($"n{i}", $"operator {i / 2}", (ushort)(i % 7), (ulong)i / 3, 1 + (ulong)(i * i % 50)));
        SortedDictionary<Hash256, PlaceableNode> byId = [];
        foreach (PlaceableNode node in nodes.All) byId[node.Id] = node;
        int chunks = Environment.GetEnvironmentVariable("DSDN_LONG") == "1" ? 100_000 : 20_000;
        for (int i = 0; i < chunks; i++)
        {
            ChunkCoding coding = (ChunkCoding)(i % 2);
            PlaceableNode[] placed = [.. Place(nodes, i, coding).Select(place => byId[place.NodeId])];
            Assert.Equal(coding.Slots(), placed.Length);
            Assert.Equal(placed.Length, placed.Select(node => node.Operator).Distinct().Count());
            Assert.Equal(placed.Length, placed.Select(node => node.Network).Distinct().Count());
            Assert.True(placed.GroupBy(node => node.Zone).All(zone => zone.Count() <= coding.PerZoneMax()));
        }
    }

    [Fact]
    public void OneNodeMoreMovesOneReplicaInAHundred()
    {
        static Made Node(int i) => new($"n{i}", $"operator {i}", (ushort)(i % 8), (ulong)i, 100);
        PlaceableNodes before = Network(100, Node), after = Network(101, Node);
        const int Chunks = 20_000;
        int moved = 0;
        for (int i = 0; i < Chunks; i++)
        {
            Hash256[] now = [.. Place(after, i).Select(place => place.NodeId)];
            moved += Place(before, i).Count(place => !now.Contains(place.NodeId));
        }
        Assert.InRange(moved / (3.0 * Chunks), 0.007, 0.013);
    }

    [Fact]
    public void NodesGetChunksByWhatTheyHaveFree()
    {
        PlaceableNodes nodes = Network(30, i => new Made($"n{i}", $"operator {i}", (ushort)i, (ulong)i, i < 10 ? 100UL : i < 20 ? 200UL : 400UL));
        SortedDictionary<ulong, int> first = [];
        const int Chunks = 30_000;
        SortedDictionary<Hash256, ulong> weights = [];
        foreach (PlaceableNode node in nodes.All) weights[node.Id] = node.WeightGib;
        for (int i = 0; i < Chunks; i++)
        {
            ulong weight = weights[Place(nodes, i)[0].NodeId];
            first[weight] = first.GetValueOrDefault(weight) + 1;
        }
        Assert.InRange(first[100] / (double)Chunks, (1 / 7.0) - 0.01, (1 / 7.0) + 0.01);
        Assert.InRange(first[200] / (double)Chunks, (2 / 7.0) - 0.01, (2 / 7.0) + 0.01);
        Assert.InRange(first[400] / (double)Chunks, (4 / 7.0) - 0.01, (4 / 7.0) + 0.01);
    }

    [Fact]
    public void SlotsThatAreKeptStayAndKeepOthersAway()
    {
        PlaceableNodes nodes = Network(24, i => new Made($"n{i}", $"operator {i}", (ushort)(i % 4), (ulong)i, 100));
        for (int i = 0; i < 1_000; i++)
        {
            PlacedReplica[] whole = Place(nodes, i);
            KeptSlot gone = Kept(nodes, whole[0]), stays = Kept(nodes, whole[1]), other = Kept(nodes, whole[2]);
            PlacedReplica[] again = ChunkPlacement.Place(nodes, Request(i), [stays, other], []);
            Assert.Equal(whole, again); // the same one comes back where it may
            Assert.Equal([whole[1]], again.Where(place => place.Slot == 1));
            PlacedReplica[] elsewhere = ChunkPlacement.Place(nodes, Request(i), [stays, other with { Zone = gone.Zone }], []);
            Assert.NotEqual(gone.Zone, elsewhere[0].Zone);
        }
    }

    /// <summary>A node with a shard that another one has too may come to be the only one that has it.</summary>
    [Fact]
    public void WhoeverHasASurplusReplicaGetsNoOtherSlotAndTakesNoPlaceInItsZone()
    {
        PlaceableNodes nodes = Network(24, i => new Made($"n{i}", $"operator {i}", (ushort)(i % 5), (ulong)i, 100));
        for (int i = 0; i < 100; i++)
        {
            PlacedReplica[] whole = Place(nodes, i, ChunkCoding.ReedSolomon);
            KeptSlot[] kept = [.. whole.Take(8).Select(place => Kept(nodes, place))];
            KeptSlot surplus = Kept(nodes, whole[8]) with { Slot = 3 };
            PlacedReplica last = ChunkPlacement.Place(nodes, Request(i, ChunkCoding.ReedSolomon), kept, [surplus]).Single(static place => place.Slot == 8);
            Assert.NotEqual(surplus.NodeId, last.NodeId);
            Assert.Equal(whole[8], ChunkPlacement.Place(nodes, Request(i, ChunkCoding.ReedSolomon), kept, []).Single(static place => place.Slot == 8));
        }
    }

    [Fact]
    public void TooFewZonesLeaveSlotsOpen()
    {
        Assert.Equal([0, 1], Place(Network(9, i => new Made($"n{i}", $"operator {i}", (ushort)(i % 2), (ulong)i, 100)), 1).Select(place => (int)place.Slot));
        Assert.Single(Place(Network(9, i => new Made($"n{i}", $"operator {i}", 1, (ulong)i, 100)), 1));
        Assert.Single(Place(Network(9, i => new Made($"n{i}", "one operator", (ushort)i, (ulong)i, 100)), 1));
        Assert.Single(Place(Network(9, i => new Made($"n{i}", $"operator {i}", (ushort)i, 7, 100)), 1));
        Assert.Empty(Place(Network(0, i => new Made($"n{i}", "", 0, 0, 1)), 1));
        Assert.Equal(8, Place(Network(20, i => new Made($"n{i}", $"operator {i}", (ushort)(i % 4), (ulong)i, 100)), 1, ChunkCoding.ReedSolomon).Length);
    }

    [Fact]
    public void OwnersNodesAndFullOnesGetNothing()
    {
        PlaceableNodes nodes = Network(12, i => new Made($"n{i}", $"operator {i % 6}", (ushort)i, (ulong)i, i == 7 ? 3UL : 100UL));
        Hash256 full = LogKeys.PublicKey("n7");
        for (int i = 0; i < 500; i++)
        {
            PlaceRequest request = Request(i) with { Owner = LogKeys.AddressOf("operator 3"), LengthBytes = 3UL << 30 };
            foreach (PlacedReplica place in ChunkPlacement.Place(nodes, request, [], []))
            {
                Assert.NotEqual(full, place.NodeId);
                Assert.NotEqual(LogKeys.PublicKey("n3"), place.NodeId);
                Assert.NotEqual(LogKeys.PublicKey("n9"), place.NodeId);
            }
        }
        Assert.Empty(ChunkPlacement.Place(nodes, Request(1) with { LengthBytes = ulong.MaxValue }, [], []));
        Assert.Empty(ChunkPlacement.Place(nodes, Request(1) with { LengthBytes = ulong.MaxValue, Coding = ChunkCoding.ReedSolomon }, [], []));
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(384, 64)]
    [InlineData(385, 128)]
    [InlineData(16 << 20, 2_796_224)]
    public void ShardIsAsLongAsTheCodeMakesIt(ulong chunk, ulong shard)
    {
        Assert.Equal(shard, ChunkPlacement.SlotBytes(ChunkCoding.ReedSolomon, chunk));
        Assert.Equal((ulong)Dsdn.Chain.Erasure.ReedSolomon.ShardBytes((int)chunk), shard);
        Assert.Equal(chunk, ChunkPlacement.SlotBytes(ChunkCoding.Replicas, chunk));
    }

    [Fact]
    public void LogarithmFallsAndIsNearTheRealOne()
    {
        Random random = new(7);
        ulong before = 0;
        foreach (ulong draw in Enumerable.Range(0, 20_000).Select(_ => (ulong)random.NextInt64() * 2 + 1).Append(1UL).Append(ulong.MaxValue).OrderDescending())
        {
            ulong log = DrawScore.NegativeLog2(draw);
            Assert.True(log >= before);
            Assert.InRange(log / Math.Pow(2, 32), 64 - Math.Log2(draw) - 3e-6, 64 - Math.Log2(draw) + 3e-6);
            before = log;
        }
        Assert.Equal((1UL << 38) - 1, DrawScore.NegativeLog2(0));
    }

    [Fact]
    public void VectorsOfTheSecondImplementationHold()
    {
        using JsonDocument recorded = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "vectors.json")));
        foreach (JsonElement pair in recorded.RootElement.GetProperty("logs").EnumerateArray())
            Assert.Equal(Number(pair[1]), DrawScore.NegativeLog2(Number(pair[0])));
        foreach (JsonElement vector in recorded.RootElement.GetProperty("places").EnumerateArray())
        {
            int chunk = vector.GetProperty("chunk").GetInt32();
            PlaceableNodes nodes = Vectors(vector.GetProperty("nodes").GetInt32());
            PlaceRequest request = new(
                Seed, LogKeys.Word($"agreement {chunk % 4}"), new Address(LogKeys.Word("operator 3").Span[..20]), LogKeys.Word($"chunk {chunk}"), 1UL << (24 + (chunk % 16)), (ChunkCoding)(chunk % 2));
            Assert.Equal(
                vector.GetProperty("places").EnumerateArray().Select(place => new PlacedReplica((byte)place[0].GetInt32(), LogKeys.Word($"node {place[1].GetInt32()}"), (ushort)place[2].GetInt32())),
                ChunkPlacement.Place(nodes, request, [], []));
        }

        static ulong Number(JsonElement text) => ulong.Parse(text.GetString() ?? "", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task RecordedVectorsAreWhatTheSecondImplementationMakes()
    {
        ProcessStartInfo start = new("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["-B", Path.Combine(AppContext.BaseDirectory, "State", "second", "placement.py")]) start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("no process");
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            Assert.Equal(File.ReadAllText(Path.Combine(Folder, "vectors.json")), output);
        }
        catch (Win32Exception)
        {
            Assert.Skip("python3 is not on this machine");
        }
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.200", true)]
    [InlineData("203.0.113.7", "203.0.114.7", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:2:2::1", false)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    public void NetworksAreToldApartByTheirPrefix(string one, string other, bool isSame) => Assert.Equal(isSame, NetworkOf(one, true) == NetworkOf(other, true));

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("203.0.113.7", true)]
    public void NobodyReachesLoopbackButOnADevelopmentNetwork(string address, bool isReached)
    {
        Assert.Equal(isReached, NetworkOf(address, false) is not null);
        Assert.NotNull(NetworkOf(address, true));
        Assert.Null(StorageNetwork.Of(new NodeStats([new Endpoint(EndpointRole.Read, new byte[16], 1)], 1, 1, 0, 0, 0, 0), true));
    }

    private static StorageNetwork? NetworkOf(string address, bool takesLoopback) => StorageNetwork.Of(
        new NodeStats([new Endpoint(EndpointRole.Storage, System.Net.IPAddress.Parse(address).MapToIPv6().GetAddressBytes(), 45_840)], 1, 1, 0, 0, 0, 0), takesLoopback);

    private static PlaceRequest Request(int chunk, ChunkCoding coding = ChunkCoding.Replicas) => new(Seed, Agreement, Address.Zero, LogKeys.Word($"chunk {chunk}"), 1 << 20, coding);

    private static PlacedReplica[] Place(PlaceableNodes nodes, int chunk, ChunkCoding coding = ChunkCoding.Replicas) => ChunkPlacement.Place(nodes, Request(chunk, coding), [], []);

    private static KeptSlot Kept(PlaceableNodes nodes, PlacedReplica replica)
    {
        foreach (PlaceableNode node in nodes.All)
            if (node.Id == replica.NodeId) return new KeptSlot(replica.Slot, node.Id, node.Zone, node.Operator, node.Network);
        throw new InvalidOperationException("no such node");
    }

    /// <summary>Nodes as the log would know them; free space is as large again as the weight, so that the weight is what is free.</summary>
    private static PlaceableNodes Network(int count, Func<int, Made> make)
    {
        LogTables tables = Tables();
        for (int i = 0; i < count; i++)
        {
            Made made = make(i);
            byte[] ip = [0x20, 0x01, (byte)(made.Network >> 24), (byte)(made.Network >> 16), (byte)(made.Network >> 8), (byte)made.Network, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
            Add(tables, LogKeys.PublicKey(made.Name), LogKeys.AddressOf(made.Operator), made.Zone, ip, made.FreeGib << 30, made.FreeGib << 30);
        }
        return Under(tables);
    }

    private static PlaceableNodes Vectors(int count)
    {
        LogTables tables = Tables();
        for (int i = 0; i < count; i++)
        {
            ulong free = (ulong)(1 + (i * i % 23)) << 36;
            byte[] ip = [0x20, 0x01, 0, 0, 0, (byte)(i / 3), 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
            // The vectors leave half of what is free as room: what is kept back is a fifth of the capacity, rounded up.
            Add(tables, LogKeys.Word($"node {i}"), new Address(LogKeys.Word($"operator {i / 2}").Span[..20]), (ushort)((i % 7) + 1), ip, free, (free / 2) * 5);
        }
        return Under(tables);
    }

    private static LogTables Tables()
    {
        SampleLog log = new();
        return new LogTables(log.Genesis with { Storage = StorageRules.Standard }, 1);
    }

    private static PlaceableNodes Under(LogTables tables) => tables.Placeable.Under(new SampleLog().Genesis.FirstCommittee);

    private static void Add(LogTables tables, Hash256 id, Address nodeOperator, ushort zone, byte[] ip, ulong freeBytes, ulong capacityBytes)
    {
        tables.Nodes.Add(new IdKey(id), new NodeRow { Record = new NodeRecord(nodeOperator, 0, NodeRecord.StatusActive, Amount.Zero, default, zone, 1, 1, 0, 0, 0, false) });
        NodeStats stats = new([new Endpoint(EndpointRole.Storage, ip, 1)], capacityBytes, freeBytes, 0, 0, 0, 0);
        tables.Stats.Add(new IdKey(id), new StatsRow { Stats = stats });
    }

    private sealed record Made(string Name, string Operator, ushort Zone, ulong Network, ulong FreeGib);
}

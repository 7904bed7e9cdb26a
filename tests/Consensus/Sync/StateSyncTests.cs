using System.Security.Cryptography;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Sync;

namespace Dsdn.Consensus.Tests.Sync;

public sealed class StateSyncTests
{
    /// <summary>A chain of 45 blocks and its snapshot at 40, cut into many small chunks.</summary>
    private sealed class World
    {
        public World(int validators = 4, uint epochBlocks = 10, int blocks = 40, int after = 5)
        {
            Network = new SyncNetwork(validators, epochBlocks);
            Network.Grow(blocks, ChainSnapshotTests.Traffic);
            (SnapshotManifest manifest, List<byte[]> whole) = ChainSnapshotTests.Export(Network.Leader);
            Chunks = ChainSnapshotTests.Split(ChainSnapshotTests.Pairs(whole), 12);
            Manifest = manifest with { Chunks = [.. Chunks.Select(chunk => new Hash256(SHA256.HashData(chunk)))] };
            Network.Grow(after, height => ChainSnapshotTests.Traffic(height));
        }

        public SyncNetwork Network { get; }
        public SnapshotManifest Manifest { get; }
        public List<byte[]> Chunks { get; }

        public LightBlock Light(ulong height) => LightBlock.Read(Network.Leader.Open.Services.Blocks, height)!;

        public SnapshotPeer Peer(int number) => new(number, Network.Leader, Manifest, Chunks);

        public StateSyncRig Rig(IKeyValueStore store, ulong trusted = 20, int? killAfter = null, ulong trustPeriodMs = 40_000) =>
            new(Network, store, trusted, Light(trusted).Hash, trustPeriodMs) { KillAfterEffects = killAfter };
    }

    private static readonly Lazy<World> Shared = new(() => new World());

    private static void AssertRestored(World world, IKeyValueStore store)
    {
        SyncNode node = world.Network.NewNode(store);
        Assert.Equal(world.Manifest.Height, node.Height);
        var rig = new SyncRig(world.Network, node); // and it goes on by block sync
        rig.Connect(new ScriptedPeer(1, world.Network.Leader.Open.Services.Blocks));
        Assert.True(rig.RunUntil(() => rig.Node.Height == world.Network.Leader.Height && rig.Core.IsCaughtUp));
        Assert.Equal(world.Network.Leader.Execution.Decided.Hash, node.Execution.Decided.Hash);
        Assert.Equal(world.Network.Leader.Execution.ProposerSeed, node.Execution.ProposerSeed);
    }

    [Theory]
    [InlineData(20)] // bisection forward
    [InlineData(40)] // the head itself is trusted
    [InlineData(44)] // trusted later than the snapshot: verified backward
    public void ANodeRestoresFromSeveralPeersAndEndsInBlockSync(ulong trusted)
    {
        World world = Shared.Value;
        var store = new MemoryStore();
        StateSyncRig rig = world.Rig(store, trusted);
        rig.Begin();
        for (int i = 1; i <= 3; i++) rig.Connect(world.Peer(i));
        Assert.True(rig.Run());
        Assert.Equal(3, rig.ChunkSuppliers.Distinct().Count());
        Assert.Empty(rig.Penalties);
        AssertRestored(world, store);
    }

    [Fact]
    public void SeedsBelowTheHeadersAreFetchedAndVerified()
    {
        var world = new World(validators: 1, epochBlocks: 300, blocks: 610, after: 3);
        var store = new MemoryStore();
        StateSyncRig rig = world.Rig(store, 605);
        rig.Begin();
        rig.Connect(world.Peer(1));
        Assert.True(rig.Run());
        AssertRestored(world, store);
    }

    [Fact]
    public void ABadChunkCostsItsSenderTheLinkAndComesFromAnother()
    {
        World world = Shared.Value;
        var store = new MemoryStore();
        StateSyncRig rig = world.Rig(store);
        SnapshotPeer liar = world.Peer(1);
        liar.Twist = reply =>
        {
            if (reply is not PeerMessage.SnapshotChunk chunk) return reply;
            byte[] bytes = chunk.Bytes.ToArray();
            bytes[^1] ^= 1;
            return chunk with { Bytes = bytes };
        };
        rig.Begin();
        rig.Connect(liar);
        rig.Connect(world.Peer(2));
        Assert.True(rig.Run());
        Assert.Equal((liar.Id, Offence.BadContent), (Assert.Single(rig.Penalties).Peer, rig.Penalties[0].Offence));
        AssertRestored(world, store);
    }

    [Fact]
    public void ASnapshotThatOmitsARecordIsFoundOutAtTheEndAndAnotherOneIsTaken()
    {
        World world = Shared.Value;
        List<byte[]> pairs = ChainSnapshotTests.Pairs(world.Chunks);
        pairs.RemoveAt(pairs.FindIndex(pair => pair[0] == (byte)'R'));
        List<byte[]> chunks = ChainSnapshotTests.Split(pairs, 12);
        SnapshotManifest lying = world.Manifest with { Chunks = [.. chunks.Select(chunk => new Hash256(SHA256.HashData(chunk)))] };
        var store = new MemoryStore();
        StateSyncRig rig = world.Rig(store);
        rig.Begin();
        var liars = new List<SnapshotPeer> { new(1, world.Network.Leader, lying, chunks), new(2, world.Network.Leader, lying, chunks) }; // two, so that it is preferred
        liars.ForEach(rig.Connect);
        rig.Connect(world.Peer(3));
        Assert.True(rig.Run());
        Assert.Equal(liars.Select(liar => liar.Id).Order(), rig.Penalties.Select(penalty => penalty.Peer).Order());
        AssertRestored(world, store);
    }

    [Fact]
    public void ASnapshotOfAMadeUpHeaderIsRefusedBeforeAnyChunkIsFetched()
    {
        World world = Shared.Value;
        StateSyncRig rig = world.Rig(new MemoryStore());
        rig.Begin();
        rig.Connect(new SnapshotPeer(1, world.Network.Leader, world.Manifest with { StateRoot = default }, world.Chunks));
        Assert.False(rig.Run(10_000));
        Assert.Single(rig.Penalties);
        Assert.Empty(rig.ChunkSuppliers);
    }

    [Fact]
    public void AForgedLightBlockIsItsSendersFaultAndAnotherIsAsked()
    {
        World world = Shared.Value;
        var store = new MemoryStore();
        StateSyncRig rig = world.Rig(store);
        SnapshotPeer liar = world.Peer(1);
        liar.Twist = reply => reply is PeerMessage.LightBlockReply light && light.Height == 40
            ? light with { Encoded = (world.Light(40) with { Certificate = world.Light(40).Certificate with { Round = 7 } }).Encode() }
            : reply;
        rig.Begin();
        rig.Connect(liar);
        rig.Connect(world.Peer(2));
        rig.Connect(world.Peer(3));
        Assert.True(rig.Run());
        Assert.All(rig.Penalties, penalty => Assert.Equal(liar.Id, penalty.Peer));
        AssertRestored(world, store);
    }

    [Fact]
    public void ATrustedBlockOlderThanTwoThirdsOfUnbondingIsRefused()
    {
        World world = Shared.Value;
        StateSyncRig rig = world.Rig(new MemoryStore(), 2);
        rig.Begin();
        rig.Connect(world.Peer(1));
        Assert.False(rig.Run());
        Assert.Equal("DSDN-E-LIGHT-EXPIRED", Assert.IsType<StateSyncEffect.Failed>(rig.End).Code);
    }

    [Fact]
    public void PeersThatFallSilentOrLeaveInTheMiddleStallNothing()
    {
        World world = Shared.Value;
        var store = new MemoryStore();
        StateSyncRig rig = world.Rig(store);
        SnapshotPeer silent = world.Peer(1), leaver = world.Peer(2);
        silent.Twist = reply => reply is PeerMessage.SnapshotChunk ? null : reply;
        leaver.Twist = reply => reply is PeerMessage.SnapshotChunk { Index: > 3 } ? null : reply;
        rig.Begin();
        rig.Connect(silent);
        rig.Connect(leaver);
        rig.Connect(world.Peer(3));
        rig.Run(3_000);
        rig.Disconnect(leaver);
        Assert.True(rig.Run());
        Assert.DoesNotContain(rig.Penalties, penalty => penalty.Offence != Offence.Unresponsive);
        AssertRestored(world, store);
    }

    [Fact]
    public void NobodyWithASnapshotIsWaitedForCalmly()
    {
        World world = Shared.Value;
        StateSyncRig rig = world.Rig(new MemoryStore(), trustPeriodMs: 400_000);
        SnapshotPeer without = world.Peer(1);
        without.Twist = reply => reply is PeerMessage.Snapshots ? new PeerMessage.Snapshots([]) : null;
        rig.Begin();
        rig.Connect(without);
        Assert.False(rig.Run(60_000));
        Assert.Null(rig.End);
        Assert.InRange(rig.Effects, 1, 10);
        rig.Connect(world.Peer(2));
        Assert.True(rig.Run());
    }

    [Fact]
    public void GarbageOffersAndRepliesBanAndNeverCrash()
    {
        World world = Shared.Value;
        var random = new Random(11);
        for (int trial = 0; trial < 100; trial++)
        {
            StateSyncRig rig = world.Rig(new MemoryStore());
            SnapshotPeer liar = world.Peer(1);
            byte[] noise = new byte[random.Next(1, 200)];
            random.NextBytes(noise);
            int kind = trial % 3;
            liar.Twist = reply => reply switch
            {
                PeerMessage.Snapshots when kind == 0 => new PeerMessage.Snapshots([noise]),
                PeerMessage.LightBlockReply light when kind == 1 => light with { Encoded = noise },
                PeerMessage.SnapshotChunk chunk when kind == 2 => chunk with { Bytes = noise },
                _ => reply,
            };
            rig.Begin();
            rig.Connect(liar);
            Assert.False(rig.Run(5_000));
            Assert.Equal(Offence.BadContent, Assert.Single(rig.Penalties).Offence);
        }
    }

    [Fact]
    public void CometBft1077AKillAtAnyEffectLeavesANodeThatResumesWithWhatItHasAndNeverStartsAtGenesis()
    {
        World world = Shared.Value;
        int kills = 0;
        for (int effects = 0; ; effects++)
        {
            var disk = new MemoryStore();
            bool killed = false;
            try
            {
                StateSyncRig rig = world.Rig(disk, killAfter: effects);
                rig.Begin();
                rig.Connect(world.Peer(1));
                rig.Run();
            }
            catch (StateSyncRig.Killed)
            {
                killed = true;
            }
            disk.Crash();
            if (!killed) break;
            kills++;
            if (SnapshotImport.Begun(disk) is not null) Assert.Contains("DSDN-E-STATE-IMPORT", Assert.Throws<StorageException>(() => world.Network.NewNode(disk)).Message);
            if (world.Network.Genesis.Block.Hash == new Dsdn.Chain.Storage.ChainStore(disk).GenesisHash)
            {
                Assert.Equal(40UL, world.Network.NewNode(disk).Height); // the last write was done: it boots
                continue;
            }
            int before = Enumerable.Range(0, world.Chunks.Count).Count(chunk => SnapshotImport.Begun(disk) is not null && SnapshotImport.Open(disk, world.Manifest).Has(chunk));
            StateSyncRig again = world.Rig(disk);
            again.Begin();
            again.Connect(world.Peer(2));
            Assert.True(again.Run());
            Assert.Equal(world.Chunks.Count - before, again.ChunkSuppliers.Count); // nothing is fetched twice
            Assert.Equal(40UL, world.Network.NewNode(disk).Height);
        }
        Assert.InRange(kills, world.Chunks.Count * 2, 500);
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Sync;
using Dsdn.Node.Sync;
using Dsdn.Node.Tests.Operations;

namespace Dsdn.Node.Tests.Sync;

public sealed class SnapshotStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-snapshots-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static SnapshotManifest Take(SnapshotStore snapshots, RocksDbStore store)
    {
        using IKeyValueSnapshot version = store.Snapshot();
        return snapshots.Take(version, new ChainStore(store));
    }

    [Fact]
    public void TheNewestTwoAreKeptAndAHalfWrittenOneIsRemovedAtTheStart()
    {
        using var chain = new RecordedChain(2);
        using RocksDbStore store = RocksDbStore.Open(chain.Chain);
        var snapshots = new SnapshotStore(_folder);
        for (int i = 0; i < 3; i++)
        {
            chain.Continue(store, 1);
            Assert.Equal(chain.Head.Hash, Take(snapshots, store).HeaderHash);
        }
        Assert.Equal(2, snapshots.Manifests.Count);
        Directory.CreateDirectory(Path.Combine(_folder, "9.partial"));
        File.Delete(Path.Combine(_folder, "4", "chunk-0"));
        var reopened = new SnapshotStore(_folder);
        Assert.Equal(5UL, reopened.NewestHeight);
        Assert.Single(reopened.Manifests); // the other one lost a chunk
        Assert.False(Directory.Exists(Path.Combine(_folder, "9.partial")));
    }

    [Fact]
    public void AChunkThatIsNotThereIsEmpty()
    {
        using var chain = new RecordedChain(2);
        using RocksDbStore store = RocksDbStore.Open(chain.Chain);
        var snapshots = new SnapshotStore(_folder);
        SnapshotManifest manifest = Take(snapshots, store);
        Assert.NotEmpty(snapshots.ReadChunk(manifest.Hash, 0));
        Assert.Empty(snapshots.ReadChunk(manifest.Hash, uint.MaxValue));
        Assert.Empty(snapshots.ReadChunk(Hash256.Zero, 0));
        Directory.Delete(Path.Combine(_folder, "2"), recursive: true);
        Assert.Empty(snapshots.ReadChunk(manifest.Hash, 0));
    }

    [Fact]
    public void ASnapshotThatFailsLeavesNothing()
    {
        using var chain = new RecordedChain(2);
        using RocksDbStore store = RocksDbStore.Open(chain.Chain);
        var snapshots = new SnapshotStore(_folder);
        using (IWriteBatch batch = store.CreateBatch())
        {
            batch.DeleteRange(ColumnFamily.Bodies, [0], [0xff]);
            store.Write(batch, sync: true);
        }
        Assert.Contains("DSDN-E-SNAPSHOT-BLOCKS", Assert.Throws<StorageException>(() => Take(snapshots, store)).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task TheScheduleTakesOneInTheBackgroundAndTellsOfFailures()
    {
        using var chain = new RecordedChain(4);
        using RocksDbStore store = RocksDbStore.Open(chain.Chain);
        var taken = new List<(SnapshotManifest?, Exception?)>();
        await using (var schedule = new SnapshotSchedule(store, new ChainStore(store), new SnapshotStore(_folder), 4, (manifest, failure) => taken.Add((manifest, failure))))
        {
            schedule.OnCommitted(3);
            schedule.OnCommitted(4);
        }
        (SnapshotManifest? manifest, Exception? failure) = Assert.Single(taken);
        Assert.Null(failure);
        Assert.Equal(4UL, manifest!.Height);
    }

    [Fact]
    public void ARestoredDatabaseOpensAndGoesOn()
    {
        using var chain = new RecordedChain(6);
        string restored = Path.Combine(_folder, "restored");
        using (RocksDbStore source = RocksDbStore.Open(chain.Chain))
        {
            var blocks = new ChainStore(source);
            var snapshots = new SnapshotStore(Path.Combine(_folder, "snapshots"));
            Take(snapshots, source);
            var server = new SyncServer(blocks, snapshots);
            LightBlock trusted = LightBlock.Read(blocks, 2)!;
            using RocksDbStore target = RocksDbStore.Open(restored);
            Assert.True(StateSyncRun.IsPossible(target));
            var run = new StateSyncRun(target, RecordedChain.Genesis, StateSyncOptions.Default);
            ulong nowMs = trusted.TimeMs + 10;
            var peer = new PeerId(Hash256.Zero);
            var waiting = new Queue<StateSyncEffect>(run.Begin(2, trusted.Hash, nowMs));
            foreach (StateSyncEffect effect in run.Step(new StateSyncInput.PeerUp(peer, nowMs), nowMs)) waiting.Enqueue(effect);
            for (int steps = 0; run.End is null && steps < 1_000; steps++)
            {
                IReadOnlyList<StateSyncEffect> effects = waiting.TryDequeue(out StateSyncEffect? next)
                    ? run.Step(new StateSyncInput.Received(peer, server.Answer(Assert.IsType<StateSyncEffect.Send>(next).Message)!, nowMs), nowMs)
                    : run.Step(new StateSyncInput.Tick(nowMs += 100), nowMs);
                foreach (StateSyncEffect effect in effects) waiting.Enqueue(effect);
            }
            Assert.Equal(new StateSyncEffect.Done(6), run.End);
            Assert.False(StateSyncRun.IsPossible(target));
        }
        using RocksDbStore reopened = RocksDbStore.Open(restored);
        Assert.Equal(chain.Head.Hash, RecordedChain.Open(reopened).Head.Block.Hash);
        using RocksDbStore original = RocksDbStore.Open(chain.Chain);
        chain.Continue(original, 2);
        Hash256 expected = chain.Head.Hash;
        chain.Continue(reopened, 2);
        Assert.Equal(expected, chain.Head.Hash);
    }

    [Fact]
    public void TheServerAnswersBlocksAndLightBlocks()
    {
        using var chain = new RecordedChain(5);
        using RocksDbStore store = RocksDbStore.Open(chain.Chain);
        var server = new SyncServer(new ChainStore(store), null);
        var blocks = Assert.IsType<PeerMessage.Blocks>(server.Answer(new PeerMessage.BlocksRequest(2, 100)));
        Assert.Equal(4, blocks.Items.Count);
        Assert.Equal(5UL, blocks.LastCertificate!.Height);
        Assert.Empty(Assert.IsType<PeerMessage.Blocks>(server.Answer(new PeerMessage.BlocksRequest(0, 10))).Items);
        Assert.Empty(Assert.IsType<PeerMessage.Blocks>(server.Answer(new PeerMessage.BlocksRequest(6, uint.MaxValue))).Items);
        Assert.True(LightBlock.TryDecode(Assert.IsType<PeerMessage.LightBlockReply>(server.Answer(new PeerMessage.LightBlockRequest(0))).Encoded.Span, out LightBlock? light));
        Assert.Equal(5UL, light.Height);
        Assert.True(Assert.IsType<PeerMessage.LightBlockReply>(server.Answer(new PeerMessage.LightBlockRequest(6))).Encoded.IsEmpty);
        Assert.Empty(Assert.IsType<PeerMessage.Snapshots>(server.Answer(new PeerMessage.SnapshotsRequest())).Manifests);
        Assert.True(Assert.IsType<PeerMessage.SnapshotChunk>(server.Answer(new PeerMessage.ChunkRequest(1, default, 0))).Bytes.IsEmpty);
        Assert.Null(server.Answer(new PeerMessage.PeersRequest()));
    }
}

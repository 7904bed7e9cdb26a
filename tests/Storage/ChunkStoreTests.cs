using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Storage.Disk;
using Dsdn.Storage.Quotas;
using Dsdn.Storage.Scrubbing;
using Dsdn.Storage.Tests.Disk;

namespace Dsdn.Storage.Tests;

public sealed class ChunkStoreTests
{
    private readonly TestClock _clock = new();
    private readonly MemoryDisk _disk;

    public ChunkStoreTests() => _disk = new MemoryDisk(_clock);

    /// <summary>Around leaves and blocks.</summary>
    public static TheoryData<int> Lengths => [1, 1_024, 65_535, 65_536, 65_537, 200_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void StoredChunkIsReadWholeInRangesAndProved(int length)
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        byte[] content = Sample.Content(1, length);
        ChunkKey key = Sample.Store(store, content);
        Assert.Equal(content, Sample.Read(store, key));
        Assert.True(store.TryRead(key, out ChunkReader? reader).IsDone);
        using (reader)
        {
            Assert.Equal(ChunkHasher.Of(content), reader!.Identity);
            Assert.Equal(Sample.Owner, reader.Owner);
            foreach ((int from, int bytes) in (IEnumerable<(int, int)>)[(0, 0), (length, 0), (length - 1, 1), (length / 3, length / 2)])
            {
                byte[] range = new byte[bytes];
                Assert.True(reader.Read(from, range).IsDone);
                Assert.True(range.AsSpan().SequenceEqual(content.AsSpan(from, bytes)));
            }
            foreach ((long from, int bytes) in (IEnumerable<(long, int)>)[(-1, 1), (0, length + 1), (length, 1), (long.MaxValue, 1)])
                Assert.Equal(StoreFault.Range, reader.Read(from, new byte[bytes]).Fault);
            uint leaves = (uint)ChunkRoot.LeafCount((ulong)length);
            Assert.True(reader.Prove(leaves - 1, out ChunkLeaf? proof).IsDone && proof!.IsIn(reader.Identity.Root, (ulong)length));
            Assert.Equal(StoreFault.Range, reader.Prove(leaves, out _).Fault);
        }
    }

    [Fact]
    public void ShardsOfAChunkAreKeptByTheirRoots()
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        for (byte shard = 0; shard < 9; shard++)
        {
            byte[] content = Sample.Content(shard, 500);
            ChunkPut put = Sample.Shard(content, shard);
            Assert.Equal(StoreVerdict.Done, Sample.TryStore(store, put, content));
            Assert.Equal(content, Sample.Read(store, put.Key));
        }
        Assert.Equal(9, store.Count);
        byte[] ninth = Sample.Content(9, 500);
        Assert.Equal(StoreFault.Key, Sample.TryStore(store, Sample.Shard(ninth, 9), ninth).Fault);
        byte[] wrong = Sample.Content(99, 500);
        Assert.Equal(StoreFault.Root, Sample.TryStore(store, Sample.Shard(Sample.Content(98, 500), 0) with { Key = Sample.Shard(wrong, 0).Key with { Generation = 1 } }, wrong).Fault);
    }

    [Fact]
    public void DeletedChunkIsTakenBackUntilItIsErased()
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        byte[] content = Sample.Content(1, 5_000);
        ChunkKey key = Sample.Store(store, content);
        Assert.Equal(StoreVerdict.Done, store.Restore(key)); // it was never away
        Assert.Equal(StoreVerdict.Done, store.Delete(key, _clock.NowMs + 10_000));
        Assert.Equal(_clock.NowMs + 10_000, store.EraseMs(key));
        Assert.Equal([key], store.Deleted.Select(static deleted => deleted.Key));
        Assert.Equal(StoreVerdict.Done, store.Restore(key));
        Assert.Null(store.EraseMs(key));
        Assert.Equal(content, Sample.Read(store, key));
        _clock.Advance(20_000);
        Assert.Equal(0, store.Sweep());
        Assert.Equal(StoreVerdict.Done, store.Delete(key, _clock.NowMs));
        Assert.Equal(1, store.Sweep());
        Assert.Equal(StoreFault.NotFound, store.Restore(key).Fault);
        Assert.Equal(0, store.Capacity.UsedBytes);
    }

    [Fact]
    public void StagedChunkThatIsAcknowledgedAgainLivesAsLongAsANewOne()
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        ChunkKey key = Sample.Store(store, Sample.Content(1, 5_000), ChunkStanding.Staged);
        _clock.Advance(6_000_000);
        Assert.Equal(StoreVerdict.Done, store.Renew(key));
        _clock.Advance(6_000_000);
        store.Sweep();
        Assert.True(store.TryFind(key, out StoredChunk chunk) && chunk.Standing == ChunkStanding.Staged);
        _clock.Advance(6_000_000);
        store.Sweep();
        Assert.False(store.TryFind(key, out _));
        Assert.Equal(StoreFault.NotFound, store.Renew(key).Fault);
    }

    [Fact]
    public void BytesThatAreNotTheAnnouncedOnesLeaveNothing()
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        byte[] content = Sample.Content(1, 5_000), other = Sample.Content(2, 5_000);
        ChunkPut put = Sample.Put(content);
        Assert.Equal(StoreFault.Digest, Sample.TryStore(store, put, other).Fault);
        Assert.Equal(StoreFault.Root, Sample.TryStore(store, put with { Root = Hash256.Zero }, content).Fault);
        Assert.True(store.TryBegin(put, out ChunkWriter? writer).IsDone);
        using (writer)
        {
            Assert.Equal(StoreFault.TooLong, writer!.Write(new byte[5_001]).Fault);
            Assert.Equal(StoreFault.Closed, writer.Write([1]).Fault);
            Assert.Equal(StoreFault.Closed, writer.Complete(out _, out _).Fault);
        }
        Assert.Equal(StoreFault.Length, store.TryBegin(put with { LengthBytes = 0 }, out _).Fault);
        Assert.Equal(StoreFault.Length, store.TryBegin(put with { LengthBytes = StorageOptions.ChunkBytesMax + 1 }, out _).Fault);
        Assert.Empty(_disk.Files);
        Assert.Equal((0, 0), (store.Capacity.UsedBytes, store.Capacity.ReservedBytes));
        Assert.Equal(StoreVerdict.Done, Sample.TryStore(store, put, content));
        Assert.Equal(StoreFault.Exists, store.TryBegin(put, out _).Fault);
    }

    [Fact]
    public void PutThatWasCutOffGoesOnWhereItStood()
    {
        byte[] content = Sample.Content(1, 150_000);
        ChunkPut put = Sample.Put(content);
        using (ChunkStore store = Sample.Open(_disk, _clock))
        {
            store.TryBegin(put, out ChunkWriter? writer);
            using (writer)
            {
                Assert.Equal(StoreFault.Busy, store.TryBegin(put, out _).Fault);
                writer!.Write(content.AsSpan(0, 100_000));
                Assert.Equal(StoreFault.Incomplete, writer.Complete(out _, out _).Fault);
            }
            Assert.Equal(100_000, store.Resumable(put.Key));
        }
        using (ChunkStore store = Sample.Open(_disk, _clock)) // and after a restart
        {
            Assert.Equal(100_000, store.Resumable(put.Key));
            store.TryBegin(put, out ChunkWriter? writer);
            using (writer)
            {
                Assert.Equal(100_000, writer!.LengthBytes);
                writer.Write(content.AsSpan(100_000));
                Assert.True(writer.Complete(out StoredChunk stored, out ChunkIdentity identity).IsDone);
                Assert.Equal((put.Key, ChunkHasher.Of(content)), (stored.Key, identity));
            }
            Assert.Equal(0, store.Resumable(put.Key));
            Assert.Equal(content, Sample.Read(store, put.Key));
        }
    }

    [Fact]
    public void StagedChunkExpiresUnlessItIsDeclared()
    {
        UndeclaredLimit quota = new(long.MaxValue);
        using ChunkStore store = Sample.Open(_disk, _clock, quota: quota);
        ChunkKey kept = Sample.Store(store, Sample.Content(1, 300), ChunkStanding.Staged), expiring = Sample.Store(store, Sample.Content(2, 400), ChunkStanding.Staged);
        Assert.Equal(700, quota.Of(Sample.Owner));
        Assert.True(store.Declare(kept).IsDone);
        Assert.True(store.Declare(kept).IsDone);
        Assert.Equal(400, quota.Of(Sample.Owner));
        _clock.Advance(7_199_999);
        Assert.Equal(0, store.Sweep());
        Assert.True(store.TryFind(expiring, out _));
        _clock.Advance(1);
        Assert.Equal(1, store.Sweep());
        Assert.False(store.TryFind(expiring, out _));
        Assert.Equal(0, quota.Of(Sample.Owner));
        Assert.Equal(1, store.Metrics.Snapshot().ExpiredChunks);
        Assert.NotNull(Sample.Read(store, kept));
        Assert.Equal(StoreFault.NotFound, store.Declare(expiring).Fault);
    }

    [Fact]
    public void DeletedChunkIsGoneAtOnceAndItsBytesLater()
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        byte[] content = Sample.Content(1, 3_000);
        ChunkKey key = Sample.Store(store, content);
        Assert.True(store.TryRead(key, out ChunkReader? reader).IsDone);
        long erase = _clock.NowMs + 1_000;
        Assert.True(store.Delete(key, erase).IsDone);
        Assert.True(store.Delete(key, erase).IsDone);
        using (reader) Assert.True(reader!.Read(0, new byte[3_000]).IsDone); // who was reading reads on
        Assert.Equal(StoreFault.NotFound, store.TryRead(key, out _).Fault);
        Assert.Equal(StoreFault.Deleted, Sample.TryStore(store, Sample.Put(content), content).Fault);
        ChunkPut next = Sample.Put(content, generation: 1);
        Assert.Equal(StoreVerdict.Done, Sample.TryStore(store, next, content));
        Assert.Contains(_disk.Files, file => file.Folder == "deleted");
        _clock.Advance(1_000);
        Assert.Equal(1, store.Sweep());
        Assert.DoesNotContain(_disk.Files, file => file.Folder == "deleted");
        Assert.Equal(content, Sample.Read(store, next.Key));
        Assert.Equal(StoreFault.NotFound, store.Delete(key, 0).Fault);
    }

    [Fact]
    public void CapacityReserveAndQuotaAreKept()
    {
        byte[] content = Sample.Content(1, 10_000);
        using (ChunkStore store = Sample.Open(_disk, _clock, new StorageOptions { CapacityBytes = 25_000, ReserveBytes = 0 }))
        {
            Sample.Store(store, content);
            store.TryBegin(Sample.Put(Sample.Content(2, 10_000)), out ChunkWriter? running);
            Assert.Equal(StoreFault.Full, store.TryBegin(Sample.Put(Sample.Content(3, 10_000)), out _).Fault); // what is announced counts
            running!.Dispose();
            Assert.Equal(StoreVerdict.Done, Sample.TryStore(store, Sample.Put(Sample.Content(3, 10_000)), Sample.Content(3, 10_000)));
            Assert.Equal(2, store.Metrics.Snapshot().Puts);
            Assert.Equal(1, store.Metrics.Snapshot().Refusals[StoreFault.Full]);
        }
        MemoryDisk small = new(_clock) { SizeBytes = 30_000 };
        using (ChunkStore store = Sample.Open(small, _clock, new StorageOptions { ReserveBytes = 15_000 }, new UndeclaredLimit(10_000)))
        {
            ChunkKey key = Sample.Store(store, content, ChunkStanding.Staged);
            byte[] more = Sample.Content(4, 2_000);
            Assert.Equal(StoreFault.Quota, Sample.TryStore(store, Sample.Put(more), more).Fault);
            store.Declare(key);
            Assert.Equal(StoreVerdict.Done, Sample.TryStore(store, Sample.Put(more), more));
            byte[] last = Sample.Content(5, 4_000);
            Assert.Equal(StoreFault.Full, Sample.TryStore(store, Sample.Put(last), last).Fault);
        }
    }

    /// <summary>Something else fills the disk while a chunk comes in.</summary>
    [Fact]
    public void DiskThatIsFullInTheMiddleOfAPutLeavesNothing()
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        byte[] content = Sample.Content(1, 10_000);
        store.TryBegin(Sample.Put(content), out ChunkWriter? writer);
        using (writer)
        {
            Assert.True(writer!.Write(content.AsSpan(0, 5_000)).IsDone);
            _disk.SizeBytes = 6_000;
            Assert.Equal(StoreFault.Full, writer.Write(content.AsSpan(5_000)).Fault);
        }
        Assert.Empty(_disk.Files);
        Assert.Equal((0, 0), (store.Capacity.UsedBytes, store.Capacity.ReservedBytes));
    }

    [Fact]
    public void RottenChunkIsNeverHandedOutAndGoesToQuarantine()
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        byte[] content = Sample.Content(1, 200_000);
        ChunkKey key = Sample.Store(store, content);
        store.TryRead(key, out ChunkReader? reader);
        using (reader)
        {
            _disk.Rot("chunks", key.ToString(), 70_000);
            Assert.True(reader!.Read(0, new byte[65_536]).IsDone); // the block before is right
            Assert.Equal(StoreFault.Corrupt, reader.Read(65_536, new byte[1]).Fault);
        }
        Assert.False(store.TryFind(key, out _));
        (ChunkKey quarantined, long at) = Assert.Single(store.Quarantined);
        Assert.Equal(key, quarantined);
        Assert.Equal(content, Sample.Read(store, Sample.Store(store, content))); // repaired
        Assert.True(store.EraseQuarantined(quarantined, at).IsDone);
        Assert.Equal(StoreFault.NotFound, store.EraseQuarantined(quarantined, at).Fault);
        Assert.DoesNotContain(_disk.Files, file => file.Folder == "quarantine");
    }

    [Fact]
    public void ScrubberFindsEveryRottenByteOfContentAndFooterAndGoesOnAfterARestart()
    {
        byte[][] contents = [.. Enumerable.Range(0, 5).Select(i => Sample.Content(i, 66_000))];
        ChunkKey[] keys;
        using (ChunkStore store = Sample.Open(_disk, _clock))
        {
            keys = [.. contents.Select(content => Sample.Store(store, content)).Order()];
            _disk.Rot("chunks", keys[0].ToString(), 65_999);
            _disk.Rot("chunks", keys[1].ToString(), 66_010); // the tree
            _disk.Rot("chunks", keys[2].ToString(), 66_150); // the fields behind it
            _disk.Cut("chunks", keys[3].ToString(), 30_000);
            Scrubber scrubber = new(store, 1 << 20, _clock);
            for (int i = 0; i < 4; i++)
            {
                ScrubbedChunk step = scrubber.Step()!.Value;
                Assert.Equal((keys[i], StoreFault.Corrupt), (step.Key, step.Verdict.Fault));
            }
            Assert.Equal(new ScrubbedChunk(keys[4], StoreVerdict.Done, 66_000), scrubber.Step());
            Assert.Null(scrubber.Step());
            Assert.Equal(1, scrubber.Rounds);
            Assert.Equal(4, store.Metrics.Snapshot().CorruptChunks);
            Assert.Equal(4, store.Quarantined.Count);
        }
        ChunkStore.TryOpen(_disk, new StorageOptions { ReserveBytes = 0 }, new UndeclaredLimit(long.MaxValue), _clock, out ChunkStore? again, out StartReport? report);
        Assert.Equal(new StartReport(1, 0, 0, 4, 0), report);
        again!.Dispose();
    }

    [Fact]
    public async Task ScrubberKeepsItsRate()
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        for (int i = 0; i < 4; i++) Sample.Store(store, Sample.Content(i, 100_000));
        RecordingClock delays = new();
        using CancellationTokenSource stop = new();
        delays.Asked = ms =>
        {
            if (delays.DelaysMs.Count == 5) stop.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Scrubber(store, 1_000_000, delays).RunAsync(_ => Assert.Fail("nothing is rotten"), stop.Token));
        Assert.Equal([100.0, 100, 100, 100, 10_000], delays.DelaysMs);
    }

    [Fact]
    public void ListingGoesOnFromAnyKey()
    {
        using ChunkStore store = Sample.Open(_disk, _clock);
        ChunkKey[] keys = [.. Enumerable.Range(0, 10).Select(i => Sample.Store(store, Sample.Content(i, 100))).Order()];
        List<ChunkKey> listed = [];
        while (store.List(listed.Count == 0 ? null : listed[^1], 3) is { Count: > 0 } page) listed.AddRange(page.Select(chunk => chunk.Key));
        Assert.Equal(keys, listed);
        store.Delete(keys[4], 0);
        Assert.Equal(keys[5], store.List(keys[4], 1)[0].Key);
        Assert.Empty(store.List(keys[9], 1));
    }

    [Fact]
    public void AChunkWhoseFileIsGoneIsFoundLostByWhoeverReadsIt()
    {
        byte[] content = Sample.Content(1, 3_000);
        using ChunkStore store = Sample.Open(_disk, _clock);
        ChunkPut put = Sample.Put(content);
        store.TryBegin(put, out ChunkWriter? writer);
        writer!.Write(content);
        Assert.True(writer.Complete(out StoredChunk stored, out _).IsDone);
        foreach ((string Folder, string Name, int Bytes) file in _disk.Files.Where(static file => file.Folder.Length > 0).ToArray()) _disk.Delete(file.Folder, file.Name);
        Assert.Equal(StoreFault.Corrupt, store.TryRead(stored.Key, out _).Fault);
        Assert.Equal(StoreFault.NotFound, store.TryRead(stored.Key, out _).Fault);
        Assert.Single(store.Quarantined);
        Assert.True(store.TryBegin(put, out ChunkWriter? again).IsDone);
        again!.Dispose();
    }

    [Fact]
    public void FilesOfOthersAreLeftAloneAndOldPartsAreErased()
    {
        using (IDiskFile file = _disk.Create("chunks", "notes.txt")) file.Write("hello"u8, 0);
        byte[] content = Sample.Content(1, 3_000);
        using (ChunkStore store = Sample.Open(_disk, _clock))
        {
            store.TryBegin(Sample.Put(content), out ChunkWriter? writer);
            writer!.Write(content.AsSpan(0, 1_000));
            writer.Dispose();
        }
        StoreVerdict verdict = ChunkStore.TryOpen(_disk, new StorageOptions { ReserveBytes = 0 }, new UndeclaredLimit(long.MaxValue), _clock, out ChunkStore? again, out StartReport? report);
        using (again)
        {
            Assert.True(verdict.IsDone);
            Assert.Equal(new StartReport(0, 1, 0, 0, 1), report);
            _clock.Advance(7_200_000);
            Assert.Equal(1, again!.Sweep());
            Assert.Equal("notes.txt", Assert.Single(_disk.Files, file => file.Folder.Length > 0).Name);
        }
    }

    [Fact]
    public void KeysAreNamedInOneWay()
    {
        ChunkKey key = new(new Hash256(Sample.Content(1, 32)), Dsdn.Chain.Log.Events.ChunkCoding.ReedSolomon, 8, uint.MaxValue);
        Assert.True(ChunkKey.TryParse(key.ToString(), out ChunkKey parsed) && parsed == key);
        string name = ChunkKey.Copy(key.ChunkId).ToString();
        foreach (string wrong in (string[])["", "x", name + " ", name.ToUpperInvariant(), name.Replace("r0", "r1", StringComparison.Ordinal), name.Replace("r0", "s9", StringComparison.Ordinal), name[..^1], name[..^1] + "00", name[..^1] + "4294967296", "../" + name[3..]])
            Assert.False(ChunkKey.TryParse(wrong, out _), wrong);
    }

    /// <summary>Ends every delay at once and writes down how long it was to be.</summary>
    private sealed class RecordingClock : TimeProvider
    {
        public List<double> DelaysMs { get; } = [];

        public Action<double> Asked { get; set; } = _ => { };

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            DelaysMs.Add(dueTime.TotalMilliseconds);
            Asked(dueTime.TotalMilliseconds);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}

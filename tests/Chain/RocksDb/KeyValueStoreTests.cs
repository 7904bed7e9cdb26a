using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Tests.RocksDb;

/// <summary>One contract, both stores.</summary>
public sealed class KeyValueStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private IKeyValueStore Open(string kind) =>
        kind == "memory" ? new MemoryStore() : RocksDbStore.Open(_directory.Sub("db"), new RocksDbOptions { WriteBufferBytes = 4 << 20 });

    private static byte[] Key(int number) => [(byte)(number >> 8), (byte)number];

    private static void Fill(IKeyValueStore store, int count)
    {
        using IWriteBatch batch = store.CreateBatch();
        for (int i = 0; i < count; i++) batch.Put(ColumnFamily.Records, Key(i), Key(i + 1));
        store.Write(batch, sync: true);
    }

    private static List<int> Keys(IKeyValueReader reader, int from, int to, bool descending = false)
    {
        var keys = new List<int>();
        using KeyValueCursor cursor = reader.Scan(ColumnFamily.Records, Key(from), Key(to), descending);
        while (cursor.MoveNext())
        {
            keys.Add((cursor.Key[0] << 8) | cursor.Key[1]);
            Assert.Equal(Key(keys[^1] + 1), cursor.Value.ToArray());
        }
        return keys;
    }

    [Theory, InlineData("memory"), InlineData("rocks")]
    public void FamiliesAreSeparate(string kind)
    {
        using IKeyValueStore store = Open(kind);
        using IWriteBatch batch = store.CreateBatch();
        foreach (ColumnFamily family in Enum.GetValues<ColumnFamily>()) batch.Put(family, [1], [(byte)family]);
        Assert.Equal(14, batch.Count);
        store.Write(batch, sync: true);
        foreach (ColumnFamily family in Enum.GetValues<ColumnFamily>()) Assert.Equal(new[] { (byte)family }, store.Get(family, [1]));
        Assert.Null(store.Get(ColumnFamily.Meta, [2]));
    }

    [Theory, InlineData("memory"), InlineData("rocks")]
    public void RangesAreBoundedOnBothSidesInBothDirections(string kind)
    {
        using IKeyValueStore store = Open(kind);
        Fill(store, 1_000);
        Assert.Equal(Enumerable.Range(10, 20), Keys(store, 10, 30));
        Assert.Equal(Enumerable.Range(10, 20).Reverse(), Keys(store, 10, 30, descending: true));
        Assert.Empty(Keys(store, 2_000, 3_000));
        Assert.Throws<ArgumentException>(() => store.Scan(ColumnFamily.Records, [], []));
    }

    [Theory, InlineData("memory"), InlineData("rocks")]
    public void LaterWritesOfABatchWin(string kind)
    {
        using IKeyValueStore store = Open(kind);
        Fill(store, 100);
        using IWriteBatch batch = store.CreateBatch();
        batch.Put(ColumnFamily.Records, Key(50), [7]);
        batch.DeleteRange(ColumnFamily.Records, Key(40), Key(60));
        batch.Put(ColumnFamily.Records, Key(55), Key(56));
        batch.Delete(ColumnFamily.Records, Key(1));
        store.Write(batch, sync: false);
        Assert.Equal([0, .. Enumerable.Range(2, 38), 55, .. Enumerable.Range(60, 40)], Keys(store, 0, 200));
    }

    [Theory, InlineData("memory"), InlineData("rocks")]
    public void ASnapshotAndAnOpenScanKeepTheirVersion(string kind)
    {
        using IKeyValueStore store = Open(kind);
        Fill(store, 10);
        using IKeyValueSnapshot snapshot = store.Snapshot();
        using KeyValueCursor cursor = store.Scan(ColumnFamily.Records, Key(0), Key(100));
        using IWriteBatch batch = store.CreateBatch();
        batch.DeleteRange(ColumnFamily.Records, Key(0), Key(100));
        store.Write(batch, sync: true);
        int seen = 0;
        while (cursor.MoveNext()) seen++;
        Assert.Equal(10, seen);
        Assert.Equal(10, Keys(snapshot, 0, 100).Count);
        Assert.Equal<byte[]?>(Key(4), snapshot.Get(ColumnFamily.Records, Key(3)));
        Assert.Empty(Keys(store, 0, 100));
    }

    [Theory, InlineData("memory"), InlineData("rocks")]
    public void ManyKeysAreReadAtOnceInTheirOrder(string kind)
    {
        using IKeyValueStore store = Open(kind);
        Fill(store, 300);
        byte[]?[] values = store.MultiGet(ColumnFamily.Records, [Key(7), Key(999), Key(3), Key(7)]);
        Assert.Equal([Key(8), null, Key(4), Key(8)], values);
        Assert.Empty(store.MultiGet(ColumnFamily.Records, []));
        Assert.True(store.TryGet(ColumnFamily.Records, Key(5), out PinnedValue pinned));
        Assert.Equal(Key(6), pinned.Span.ToArray());
        pinned.Dispose();
    }

    [Fact]
    public void ACheckpointOpensAsADatabaseWhileTheFirstGoesOn()
    {
        using RocksDbStore store = RocksDbStore.Open(_directory.Sub("db"));
        Fill(store, 50);
        store.Checkpoint(_directory.Sub("copy"));
        Fill(store, 60);
        using RocksDbStore copy = RocksDbStore.Open(_directory.Sub("copy"));
        Assert.Equal(50, Keys(copy, 0, 100).Count);
        Assert.Throws<StorageException>(() => store.Checkpoint(_directory.Sub("copy")));
    }

    [Fact]
    public void ASecondOpeningAndAPathThatIsNoDatabaseAreErrors()
    {
        using RocksDbStore store = RocksDbStore.Open(_directory.Sub("db"));
        Assert.Throws<StorageException>(() => RocksDbStore.Open(_directory.Sub("db")));
        File.WriteAllText(_directory.Sub("file"), "no database");
        Assert.Throws<StorageException>(() => RocksDbStore.Open(_directory.Sub("file")));
    }

    [Fact]
    public void ADatabaseWhoseFileWasOverwrittenSaysSo()
    {
        using (RocksDbStore store = RocksDbStore.Open(_directory.Sub("db")))
        {
            Fill(store, 5_000);
            store.Flush();
        }
        string table = Directory.GetFiles(_directory.Sub("db"), "*.sst").Single();
        byte[] bytes = File.ReadAllBytes(table);
        bytes.AsSpan(100, 200).Fill(0x5a);
        File.WriteAllBytes(table, bytes);
        using RocksDbStore damaged = RocksDbStore.Open(_directory.Sub("db"));
        Assert.Throws<StorageException>(() => Keys(damaged, 0, 5_000));
    }

    [Fact]
    public void SpaceOfADeletedRangeComesBackFromCompaction()
    {
        using RocksDbStore store = RocksDbStore.Open(_directory.Sub("db"));
        byte[] noise = new byte[1_000];
        for (int i = 0; i < 40; i++)
        {
            using IWriteBatch batch = store.CreateBatch();
            for (int j = 0; j < 200; j++)
            {
                new Random((i << 10) | j).NextBytes(noise);
                batch.Put(ColumnFamily.History, Key((i * 200) + j), noise);
            }
            store.Write(batch, sync: false);
        }
        store.Flush();
        long before = store.ApproximateBytes(ColumnFamily.History, Key(0), Key(0xffff));
        using (IWriteBatch batch = store.CreateBatch())
        {
            batch.DeleteRange(ColumnFamily.History, Key(0), Key(7_000));
            store.Write(batch, sync: true);
        }
        store.Compact(ColumnFamily.History, Key(0), Key(7_000));
        long after = store.ApproximateBytes(ColumnFamily.History, Key(0), Key(0xffff));
        Assert.InRange(after, 0, before / 4);
    }
}

using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Tests.RocksDb;

/// <summary>Tests of the process's own memory run when no other test does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

[Collection(nameof(AloneCollection))]
public sealed class MemoryTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static byte[] Key(int number) => [(byte)(number >> 8), (byte)number];

    [Fact]
    public void MemoryStaysFlatOverManyReadsAndWrites()
    {
        using RocksDbStore store = RocksDbStore.Open(_directory.Sub("db"), new RocksDbOptions { WriteBufferBytes = 1 << 20, TotalWriteBufferBytes = 4 << 20, BlockCacheBytes = 4 << 20 });
        byte[] value = new byte[100];
        long first = 0;
        for (int round = 0; round < 40; round++)
        {
            using IWriteBatch batch = store.CreateBatch();
            for (int i = 0; i < 5_000; i++) batch.Put(ColumnFamily.Accounts, Key(i), value);
            store.Write(batch, sync: false);
            for (int i = 0; i < 5_000; i++)
            {
                Assert.True(store.TryGet(ColumnFamily.Accounts, Key(i), out PinnedValue pinned));
                pinned.Dispose();
            }
            using KeyValueCursor cursor = store.Scan(ColumnFamily.Accounts, Key(0), Key(100));
            while (cursor.MoveNext()) Assert.Equal(100, cursor.Value.Length);
            if (round == 10) first = Environment.WorkingSet;
        }
        Assert.InRange(Environment.WorkingSet, 0, first + (40L << 20));
    }
}

using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.RocksDb;

/// <summary>A database of RocksDB on disk. Thread-safe, but for batches and cursors, which belong to one thread.</summary>
public sealed unsafe class RocksDbStore : IKeyValueStore
{
    private readonly DatabaseHandle _database;
    private readonly RocksDbReader _reader;

    private RocksDbStore(DatabaseHandle database)
    {
        _database = database;
        _reader = new RocksDbReader(database, database.ReadOptions, 0);
    }

    /// <summary>Opens the database in a directory, or makes one there.</summary>
    /// <exception cref="StorageException">it cannot be opened, or another process has it open</exception>
    public static RocksDbStore Open(string directory, RocksDbOptions? options = null) =>
        new(DatabaseHandle.Open(directory, options ?? new RocksDbOptions()));

    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key) => _reader.Get(family, key);

    public bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, out PinnedValue value) => _reader.TryGet(family, key, out value);

    public byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys) => _reader.MultiGet(family, keys);

    public KeyValueCursor Scan(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) =>
        _reader.Scan(family, from, to, descending);

    public IWriteBatch CreateBatch() => new RocksDbBatch(_database);

    public void Write(IWriteBatch batch, bool sync)
    {
        using Lease lease = new(_database);
        nint error = 0;
        RocksDbLibrary.Write(_database.Database, sync ? _database.Synced : _database.Unsynced, ((RocksDbBatch)batch).Batch, &error);
        RocksDbError.ThrowIf(error);
    }

    public IKeyValueSnapshot Snapshot() => new RocksDbSnapshot(_database);

    public void Checkpoint(string directory)
    {
        using Lease lease = new(_database);
        nint error = 0;
        nint checkpoint = RocksDbLibrary.CreateCheckpointObject(_database.Database, &error);
        RocksDbError.ThrowIf(error);
        RocksDbLibrary.CreateCheckpoint(checkpoint, directory, 0, &error);
        RocksDbLibrary.DestroyCheckpointObject(checkpoint);
        RocksDbError.ThrowIf(error);
    }

    public long ApproximateBytes(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        using Lease lease = new(_database);
        nint error = 0;
        ulong size = 0;
        fixed (byte* f = from, t = to)
        {
            byte* first = f, last = t;
            nuint firstLength = (nuint)from.Length, lastLength = (nuint)to.Length;
            RocksDbLibrary.ApproximateSizes(_database.Database, _database.Family(family), 1, &first, &firstLength, &last, &lastLength, &size, &error);
        }
        RocksDbError.ThrowIf(error);
        return (long)size;
    }

    public void Compact(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        using Lease lease = new(_database);
        fixed (byte* f = from, t = to)
            RocksDbLibrary.CompactRange(_database.Database, _database.Family(family), f, (nuint)from.Length, t, (nuint)to.Length);
    }

    /// <summary>Writes what is only in memory and in the log to table files.</summary>
    public void Flush()
    {
        using Lease lease = new(_database);
        nint options = RocksDbLibrary.CreateFlushOptions();
        nint error = 0;
        foreach (ColumnFamily family in Enum.GetValues<ColumnFamily>())
        {
            if (error == 0) RocksDbLibrary.Flush(_database.Database, options, _database.Family(family), &error);
        }
        RocksDbLibrary.DestroyFlushOptions(options);
        RocksDbError.ThrowIf(error);
    }

    /// <summary>Closes the database once cursors, batches, snapshots and pinned values are disposed.</summary>
    public void Dispose() => _database.Dispose();

    /// <summary>Keeps the database open during a call.</summary>
    private readonly ref struct Lease
    {
        private readonly DatabaseHandle _database;

        public Lease(DatabaseHandle database)
        {
            bool added = false;
            database.DangerousAddRef(ref added);
            _database = database;
        }

        public void Dispose() => _database.DangerousRelease();
    }
}

using System.Runtime.InteropServices;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.RocksDb;

internal sealed class RocksDbSnapshot : IKeyValueSnapshot
{
    private readonly SnapshotHandle _handle;
    private readonly RocksDbReader _reader;

    public RocksDbSnapshot(DatabaseHandle database)
    {
        _handle = new SnapshotHandle(database);
        _reader = new RocksDbReader(database, _handle.ReadOptions, _handle.Snapshot);
    }

    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key) => Open.Get(family, key);

    public bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, out PinnedValue value) => Open.TryGet(family, key, out value);

    public byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys) => Open.MultiGet(family, keys);

    public KeyValueCursor Scan(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) =>
        Open.Scan(family, from, to, descending);

    public void Dispose() => _handle.Dispose();

    private RocksDbReader Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return _reader;
        }
    }

    private sealed class SnapshotHandle : SafeHandle
    {
        private readonly DatabaseHandle _database;

        public SnapshotHandle(DatabaseHandle database) : base(0, ownsHandle: true)
        {
            _database = database;
            bool added = false;
            database.DangerousAddRef(ref added);
            SetHandle(RocksDbLibrary.CreateSnapshot(database.Database));
            ReadOptions = RocksDbLibrary.CreateReadOptions();
            RocksDbLibrary.SetSnapshot(ReadOptions, handle);
        }

        public override bool IsInvalid => handle == 0;

        public nint Snapshot => handle;

        public nint ReadOptions { get; }

        protected override bool ReleaseHandle()
        {
            RocksDbLibrary.DestroyReadOptions(ReadOptions);
            RocksDbLibrary.ReleaseSnapshot(_database.Database, handle);
            _database.DangerousRelease();
            return true;
        }
    }
}

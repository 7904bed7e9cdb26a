using System.Runtime.InteropServices;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.RocksDb;

internal sealed unsafe class RocksDbBatch(DatabaseHandle database) : IWriteBatch
{
    private readonly BatchHandle _handle = new(database);

    public int Count { get; private set; }

    public long SizeBytes { get; private set; }

    public nint Batch
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return _handle.Batch;
        }
    }

    public void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key, v = value)
            RocksDbLibrary.BatchPut(Batch, database.Family(family), k, (nuint)key.Length, v, (nuint)value.Length);
        Counted(key.Length + value.Length);
    }

    public void Delete(ColumnFamily family, ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key) RocksDbLibrary.BatchDelete(Batch, database.Family(family), k, (nuint)key.Length);
        Counted(key.Length);
    }

    public void DeleteRange(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        fixed (byte* f = from, t = to)
            RocksDbLibrary.BatchDeleteRange(Batch, database.Family(family), f, (nuint)from.Length, t, (nuint)to.Length);
        Counted(from.Length + to.Length);
    }

    public void Clear()
    {
        RocksDbLibrary.ClearBatch(Batch);
        Count = 0;
        SizeBytes = 0;
    }

    public void Dispose() => _handle.Dispose();

    private void Counted(int bytes)
    {
        Count++;
        SizeBytes += bytes;
    }

    private sealed class BatchHandle : SafeHandle
    {
        private readonly DatabaseHandle _database;

        public BatchHandle(DatabaseHandle database) : base(0, ownsHandle: true)
        {
            _database = database;
            bool added = false;
            database.DangerousAddRef(ref added);
            SetHandle(RocksDbLibrary.CreateBatch());
        }

        public override bool IsInvalid => handle == 0;

        public nint Batch => handle;

        protected override bool ReleaseHandle()
        {
            RocksDbLibrary.DestroyBatch(handle);
            _database.DangerousRelease();
            return true;
        }
    }
}

using Dsdn.Chain.State.Storage;

namespace Dsdn.Simulator.Machines;

/// <summary>A database whose writes are places where the process may die. The content outlives the process.</summary>
internal sealed class SimulatedStore(MemoryStore inner, Action beforeWrite, Action afterWrite) : IKeyValueStore
{
    public void Write(IWriteBatch batch, bool sync)
    {
        beforeWrite();
        inner.Write(batch, sync);
        afterWrite();
    }

    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key) => inner.Get(family, key);

    public bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, out PinnedValue value) => inner.TryGet(family, key, out value);

    public byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys) => inner.MultiGet(family, keys);

    public KeyValueCursor Scan(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) => inner.Scan(family, from, to, descending);

    public IWriteBatch CreateBatch() => inner.CreateBatch();

    public IKeyValueSnapshot Snapshot() => inner.Snapshot();

    public void Checkpoint(string directory) => inner.Checkpoint(directory);

    public long ApproximateBytes(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) => inner.ApproximateBytes(family, from, to);

    public void Compact(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) => inner.Compact(family, from, to);

    public void Dispose()
    {
    }
}

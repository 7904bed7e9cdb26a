using Dsdn.Chain.State.Storage;

namespace Dsdn.Simulator;

/// <summary>The process was killed; everything that was only in memory is gone.</summary>
internal sealed class SimulatedCrash : Exception;

/// <summary>When, around the next write, the process dies.</summary>
internal enum CrashPoint
{
    None,
    BeforeWrite,
    AfterWrite,
}

/// <summary>A store that survives the processes which use it, and kills them at a chosen write.</summary>
internal sealed class CrashingStore(MemoryStore inner) : IKeyValueStore
{
    public CrashPoint Next { get; set; }

    public void Write(IWriteBatch batch, bool sync)
    {
        CrashPoint point = Next;
        Next = CrashPoint.None;
        if (point == CrashPoint.BeforeWrite) throw new SimulatedCrash();
        inner.Write(batch, sync);
        if (point == CrashPoint.AfterWrite) throw new SimulatedCrash();
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

    /// <summary>The disk outlives the process.</summary>
    public void Dispose()
    {
    }
}

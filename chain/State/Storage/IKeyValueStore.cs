namespace Dsdn.Chain.State.Storage;

/// <summary>Reads of one consistent version. Thread-safe.</summary>
public interface IKeyValueReader
{
    /// <summary>A copy of the value, or null where the key is absent.</summary>
    byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key);

    /// <summary>The value in place, without a copy, until it is disposed; false where the key is absent.</summary>
    bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, out PinnedValue value);

    /// <summary>Values in the order of the keys, null where absent, all of one version.</summary>
    byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys);

    /// <summary>Pairs with <paramref name="from"/> &lt;= key &lt; <paramref name="to"/>, of the version at the time of the call.</summary>
    /// <param name="to">Never empty: an iteration must name its bound.</param>
    KeyValueCursor Scan(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false);
}

/// <summary>
/// An ordered store with column families, atomic batches and snapshots: RocksDB on disk, <see cref="MemoryStore"/> in tests
/// and simulations. A failure of the environment (disk full, corruption) is a <see cref="StorageException"/>.
/// </summary>
public interface IKeyValueStore : IKeyValueReader, IDisposable
{
    IWriteBatch CreateBatch();

    /// <summary>All of the batch or nothing of it, over all families.</summary>
    /// <param name="sync">On disk before the call returns; without it a power failure may lose the batch, whole, and those after it.</param>
    void Write(IWriteBatch batch, bool sync);

    IKeyValueSnapshot Snapshot();

    /// <summary>A consistent copy that opens as a database, made while writes go on.</summary>
    /// <param name="directory">Must not exist.</param>
    void Checkpoint(string directory);

    /// <summary>Roughly how many bytes the range takes on disk.</summary>
    long ApproximateBytes(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);

    /// <summary>Gives the space of deleted and overwritten keys of the range back.</summary>
    void Compact(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);
}

/// <summary>A version that later writes do not change.</summary>
public interface IKeyValueSnapshot : IKeyValueReader, IDisposable;

/// <summary>Writes that take effect together; a later one of the same key wins. Not thread-safe.</summary>
public interface IWriteBatch : IDisposable
{
    int Count { get; }

    long SizeBytes { get; }

    void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    void Delete(ColumnFamily family, ReadOnlySpan<byte> key);

    /// <summary>Deletes <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive).</summary>
    void DeleteRange(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);

    void Clear();
}

/// <summary>A position in a bounded range, before the first pair at first. The spans live until the next move. Not thread-safe.</summary>
public abstract class KeyValueCursor : IDisposable
{
    public abstract bool MoveNext();

    public abstract ReadOnlySpan<byte> Key { get; }

    public abstract ReadOnlySpan<byte> Value { get; }

    public abstract void Dispose();
}

/// <summary>Who keeps the memory of a <see cref="PinnedValue"/>.</summary>
public interface IPinOwner
{
    void Unpin(nint handle);
}

/// <summary>A value in the store's own memory; dispose it exactly once.</summary>
public readonly ref struct PinnedValue(ReadOnlySpan<byte> span, IPinOwner? owner, nint handle)
{
    public ReadOnlySpan<byte> Span { get; } = span;

    public void Dispose() => owner?.Unpin(handle);
}

/// <summary>The storage below failed or its content breaks its own rules: the environment, never a user or a peer.</summary>
public class StorageException(string message, Exception? inner = null) : Exception(message, inner);

using System.Collections.Immutable;

namespace Dsdn.Chain.State.Storage;

/// <summary>
/// A store in memory with the semantics of the one on disk: versions, atomic batches, and crashes that lose what was
/// not synced (<see cref="Crash"/>). For simulations and tests.
/// </summary>
public sealed class MemoryStore : IKeyValueStore
{
    private readonly object _gate = new();
    private readonly List<Version> _unsynced = [];
    private readonly SortedDictionary<string, Version> _checkpoints = new(StringComparer.Ordinal);
    private Version _synced = Version.Empty;
    private volatile Version _current = Version.Empty;

    /// <summary>Writes since the last synced one.</summary>
    public int UnsyncedWrites => _unsynced.Count;

    public IWriteBatch CreateBatch() => new MemoryBatch();

    public void Write(IWriteBatch batch, bool sync)
    {
        var operations = ((MemoryBatch)batch).Operations;
        lock (_gate)
        {
            Version next = _current.Apply(operations);
            _current = next;
            _unsynced.Add(next);
            if (!sync) return;
            _unsynced.Clear();
            _synced = next;
        }
    }

    /// <summary>What a power failure leaves: the last synced version and the first of the writes after it, in order.</summary>
    /// <param name="survivingWrites">How many unsynced writes reached the disk, 0 to <see cref="UnsyncedWrites"/>.</param>
    public void Crash(int survivingWrites = 0)
    {
        lock (_gate)
        {
            if (survivingWrites > 0) _synced = _unsynced[survivingWrites - 1];
            _unsynced.Clear();
            _current = _synced;
        }
    }

    public IKeyValueSnapshot Snapshot() => _current;

    /// <summary>Kept in memory under that name; <see cref="OpenCheckpoint"/> opens it.</summary>
    public void Checkpoint(string directory)
    {
        lock (_gate)
        {
            if (!_checkpoints.TryAdd(directory, _current)) throw new StorageException($"checkpoint exists: {directory}");
        }
    }

    public MemoryStore OpenCheckpoint(string directory)
    {
        lock (_gate)
        {
            Version version = _checkpoints[directory];
            return new MemoryStore { _synced = version, _current = version };
        }
    }

    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key) => _current.Get(family, key);

    public bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, out PinnedValue value) => _current.TryGet(family, key, out value);

    public byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys) => _current.MultiGet(family, keys);

    public KeyValueCursor Scan(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) =>
        _current.Scan(family, from, to, descending);

    public long ApproximateBytes(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        long bytes = 0;
        using KeyValueCursor cursor = Scan(family, from, to);
        while (cursor.MoveNext()) bytes += cursor.Key.Length + cursor.Value.Length;
        return bytes;
    }

    public void Compact(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        // Deleted keys take no space here.
    }

    public void Dispose()
    {
    }

    private readonly record struct Pair(byte[] Key, byte[] Value);

    private sealed class PairOrder : IComparer<Pair>
    {
        public static readonly PairOrder Instance = new();

        public int Compare(Pair x, Pair y) => x.Key.AsSpan().SequenceCompareTo(y.Key);
    }

    private sealed class Version(ImmutableArray<ImmutableSortedSet<Pair>> families) : IKeyValueSnapshot
    {
        public static readonly Version Empty = new([.. Enumerable.Repeat(
            ImmutableSortedSet.Create<Pair>(PairOrder.Instance), Enum.GetValues<ColumnFamily>().Length)]);

        public Version Apply(List<MemoryBatch.Operation> operations)
        {
            var builders = new ImmutableSortedSet<Pair>.Builder?[families.Length];
            foreach (MemoryBatch.Operation operation in operations)
            {
                ImmutableSortedSet<Pair>.Builder family = builders[(int)operation.Family] ??= families[(int)operation.Family].ToBuilder();
                switch (operation.Kind)
                {
                    case MemoryBatch.Kind.Put:
                        Pair pair = new(operation.Key, operation.Value);
                        if (!family.Add(pair))
                        {
                            family.Remove(pair);
                            family.Add(pair);
                        }
                        break;
                    case MemoryBatch.Kind.Delete:
                        family.Remove(new Pair(operation.Key, []));
                        break;
                    default:
                        ImmutableSortedSet<Pair> before = family.ToImmutable();
                        int end = LowerBound(before, operation.Value);
                        for (int i = LowerBound(before, operation.Key); i < end; i++) family.Remove(before[i]);
                        break;
                }
            }
            return new Version([.. families.Select((family, i) => builders[i]?.ToImmutable() ?? family)]);
        }

        public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key) => Find(family, key)?.ToArray();

        public bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, out PinnedValue value)
        {
            byte[]? found = Find(family, key);
            value = new PinnedValue(found, null, 0);
            return found != null;
        }

        public byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys)
        {
            var values = new byte[]?[keys.Count];
            for (int i = 0; i < values.Length; i++) values[i] = Get(family, keys[i]);
            return values;
        }

        public KeyValueCursor Scan(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false)
        {
            if (to.IsEmpty) throw new ArgumentException("an iteration must name its upper bound");
            ImmutableSortedSet<Pair> pairs = families[(int)family];
            return new Cursor(pairs, LowerBound(pairs, from.ToArray()), LowerBound(pairs, to.ToArray()), descending);
        }

        public void Dispose()
        {
        }

        private byte[]? Find(ColumnFamily family, ReadOnlySpan<byte> key) =>
            families[(int)family].TryGetValue(new Pair(key.ToArray(), []), out Pair found) ? found.Value : null;

        private static int LowerBound(ImmutableSortedSet<Pair> pairs, byte[] key)
        {
            int index = pairs.IndexOf(new Pair(key, []));
            return index < 0 ? ~index : index;
        }
    }

    private sealed class Cursor(ImmutableSortedSet<Pair> pairs, int start, int end, bool descending) : KeyValueCursor
    {
        private int _at = descending ? end : start - 1;

        public override ReadOnlySpan<byte> Key => pairs[_at].Key;

        public override ReadOnlySpan<byte> Value => pairs[_at].Value;

        public override bool MoveNext() => descending ? --_at >= start : ++_at < end;

        public override void Dispose()
        {
        }
    }
}

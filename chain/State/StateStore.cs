using System.Buffers.Binary;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State;

/// <summary>
/// The state of the chain on a store: flat tables for reads, the tree for the root and proofs. One thread derives, stages and
/// promotes; any number read. The order of a commit: <see cref="Derive"/> (pure) -> <see cref="Stage"/> into the block's batch ->
/// the batch is written, synced -> <see cref="Promote"/>.
/// </summary>
public sealed class StateStore
{
    private static readonly byte[] HeightKey = "state/height"u8.ToArray();

    private readonly IKeyValueStore _store;
    private volatile HeadView _head;
    private SimpleVersion _current;
    private ulong _stagedHeight;

    private StateStore(IKeyValueStore store)
    {
        _store = store;
        byte[]? height = store.Get(ColumnFamily.Meta, HeightKey);
        _head = new HeadView(store.Snapshot(), height == null ? 0 : BinaryPrimitives.ReadUInt64BigEndian(height));
        HasGenesis = height != null;
        _current = SimpleVersion.Load(store);
    }

    public static StateStore Open(IKeyValueStore store, StateOptions options) => new(store);

    /// <summary>False before block 0 was promoted.</summary>
    public bool HasGenesis { get; private set; }

    /// <summary>The last committed height.</summary>
    public ulong Height => _head.Height;

    /// <summary>The flat tables at the last committed height. A view that is held keeps showing its own height.</summary>
    public IStateView Head => _head;

    public StateVersion Current => _current;

    /// <summary>The version after the changes; nothing is written.</summary>
    public StateVersion Derive(StateVersion parent, StateChanges changes) => ((SimpleVersion)parent).With(changes);

    /// <summary>Adds everything the height changes to the block's batch.</summary>
    public void Stage(IWriteBatch batch, ulong height, StateVersion version, StateChanges changes)
    {
        Span<byte> row = stackalloc byte[FlatTables.AccountBytesMax];
        foreach ((Address address, Account account) in changes.Accounts)
        {
            if (account.IsEmpty) batch.Delete(ColumnFamily.Accounts, address.Span);
            else batch.Put(ColumnFamily.Accounts, address.Span, row[..FlatTables.EncodeAccount(account, row)]);
        }
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in changes.Records)
        {
            if (value.IsEmpty) batch.Delete(ColumnFamily.Records, key);
            else batch.Put(ColumnFamily.Records, key, value.Span);
        }
        BinaryPrimitives.WriteUInt64BigEndian(row, height);
        batch.Put(ColumnFamily.Meta, HeightKey, row[..8]);
        _stagedHeight = height;
    }

    /// <summary>Makes the staged version the head, after its batch was written.</summary>
    public void Promote(StateVersion version)
    {
        _current = (SimpleVersion)version;
        HasGenesis = true;
        _head = new HeadView(_store.Snapshot(), _stagedHeight);
    }

    /// <exception cref="HistoryUnavailableException">outside the retention window</exception>
    public IStateView At(ulong height) => height == Height ? _head : throw new HistoryUnavailableException(Height);

    private sealed class HeadView(IKeyValueSnapshot snapshot, ulong height) : IStateView
    {
        public ulong Height { get; } = height;

        public bool TryGetAccount(in Address address, out Account account) => FlatTables.TryReadAccount(snapshot, address, out account);

        public bool TryGetRecord(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value)
        {
            value = snapshot.Get(ColumnFamily.Records, flatKey);
            return !value.IsEmpty;
        }

        public IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit) =>
            FlatTables.ScanRecords(snapshot, prefix, from, limit);
    }
}

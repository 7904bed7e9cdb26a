using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State.Flat;

/// <summary>The flat tables as they are now, through the caches. Which version that is, <see cref="HeadView"/> knows.</summary>
internal sealed class FlatReader
{
    private readonly IKeyValueStore _store;
    private readonly CommitGate _commits = new();
    private readonly AccountCache _accounts;
    private readonly RecordCache _records;

    public FlatReader(IKeyValueStore store, StateOptions options)
    {
        _store = store;
        _accounts = new AccountCache(options.CachedAccountsMax, _commits);
        _records = new RecordCache(options.CachedRecordsMax, _commits);
    }

    /// <summary>Before a commit can become visible below; nothing enters the caches until it ended.</summary>
    public void BeginCommit() => _commits.Begin();

    public void EndCommit(StateChanges changes)
    {
        foreach ((Address address, Account account) in changes.Accounts) _accounts.Update(address, account);
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in changes.Records) _records.Update(key, value);
        _commits.End();
    }

    public Account Account(in Address address)
    {
        int sequence = _commits.Sequence;
        if (_accounts.TryGet(address, out Account account)) return account;
        FlatTables.TryReadAccount(_store, address, out account);
        _accounts.Add(address, account, sequence);
        return account;
    }

    public ReadOnlyMemory<byte> Record(ReadOnlySpan<byte> flatKey)
    {
        int sequence = _commits.Sequence;
        if (_records.TryGet(flatKey, out ReadOnlyMemory<byte> value)) return value;
        value = _store.Get(ColumnFamily.Records, flatKey);
        _records.Add(flatKey, value, sequence);
        return value;
    }

    public List<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit) =>
        FlatTables.ScanRecords(_store, prefix, from, limit);
}

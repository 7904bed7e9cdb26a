using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Modules.Tests.Support;

/// <summary>A state in memory that counts what is asked of it.</summary>
internal sealed class MemoryView : IStateView
{
    private static readonly Comparer<byte[]> Bytewise = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    private readonly SortedDictionary<Address, Account> _accounts = [];
    private readonly SortedList<byte[], ReadOnlyMemory<byte>> _records = new(Bytewise);

    public int Reads { get; set; }

    public IEnumerable<Account> Accounts => _accounts.Values;

    public int Records => _records.Count;

    public Amount Supply => _accounts.Values.Aggregate(Amount.Zero, (sum, account) => sum + account.Balance);

    public bool TryGetAccount(in Address address, out Account account)
    {
        Reads++;
        return _accounts.TryGetValue(address, out account);
    }

    public bool TryGetRecord(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value)
    {
        Reads++;
        return _records.TryGetValue(flatKey.ToArray(), out value);
    }

    public IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit)
    {
        List<KeyValuePair<byte[], ReadOnlyMemory<byte>>> found = [];
        byte[] start = from.SequenceCompareTo(prefix) > 0 ? from.ToArray() : prefix.ToArray();
        for (int i = LowerBound(start); i < _records.Count && found.Count < limit; i++)
        {
            if (!_records.Keys[i].AsSpan().StartsWith(prefix)) break;
            Reads++;
            found.Add(new(_records.Keys[i], _records.Values[i]));
        }
        return found;
    }

    public void Apply(StateChanges changes)
    {
        foreach ((Address address, Account account) in changes.Accounts)
        {
            if (account.IsEmpty) _accounts.Remove(address);
            else _accounts[address] = account;
        }
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in changes.Records)
        {
            if (value.IsEmpty) _records.Remove(key);
            else _records[key] = value;
        }
    }

    /// <summary>Everything, as text: equal states give equal texts.</summary>
    public string Dump() => string.Join('\n',
        _accounts.Select(pair => $"{pair.Key} {pair.Value.Nonce} {pair.Value.Balance}")
            .Concat(_records.Select(pair => Convert.ToHexString(pair.Key) + "=" + Convert.ToHexString(pair.Value.Span))));

    private int LowerBound(byte[] key)
    {
        int low = 0, high = _records.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Bytewise.Compare(_records.Keys[middle], key) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

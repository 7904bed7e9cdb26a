using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State.Flat;

/// <summary>What a height changed, with the values before it, and the view after it.</summary>
internal sealed class Undo
{
    private readonly Dictionary<Address, Account> _accounts;
    private readonly Dictionary<byte[], ReadOnlyMemory<byte>> _records;
    private readonly Dictionary<byte[], ReadOnlyMemory<byte>>.AlternateLookup<ReadOnlySpan<byte>> _recordBySpan;

    /// <param name="changes">Against <paramref name="before"/>, which is read for the values.</param>
    public Undo(StateChanges changes, IStateView before, HeadView after)
    {
        After = after;
        Accounts = new KeyValuePair<Address, Account>[changes.Accounts.Count];
        _accounts = new Dictionary<Address, Account>(Accounts.Length, AddressEquality.Instance);
        for (int i = 0; i < Accounts.Length; i++)
        {
            Address address = changes.Accounts[i].Key;
            before.TryGetAccount(address, out Account account);
            Accounts[i] = new(address, account);
            _accounts.Add(address, account);
        }
        Records = new KeyValuePair<byte[], ReadOnlyMemory<byte>>[changes.Records.Count];
        _records = new Dictionary<byte[], ReadOnlyMemory<byte>>(Records.Length, ByteOrder.Instance);
        for (int i = 0; i < Records.Length; i++)
        {
            byte[] key = changes.Records[i].Key;
            before.TryGetRecord(key, out ReadOnlyMemory<byte> value);
            Records[i] = new(key, value);
            _records.Add(key, value);
        }
        _recordBySpan = _records.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public HeadView After { get; }

    /// <summary>Ascending; an empty account did not exist.</summary>
    public KeyValuePair<Address, Account>[] Accounts { get; }

    /// <summary>Ascending; an empty value did not exist.</summary>
    public KeyValuePair<byte[], ReadOnlyMemory<byte>>[] Records { get; }

    public bool TryGetAccount(in Address address, out Account account) => _accounts.TryGetValue(address, out account);

    public bool TryGetRecord(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => _recordBySpan.TryGetValue(key, out value);
}

using System.Collections.Immutable;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State;

internal sealed class SimpleVersion(
    ImmutableSortedDictionary<Address, Account> accounts, ImmutableSortedDictionary<byte[], ReadOnlyMemory<byte>> records) : StateVersion
{
    private readonly Hash256[] _roots = Roots(accounts, records);

    public override Hash256 Root => _roots[16];

    public override Hash256 ModuleRoot(int module) => _roots[module];

    public static SimpleVersion Load(IKeyValueStore store)
    {
        var accounts = ImmutableSortedDictionary.CreateBuilder<Address, Account>();
        using KeyValueCursor cursor = store.Scan(ColumnFamily.Accounts, [], Enumerable.Repeat((byte)0xff, 21).ToArray());
        while (cursor.MoveNext()) accounts.Add(new Address(cursor.Key), FlatTables.DecodeAccount(new Address(cursor.Key), cursor.Value));
        var records = ImmutableSortedDictionary.CreateBuilder<byte[], ReadOnlyMemory<byte>>(ByteOrder.Instance);
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in FlatTables.ScanRecords(store, [], [], int.MaxValue)) records.Add(key, value);
        return new SimpleVersion(accounts.ToImmutable(), records.ToImmutable());
    }

    public SimpleVersion With(StateChanges changes)
    {
        var newAccounts = accounts.ToBuilder();
        foreach ((Address address, Account account) in changes.Accounts)
        {
            if (account.IsEmpty) newAccounts.Remove(address);
            else newAccounts[address] = account;
        }
        var newRecords = records.ToBuilder();
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in changes.Records)
        {
            if (value.IsEmpty) newRecords.Remove(key);
            else newRecords[key] = value;
        }
        return new SimpleVersion(newAccounts.ToImmutable(), newRecords.ToImmutable());
    }

    private static Hash256[] Roots(
        ImmutableSortedDictionary<Address, Account> accounts, ImmutableSortedDictionary<byte[], ReadOnlyMemory<byte>> records)
    {
        var roots = new Hash256[17];
        Hash256 moduleCode = Keccak.Hash([0x60, 0x00, 0x60, 0x00, 0xfd]);
        for (int module = 0; module < 16; module++)
        {
            roots[module] = SortedTrie.Root(records.Where(r => r.Key[0] == module)
                .Select(r => new KeyValuePair<Hash256, byte[]>(RecordKey.Slot(r.Key), Word(r.Key, r.Value))).OrderBy(l => l.Key).ToArray());
        }
        roots[16] = SortedTrie.Root(accounts.Select(a => new KeyValuePair<Hash256, byte[]>(Keccak.Hash(a.Key.Span), Leaf(a.Key, a.Value))).OrderBy(l => l.Key).ToArray());
        return roots;

        byte[] Leaf(Address address, Account account)
        {
            int module = account.IsModule ? address.Span[19] : -1;
            Span<byte> to = new byte[128];
            Span<byte> word = stackalloc byte[32];
            int at = 0;
            ((Uint256)account.Nonce).WriteBigEndian(word);
            at += NodeEncoding.WriteString(to[at..], word.TrimStart((byte)0));
            ((Uint256)account.Balance.BaseUnits).WriteBigEndian(word);
            at += NodeEncoding.WriteString(to[at..], word.TrimStart((byte)0));
            at += NodeEncoding.WriteString(to[at..], (module is >= 0 and < 16 ? roots[module] : SortedTrie.EmptyRoot).Span);
            at += NodeEncoding.WriteString(to[at..], (account.IsModule ? moduleCode : Keccak.OfEmpty).Span);
            byte[] leaf = new byte[256];
            int header = NodeEncoding.WriteHeader(leaf, at, 0xc0);
            to[..at].CopyTo(leaf.AsSpan(header));
            return leaf[..(header + at)];
        }

        static byte[] Word(byte[] key, ReadOnlyMemory<byte> value)
        {
            Span<byte> word = stackalloc byte[32];
            RecordKey.Word(key, value.Span).WriteBigEndian(word);
            Span<byte> to = stackalloc byte[33];
            return to[..NodeEncoding.WriteString(to, word.TrimStart((byte)0))].ToArray();
        }
    }
}

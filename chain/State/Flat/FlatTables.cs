using System.Buffers.Binary;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State.Flat;

/// <summary>
/// The rows of the flat tables. Accounts: address 20 -> flags u8 (1 = module) | nonce u64 BE | balance u128 BE without its leading
/// zeros. Records: flat key -> value as it is.
/// </summary>
internal static class FlatTables
{
    public const int AccountBytesMax = 1 + 8 + 16;

    public static int EncodeAccount(in Account account, Span<byte> row)
    {
        row[0] = account.IsModule ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64BigEndian(row[1..], account.Nonce);
        Span<byte> balance = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(balance, account.Balance.BaseUnits);
        int zeros = balance.IndexOfAnyExcept((byte)0);
        if (zeros < 0) zeros = 16;
        balance[zeros..].CopyTo(row[9..]);
        return 9 + 16 - zeros;
    }

    /// <exception cref="StateCorruptException">no row this program writes</exception>
    public static Account DecodeAccount(in Address address, ReadOnlySpan<byte> row)
    {
        if (row.Length is < 9 or > AccountBytesMax || row[0] > 1 || (row.Length > 9 && row[9] == 0)) throw Corrupt(address);
        Span<byte> balance = stackalloc byte[16];
        balance.Clear();
        row[9..].CopyTo(balance[(25 - row.Length)..]);
        Account account = new(
            BinaryPrimitives.ReadUInt64BigEndian(row[1..]), new Amount(BinaryPrimitives.ReadUInt128BigEndian(balance)), row[0] == 1);
        return account.IsEmpty ? throw Corrupt(address) : account;
    }

    public static void Write(IWriteBatch batch, StateChanges changes)
    {
        Span<byte> row = stackalloc byte[AccountBytesMax];
        foreach ((Address address, Account account) in changes.Accounts)
        {
            if (account.IsEmpty) batch.Delete(ColumnFamily.Accounts, address.Span);
            else batch.Put(ColumnFamily.Accounts, address.Span, row[..EncodeAccount(account, row)]);
        }
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in changes.Records)
        {
            if (value.IsEmpty) batch.Delete(ColumnFamily.Records, key);
            else batch.Put(ColumnFamily.Records, key, value.Span);
        }
    }

    public static bool TryReadAccount(IKeyValueReader reader, in Address address, out Account account)
    {
        account = default;
        if (!reader.TryGet(ColumnFamily.Accounts, address.Span, out PinnedValue row)) return false;
        try
        {
            account = DecodeAccount(address, row.Span);
            return true;
        }
        finally
        {
            row.Dispose();
        }
    }

    public static List<KeyValuePair<byte[], ReadOnlyMemory<byte>>> ScanRecords(
        IKeyValueReader reader, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit)
    {
        var found = new List<KeyValuePair<byte[], ReadOnlyMemory<byte>>>();
        if (limit <= 0) return found;
        ReadOnlySpan<byte> start = from.SequenceCompareTo(prefix) > 0 ? from : prefix;
        byte[] end = ByteOrder.EndOfPrefix(prefix);
        // Modules are numbered 0 to 15, so no flat key begins with 0xff.
        using KeyValueCursor cursor = reader.Scan(ColumnFamily.Records, start, end.Length == 0 ? [0xff] : end);
        while (found.Count < limit && cursor.MoveNext()) found.Add(new(cursor.Key.ToArray(), cursor.Value.ToArray()));
        return found;
    }

    private static StateCorruptException Corrupt(in Address address) =>
        new($"account {address}: the row is not one this program writes");
}

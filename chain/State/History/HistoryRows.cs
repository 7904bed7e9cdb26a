using System.Buffers.Binary;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Flat;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State.History;

/// <summary>
/// Reverse changesets (chain-decisions 1.9). History: kind u8 | key | height u64 BE -> the row before that height, empty where there was
/// none. In a record's key 0x00 becomes 0x00 0xff and 0x00 0x01 ends it, so that rows of one key lie together, in the order of keys,
/// whatever their lengths. Changesets: height u64 BE -> accounts u32 BE | address 20 each | (length u16 BE | flat key) each.
/// </summary>
internal static class HistoryRows
{
    public const byte AccountKind = (byte)'A';

    public const byte RecordKind = (byte)'R';

    private const int HeightBytes = 8;

    public static void Write(IWriteBatch batch, ulong height, Undo undo)
    {
        Span<byte> row = stackalloc byte[FlatTables.AccountBytesMax];
        Span<byte> key = stackalloc byte[1 + Address.Size + HeightBytes];
        key[0] = AccountKind;
        BinaryPrimitives.WriteUInt64BigEndian(key[^HeightBytes..], height);
        foreach ((Address address, Account account) in undo.Accounts)
        {
            address.CopyTo(key[1..]);
            batch.Put(ColumnFamily.History, key, account.IsEmpty ? default : row[..FlatTables.EncodeAccount(account, row)]);
        }
        foreach ((byte[] flatKey, ReadOnlyMemory<byte> value) in undo.Records)
            batch.Put(ColumnFamily.History, Key(RecordKind, flatKey, height), value.Span);
        batch.Put(ColumnFamily.Changesets, Height(height), EncodeKeys(undo));
    }

    /// <summary>Deletes everything of a height that no reader may ask for any more.</summary>
    public static void Prune(IKeyValueReader reader, IWriteBatch batch, ulong height)
    {
        if (!TryReadKeys(reader, height, out List<Address> accounts, out List<byte[]> records)) return;
        foreach (Address address in accounts) batch.Delete(ColumnFamily.History, Key(AccountKind, address.Span, height));
        foreach (byte[] key in records) batch.Delete(ColumnFamily.History, Key(RecordKind, key, height));
        batch.Delete(ColumnFamily.Changesets, Height(height));
    }

    /// <summary>The row of a key before the first height above <paramref name="height"/> that changed it; false if none did.</summary>
    /// <param name="row">Empty where there was no row.</param>
    public static bool TryFind(IKeyValueReader reader, byte kind, ReadOnlySpan<byte> key, ulong height, out byte[] row)
    {
        byte[] from = Key(kind, key, height + 1);
        byte[] to = (byte[])from.Clone();
        to.AsSpan(^HeightBytes).Fill(0xff);
        using KeyValueCursor cursor = reader.Scan(ColumnFamily.History, from, to);
        bool isFound = cursor.MoveNext();
        row = isFound ? cursor.Value.ToArray() : [];
        return isFound;
    }

    /// <summary>The first height above the given one at which each record in [from, end) changed, with the row before it.</summary>
    public static IEnumerable<KeyValuePair<byte[], byte[]>> RecordsChangedSince(IKeyValueReader reader, ulong height, byte[] from, byte[] end)
    {
        byte[] low = [RecordKind, .. Escaped(from)];
        byte[] high = end.Length == 0 ? [RecordKind + 1] : [RecordKind, .. Escaped(end)];
        byte[] last = [];
        using KeyValueCursor cursor = reader.Scan(ColumnFamily.History, low, high);
        while (cursor.MoveNext())
        {
            if (BinaryPrimitives.ReadUInt64BigEndian(cursor.Key[^HeightBytes..]) <= height || cursor.Key[..^HeightBytes].SequenceEqual(last)) continue;
            last = cursor.Key[..^HeightBytes].ToArray();
            yield return new(Unescaped(last.AsSpan(1)), cursor.Value.ToArray());
        }
    }

    /// <exception cref="StateCorruptException">the changeset is malformed</exception>
    public static bool TryReadKeys(IKeyValueReader reader, ulong height, out List<Address> accounts, out List<byte[]> records)
    {
        (accounts, records) = ([], []);
        byte[]? row = reader.Get(ColumnFamily.Changesets, Height(height));
        if (row == null) return false;
        ReadOnlySpan<byte> rest = row;
        if (rest.Length < 4) throw Corrupt(height);
        uint count = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[4..];
        if (count > rest.Length / Address.Size) throw Corrupt(height);
        for (; count > 0; count--, rest = rest[Address.Size..]) accounts.Add(new Address(rest[..Address.Size]));
        while (!rest.IsEmpty)
        {
            if (rest.Length < 2) throw Corrupt(height);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length < RecordKey.PrefixSize || rest.Length < 2 + length) throw Corrupt(height);
            records.Add(rest.Slice(2, length).ToArray());
            rest = rest[(2 + length)..];
        }
        return true;
    }

    public static byte[] Key(byte kind, ReadOnlySpan<byte> key, ulong height)
    {
        byte[] ended = kind == RecordKind ? Escaped(key) : key.ToArray();
        byte[] made = new byte[1 + ended.Length + HeightBytes];
        made[0] = kind;
        ended.CopyTo(made.AsSpan(1));
        BinaryPrimitives.WriteUInt64BigEndian(made.AsSpan(1 + ended.Length), height);
        return made;
    }

    private static byte[] Escaped(ReadOnlySpan<byte> key)
    {
        byte[] escaped = new byte[key.Length + key.Count((byte)0) + 2];
        int at = 0;
        foreach (byte b in key)
        {
            escaped[at++] = b;
            if (b == 0) escaped[at++] = 0xff;
        }
        escaped[at + 1] = 0x01;
        return escaped;
    }

    private static byte[] Unescaped(ReadOnlySpan<byte> escaped)
    {
        var key = new List<byte>(escaped.Length);
        for (int i = 0; i < escaped.Length - 2; i++)
        {
            key.Add(escaped[i]);
            if (escaped[i] == 0) i++;
        }
        return [.. key];
    }

    public static byte[] Height(ulong height)
    {
        byte[] key = new byte[HeightBytes];
        BinaryPrimitives.WriteUInt64BigEndian(key, height);
        return key;
    }

    private static byte[] EncodeKeys(Undo undo)
    {
        int size = 4 + (Address.Size * undo.Accounts.Length);
        foreach ((byte[] key, _) in undo.Records) size += 2 + key.Length;
        byte[] row = new byte[size];
        BinaryPrimitives.WriteInt32BigEndian(row, undo.Accounts.Length);
        int at = 4;
        foreach ((Address address, _) in undo.Accounts)
        {
            address.CopyTo(row.AsSpan(at));
            at += Address.Size;
        }
        foreach ((byte[] key, _) in undo.Records)
        {
            BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(at), checked((ushort)key.Length));
            key.CopyTo(row.AsSpan(at + 2));
            at += 2 + key.Length;
        }
        return row;
    }

    private static StateCorruptException Corrupt(ulong height) => new($"the changeset of height {height} is malformed");
}

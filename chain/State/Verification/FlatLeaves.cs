using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Flat;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State.Verification;

/// <summary>A row of a flat table as the leaf it stands for.</summary>
internal readonly record struct FlatLeaf(Hash256 Key, byte[] Row, byte[] Payload);

/// <summary>
/// The rows of a flat table in the order of the trie, which is that of hashes. Memory is bounded: the table is read once for each portion
/// of the hashes' range.
/// </summary>
internal static class FlatLeaves
{
    private const int LeavesPerPortion = 1 << 18;

    private const int RowsPerBatch = 4_096;

    /// <param name="faults">Told of rows that cannot be read, once.</param>
    public static IEnumerable<FlatLeaf> OfAccounts(IKeyValueReader reader, Hash256[] roots, Action<StateFault> faults, int leavesPerPortion = LeavesPerPortion)
    {
        byte[] payload = new byte[LeafPayload.BytesMax];
        return Sorted(reader, ColumnFamily.Accounts, leavesPerPortion, [], Enumerable.Repeat((byte)0xff, Address.Size + 1).ToArray(), isFirst =>
        {
            return rows =>
            {
                var accounts = new List<KeyValuePair<Address, Account>>(rows.Count);
                foreach ((byte[] key, byte[] row) in rows)
                {
                    try
                    {
                        if (key.Length != Address.Size) throw new StateCorruptException("the key is no address");
                        accounts.Add(new(new Address(key), FlatTables.DecodeAccount(new Address(key), row)));
                    }
                    catch (StateCorruptException error)
                    {
                        if (isFirst) faults(new StateFault($"account {Hex.Encode(key)}", error.Message));
                    }
                }
                Hash256[] keys = SecureKeys.OfAccounts(accounts);
                var leaves = new List<FlatLeaf>(keys.Length);
                for (int i = 0; i < keys.Length; i++)
                {
                    (Address address, Account account) = accounts[i];
                    try
                    {
                        int length = StateTree.WriteAccount(payload, account, StateTree.ModuleOf(address), roots);
                        leaves.Add(new FlatLeaf(keys[i], address.ToArray(), payload[..length]));
                    }
                    catch (InvalidOperationException error)
                    {
                        if (isFirst) faults(new StateFault($"account {address}", error.Message));
                    }
                }
                return leaves;
            };
        });
    }

    public static IEnumerable<FlatLeaf> OfModule(IKeyValueReader reader, byte module, Action<StateFault> faults)
    {
        byte[] payload = new byte[NodeEncoding.SlotBytes];
        return Sorted(reader, ColumnFamily.Records, LeavesPerPortion, [module], [(byte)(module + 1)], isFirst =>
        {
            return rows =>
            {
                var records = new List<KeyValuePair<byte[], ReadOnlyMemory<byte>>>(rows.Count);
                foreach ((byte[] key, byte[] row) in rows)
                {
                    if (key.Length >= RecordKey.PrefixSize && row.Length > 0 && (!RecordKey.IsScalar(key) || row.Length <= Hash256.Size)) records.Add(new(key, row));
                    else if (isFirst) faults(new StateFault(Name(key), "the row is not one this program writes"));
                }
                Hash256[] keys = SecureKeys.OfRecords(records), words = SecureKeys.WordsOfRecords(records);
                var leaves = new List<FlatLeaf>(keys.Length);
                for (int i = 0; i < keys.Length; i++)
                    leaves.Add(new FlatLeaf(keys[i], records[i].Key, payload[..StateTree.WriteWord(payload, words[i])]));
                return leaves;
            };
        });
    }

    public static string Name(byte[] flatKey) => flatKey.Length < RecordKey.PrefixSize
        ? $"record {Hex.Encode(flatKey)}"
        : $"module {flatKey[0]} table {(flatKey[1] << 8) | flatKey[2]} key {Hex.Encode(flatKey.AsSpan(RecordKey.PrefixSize))}";

    private static IEnumerable<FlatLeaf> Sorted(
        IKeyValueReader reader, ColumnFamily family, int leavesPerPortion, byte[] from, byte[] to,
        Func<bool, Func<List<KeyValuePair<byte[], byte[]>>, List<FlatLeaf>>> leavesOf)
    {
        long rowsInAll = 0;
        using (KeyValueCursor counter = reader.Scan(family, from, to))
            while (counter.MoveNext()) rowsInAll++;
        int portions = 1;
        while (portions < 256 && rowsInAll / portions > leavesPerPortion) portions *= 2;
        for (int portion = 0; portion < portions; portion++)
        {
            var leaves = new List<FlatLeaf>();
            var makeLeaves = leavesOf(portion == 0);
            var batch = new List<KeyValuePair<byte[], byte[]>>(RowsPerBatch);
            using KeyValueCursor cursor = reader.Scan(family, from, to);
            bool isMore = true;
            while (isMore)
            {
                isMore = cursor.MoveNext();
                if (isMore) batch.Add(new(cursor.Key.ToArray(), cursor.Value.ToArray()));
                if (batch.Count < RowsPerBatch && isMore) continue;
                foreach (FlatLeaf leaf in makeLeaves(batch))
                    if (leaf.Key.Span[0] * portions / 256 == portion && leaf.Payload.Length > 0) leaves.Add(leaf);
                batch.Clear();
            }
            leaves.Sort(static (x, y) => x.Key.CompareTo(y.Key));
            foreach (FlatLeaf leaf in leaves) yield return leaf;
        }
    }
}

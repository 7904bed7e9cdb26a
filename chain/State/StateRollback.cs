using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Flat;
using Dsdn.Chain.State.History;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State;

/// <summary>Takes the state back to an earlier height of its history window: the same flat tables, and pages of the tree that was then.</summary>
internal static class StateRollback
{
    /// <summary>Adds everything to the batch; nothing is written. No <see cref="StateStore"/> may be open on the store.</summary>
    /// <param name="root">The state root that the header of that height names; another one is a <see cref="StateCorruptException"/>.</param>
    /// <exception cref="HistoryUnavailableException">outside the window</exception>
    /// <exception cref="StorageException">what is stored contradicts itself</exception>
    public static void Stage(IKeyValueReader store, IWriteBatch batch, ulong height, in Hash256 root)
    {
        (ulong head, Hash256 headRoot) = StateMeta.ReadHead(store) ?? throw new StorageException("DSDN-E-STATE-EMPTY: there is no state here");
        (ulong history, ulong proofs) = StateMeta.ReadOldest(store);
        if (height < history) throw new HistoryUnavailableException(history);
        StateChanges changes = Before(store, height, head);
        var pages = new TriePages(store);
        var tree = new StateTree(pages);
        TreeVersion then = tree.Derive(TreeStore.Open(store, tree, pages, head, headRoot, out _), changes);
        if (then.Root != root) throw new StateCorruptException($"the rows before height {height + 1} give root {then.Root}, the header says {root}");

        FlatTables.Write(batch, changes);
        for (ulong gone = height + 1; gone <= head; gone++) HistoryRows.Prune(store, batch, gone);
        TrieHistory.Prune(batch, height, head);
        TreeStore.Write(batch, height, then);
        StateMeta.WriteOldest(batch, history, Math.Min(proofs, height));
        StateMeta.WriteHead(batch, height, then.Root);
    }

    /// <summary>Every key that a height above changed, as it was: what the first of them replaced.</summary>
    private static StateChanges Before(IKeyValueReader store, ulong height, ulong head)
    {
        var accounts = new SortedDictionary<Address, Account>();
        var records = new SortedDictionary<byte[], ReadOnlyMemory<byte>>(ByteOrder.Instance);
        for (ulong above = height + 1; above <= head; above++)
        {
            if (!HistoryRows.TryReadKeys(store, above, out List<Address> changedAccounts, out List<byte[]> changedRecords)) throw new StateCorruptException($"the changeset of height {above} is missing");
            foreach (Address address in changedAccounts)
            {
                if (accounts.ContainsKey(address)) continue;
                byte[] row = Row(store, HistoryRows.AccountKind, address.Span, above);
                accounts.Add(address, row.Length == 0 ? default : FlatTables.DecodeAccount(address, row));
            }
            foreach (byte[] key in changedRecords)
            {
                if (!records.ContainsKey(key)) records.Add(key, Row(store, HistoryRows.RecordKind, key, above));
            }
        }
        return new StateChanges([.. accounts], [.. records]);
    }

    private static byte[] Row(IKeyValueReader store, byte kind, ReadOnlySpan<byte> key, ulong height) =>
        store.Get(ColumnFamily.History, HistoryRows.Key(kind, key, height)) ?? throw new StateCorruptException($"a row before height {height} is missing");
}

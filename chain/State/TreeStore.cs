using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Flat;
using Dsdn.Chain.State.History;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State;

/// <summary>Pages of the tree on disk and in memory: writing what is new, forgetting what was not used, and the start after a crash.</summary>
internal static class TreeStore
{
    /// <summary>The version at the head: the pages as they were last written, and the changes since, replayed in one pass.</summary>
    /// <exception cref="StateCorruptException">the pages, changesets and flat tables do not give the root of the head</exception>
    public static TreeVersion Open(IKeyValueReader store, StateTree tree, ITriePages pages, ulong height, in Hash256 root, out ulong treeHeight)
    {
        TreeVersion version = Rebuild(store, tree, pages, height, out treeHeight);
        return version.Root == root ? version : throw new StateCorruptException($"the tree gives root {version.Root} at height {height}, the head says {root}");
    }

    /// <summary>As <see cref="Open"/>, whatever the root.</summary>
    public static TreeVersion Rebuild(IKeyValueReader store, StateTree tree, ITriePages pages, ulong height, out ulong treeHeight)
    {
        (treeHeight, Hash256[] roots) = StateMeta.ReadTree(store);
        if (treeHeight > height) throw new StateCorruptException($"the tree is of height {treeHeight}, above the head {height}");
        var nodes = new TrieNode?[TreeVersion.Trees];
        byte[] slot = new byte[NodeEncoding.SlotBytes];
        for (int i = 0; i < nodes.Length; i++)
        {
            if (roots[i] == SortedTrie.EmptyRoot) continue;
            NodeEncoding.WriteHash(slot, roots[i]);
            nodes[i] = pages.Load((byte)i, new byte[32], 0, slot);
        }
        var version = new TreeVersion(nodes, roots);
        return treeHeight < height ? tree.Derive(version, ChangesSince(store, treeHeight, height)) : version;
    }

    /// <summary>Every node that is not on disk, after the places that hold none any more.</summary>
    public static void Write(IWriteBatch batch, ulong height, TreeVersion version)
    {
        for (VacatedPages? vacated = version.Vacated; vacated != null; vacated = vacated.Before)
            foreach (byte[] key in vacated.Keys) batch.Delete(ColumnFamily.Trie, key);
        Span<byte> page = stackalloc byte[TriePage.BytesMax];
        byte[] path = new byte[32];
        for (int trie = 0; trie < TreeVersion.Trees; trie++) Write(batch, (byte)trie, version.Nodes[trie], path, 0, page);
        StateMeta.WriteTree(batch, height, version.Roots);
    }

    /// <summary>After the batch was written.</summary>
    public static void MarkWritten(TreeVersion version)
    {
        foreach (TrieNode? node in version.Nodes) MarkWritten(node);
        version.UnwrittenBytes = 0;
        version.Vacated = null;
    }

    /// <summary>Drops the longest unused pages that are on disk until the rest fits.</summary>
    public static void Evict(TreeVersion version, long bytesMax, int round)
    {
        var bytesByAge = new long[8];
        foreach (TrieNode? node in version.Nodes) Measure(node, round, bytesByAge);
        long bytes = 0;
        int age = 0;
        while (age < bytesByAge.Length && bytes + bytesByAge[age] <= bytesMax) bytes += bytesByAge[age++];
        if (age == bytesByAge.Length) return;
        // Ages from here on go; of the first, as much as needs to.
        long spare = bytesMax - bytes;
        foreach (TrieNode? node in version.Nodes) Evict(node, round, age, ref spare);
    }

    public static long Bytes(TreeVersion version)
    {
        var bytesByAge = new long[1];
        foreach (TrieNode? node in version.Nodes) Measure(node, 0, bytesByAge);
        return bytesByAge[0];
    }

    private static StateChanges ChangesSince(IKeyValueReader store, ulong from, ulong to)
    {
        var accounts = new SortedSet<Address>();
        var records = new SortedSet<byte[]>(ByteOrder.Instance);
        for (ulong height = from + 1; height <= to; height++)
        {
            if (!HistoryRows.TryReadKeys(store, height, out List<Address> changedAccounts, out List<byte[]> changedRecords))
                throw new StateCorruptException($"the changeset of height {height} is missing");
            accounts.UnionWith(changedAccounts);
            records.UnionWith(changedRecords);
        }
        var accountChanges = new List<KeyValuePair<Address, Account>>(accounts.Count);
        foreach (Address address in accounts)
        {
            FlatTables.TryReadAccount(store, address, out Account account);
            accountChanges.Add(new(address, account));
        }
        var recordChanges = new List<KeyValuePair<byte[], ReadOnlyMemory<byte>>>(records.Count);
        foreach (byte[] key in records) recordChanges.Add(new(key, store.Get(ColumnFamily.Records, key)));
        return new StateChanges(accountChanges, recordChanges);
    }

    private static void Write(IWriteBatch batch, byte trie, TrieNode? node, byte[] path, int depth, Span<byte> page)
    {
        if (node == null || node.IsPersisted) return;
        if (node is Branch branch)
        {
            branch.Path.AsSpan(0, (branch.Split + 1) >> 1).CopyTo(path);
            for (int nibble = 0; nibble < 16; nibble++)
            {
                if (branch.Children[nibble] is not { IsPersisted: false } child) continue;
                TrieUpdate.SetNibble(path, branch.Split, nibble);
                Write(batch, trie, child, path, branch.Split + 1, page);
            }
        }
        batch.Put(ColumnFamily.Trie, TriePageKey.Make(trie, path, depth), TriePage.Encode(node, page));
    }

    private static void MarkWritten(TrieNode? node)
    {
        if (node == null || node.IsPersisted) return;
        if (node is Branch branch)
        {
            foreach (TrieNode? child in branch.Children) MarkWritten(child);
        }
        node.IsPersisted = true;
    }

    private static void Measure(TrieNode? node, int round, long[] bytesByAge)
    {
        if (node == null) return;
        bytesByAge[Math.Clamp(round - node.Round, 0, bytesByAge.Length - 1)] += node.Bytes;
        if (node is not Branch branch) return;
        foreach (TrieNode? child in branch.Children) Measure(child, round, bytesByAge);
    }

    /// <summary>True if nothing is left in memory below the node.</summary>
    private static bool Evict(TrieNode? node, int round, int age, ref long spare)
    {
        if (node is not Branch branch) return node == null || node.IsPersisted;
        bool isBare = true;
        for (int nibble = 0; nibble < 16; nibble++)
        {
            if (branch.Children[nibble] is not { } child) continue;
            bool canGo = Evict(child, round, age, ref spare) && child.IsPersisted && round - child.Round >= age;
            if (canGo && round - child.Round == age && spare >= child.Bytes)
            {
                spare -= child.Bytes;
                canGo = false;
            }
            if (canGo) branch.Children[nibble] = null;
            else isBare = false;
        }
        return isBare;
    }
}

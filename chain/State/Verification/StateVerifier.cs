using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State.Verification;

/// <summary>
/// Recomputes the root of the state from the flat tables alone, and compares leaf by leaf with the tree, whose pages are checked
/// by hash on the way. On a snapshot: the node may run. Memory does not grow with the state.
/// </summary>
public sealed class StateVerifier
{
    public const int FaultsMax = 16;

    private readonly IKeyValueReader _reader;
    private readonly List<StateFault> _faults = [];
    private bool _isTreeUnreadable;
    private ulong _accounts;
    private ulong _records;

    private StateVerifier(IKeyValueReader reader) => _reader = reader;

    /// <exception cref="StorageException">there is no state, or it has another layout</exception>
    public static StateVerification Verify(IKeyValueStore store)
    {
        using IKeyValueSnapshot snapshot = store.Snapshot();
        return new StateVerifier(snapshot).Run();
    }

    private StateVerification Run()
    {
        (ulong height, Hash256 storedRoot) = StateMeta.ReadHead(_reader) ?? throw new StorageException("DSDN-E-STATE-EMPTY: there is no state here");
        var pages = new TriePages(_reader);
        TreeVersion? tree = null;
        try
        {
            tree = TreeStore.Rebuild(_reader, new StateTree(pages), pages, height, out ulong treeHeight);
            if (tree.Root != storedRoot)
                Fault("tree", $"pages of height {treeHeight} and the {height - treeHeight} changesets after it give root {tree.Root}, not {storedRoot}: a row that one of these changed is wrong, or a page");
        }
        catch (StorageException error)
        {
            Fault("tree", error.Message);
        }
        catch (InvalidOperationException error)
        {
            Fault("tree", error.Message);
        }
        var roots = new Hash256[TreeVersion.Trees];
        for (byte module = 0; module < StateTree.Modules; module++)
            roots[1 + module] = Compare((byte)(1 + module), FlatLeaves.OfModule(_reader, module, Fault), tree, pages, ref _records);
        roots[0] = Compare(0, FlatLeaves.OfAccounts(_reader, roots, Fault), tree, pages, ref _accounts);
        return new StateVerification(height, storedRoot, roots[0], _accounts, _records, _faults);
    }

    private Hash256 Compare(byte trie, IEnumerable<FlatLeaf> flat, TreeVersion? tree, TriePages pages, ref ulong count)
    {
        var builder = new SortedTrieBuilder(TriePages.Form(trie));
        using IEnumerator<KeyValuePair<byte[], byte[]>> leaves = TrieReader.Leaves(tree?.Nodes[trie], trie, pages).GetEnumerator();
        _isTreeUnreadable = false;
        bool isComparing = tree != null && Next(leaves);
        foreach (FlatLeaf leaf in flat)
        {
            count++;
            builder.Add(leaf.Key.Span, leaf.Payload);
            while (isComparing && leaves.Current.Key.AsSpan().SequenceCompareTo(leaf.Key.Span) < 0)
            {
                OnlyInTree(trie, leaves.Current.Key);
                isComparing = Next(leaves);
            }
            if (tree == null || _isTreeUnreadable) continue;
            string where = trie == 0 ? $"account {Hex.Encode(leaf.Row)}" : FlatLeaves.Name(leaf.Row);
            if (!isComparing || !leaves.Current.Key.AsSpan().SequenceEqual(leaf.Key.Span))
            {
                Fault(where, "in the flat table, not in the tree");
                continue;
            }
            if (!leaves.Current.Value.AsSpan().SequenceEqual(leaf.Payload)) Fault(where, "the flat table and the tree hold different values");
            isComparing = Next(leaves);
        }
        for (; isComparing; isComparing = Next(leaves)) OnlyInTree(trie, leaves.Current.Key);
        return builder.Root();
    }

    private bool Next(IEnumerator<KeyValuePair<byte[], byte[]>> leaves)
    {
        try
        {
            return leaves.MoveNext();
        }
        catch (StateCorruptException error)
        {
            Fault("tree", error.Message);
            _isTreeUnreadable = true;
            return false;
        }
    }

    private void OnlyInTree(byte trie, byte[] key) =>
        Fault($"{(trie == 0 ? "account" : $"module {trie - 1} record")} whose key hashes to {Hex.Encode(key)}", "in the tree, not in the flat table");

    private void Fault(string where, string what) => Fault(new StateFault(where, what));

    private void Fault(StateFault fault)
    {
        if (_faults.Count < FaultsMax) _faults.Add(fault);
    }
}

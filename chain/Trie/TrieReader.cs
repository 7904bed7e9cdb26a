namespace Dsdn.Chain.Trie;

/// <summary>Reads of a tree. Nodes that are not in memory are loaded for the read and not kept.</summary>
internal static class TrieReader
{
    /// <summary>The payload of a key's leaf, empty where there is none.</summary>
    public static ReadOnlyMemory<byte> Find(TrieNode? node, byte trie, ReadOnlySpan<byte> key, ITriePages pages)
    {
        while (node is Branch branch)
        {
            if (NodeEncoding.CommonPrefix(branch.Path, key, 0) < branch.Split) return default;
            node = Child(branch, NodeEncoding.Nibble(key, branch.Split), trie, key, pages);
        }
        if (node is not Bucket bucket) return default;
        int leaf = bucket.Find(key);
        return leaf < 0 ? default : bucket.Payload(leaf).ToArray();
    }

    /// <summary>The child at a nibble of the branch, or null where it has none.</summary>
    /// <param name="key">Goes through that child: a page is loaded by it.</param>
    public static TrieNode? Child(Branch branch, int nibble, byte trie, ReadOnlySpan<byte> key, ITriePages pages) =>
        !Branch.Has(branch.Mask, nibble) ? null : branch.Children[nibble] ?? pages.Load(trie, key, branch.Split + 1, branch.Slot(nibble));

    /// <summary>All leaves in the order of their keys, as key and payload.</summary>
    public static IEnumerable<KeyValuePair<byte[], byte[]>> Leaves(TrieNode? node, byte trie, ITriePages pages)
    {
        if (node is Bucket bucket)
        {
            for (int leaf = 0; leaf < bucket.Count; leaf++) yield return new(bucket.Key(leaf).ToArray(), bucket.Payload(leaf).ToArray());
        }
        if (node is not Branch branch) yield break;
        byte[] path = (byte[])branch.Path.Clone();
        for (int nibble = 0; nibble < 16; nibble++)
        {
            TrieUpdate.SetNibble(path, branch.Split, nibble);
            foreach (KeyValuePair<byte[], byte[]> leaf in Leaves(Child(branch, nibble, trie, path, pages), trie, pages)) yield return leaf;
        }
    }
}

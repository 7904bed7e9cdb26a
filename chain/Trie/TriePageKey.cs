namespace Dsdn.Chain.Trie;

/// <summary>trie u8 | one byte a nibble: pages lie in the order of the tree, a parent before its children.</summary>
internal static class TriePageKey
{
    public static byte[] Make(byte trie, ReadOnlySpan<byte> path, int depth)
    {
        byte[] key = new byte[1 + depth];
        key[0] = trie;
        for (int i = 0; i < depth; i++) key[1 + i] = (byte)NodeEncoding.Nibble(path, i);
        return key;
    }
}

namespace Dsdn.Chain.Trie;

/// <summary>Where nodes come from that are not in memory.</summary>
internal interface ITriePages
{
    /// <param name="path">A key; its first <paramref name="depth"/> nibbles are the node's place.</param>
    /// <param name="slot">The reference the parent holds; a page that does not hash to it is an error.</param>
    TrieNode Load(byte trie, ReadOnlySpan<byte> path, int depth, ReadOnlySpan<byte> slot);
}

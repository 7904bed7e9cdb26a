using Dsdn.Chain.Primitives;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State;

/// <summary>The trees of a version: 0 the accounts', 1 + n that of module n.</summary>
internal sealed class TreeVersion(TrieNode?[] nodes, Hash256[] roots) : StateVersion
{
    public const int Trees = 17;

    public static TreeVersion Empty => new(new TrieNode?[Trees], [.. Enumerable.Repeat(SortedTrie.EmptyRoot, Trees)]);

    public TrieNode?[] Nodes { get; } = nodes;

    public Hash256[] Roots { get; } = roots;

    public override Hash256 Root => Roots[0];

    /// <summary>Roughly the memory of nodes that are not on disk.</summary>
    public long UnwrittenBytes { get; set; }

    /// <summary>Page keys that hold no node any more since pages were last written, newest first.</summary>
    public VacatedPages? Vacated { get; set; }

    public override Hash256 ModuleRoot(int module) => Roots[1 + module];
}

internal sealed record VacatedPages(IReadOnlyList<byte[]> Keys, VacatedPages? Before);

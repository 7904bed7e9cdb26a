namespace Dsdn.Chain.Trie;

/// <summary>The shape of the trie for n items: which nodes there are, their children, and their levels. Node 0 is the root.</summary>
internal sealed class OrderedTrieLayout
{
    private readonly int _count;
    private readonly List<int> _children = [];
    private readonly List<List<int>> _levels = [];
    private Node[] _nodes;

    public OrderedTrieLayout(int count)
    {
        _count = count;
        _nodes = new Node[count + (count / 8) + 16];
        Build(0, count, depth: 0, level: 0);
    }

    public int NodeCount { get; private set; }

    public int LevelCount => _levels.Count;

    public ref readonly Node At(int node) => ref _nodes[node];

    public ReadOnlySpan<int> Level(int level) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_levels[level]);

    /// <summary>Sixteen nodes by nibble, -1 where none.</summary>
    public ReadOnlySpan<int> Children(in Node branch) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_children).Slice(branch.Child, 16);

    /// <summary>The subtree of the positions [low, high) in key order, whose keys agree in their first <paramref name="depth"/> nibbles.</summary>
    private int Build(int low, int high, int depth, int level)
    {
        int node = Reserve(level);
        int first = OrderedTrieKey.AtPosition(low, _count);
        if (high - low == 1)
        {
            _nodes[node] = new Node(NodeKind.Leaf, first, depth, OrderedTrieKey.NibbleCount(first) - depth, -1);
            return node;
        }
        int last = OrderedTrieKey.AtPosition(high - 1, _count);
        int shared = depth;
        while (OrderedTrieKey.Nibble(first, shared) == OrderedTrieKey.Nibble(last, shared)) shared++;
        if (shared > depth)
        {
            int child = Build(low, high, shared, level + 1);
            _nodes[node] = new Node(NodeKind.Extension, first, depth, shared - depth, child);
            return node;
        }
        int children = _children.Count;
        for (int i = 0; i < 16; i++) _children.Add(-1);
        for (int start = low; start < high;)
        {
            int nibble = OrderedTrieKey.Nibble(OrderedTrieKey.AtPosition(start, _count), depth);
            int end = EndOfNibble(start, high, depth, nibble);
            _children[children + nibble] = Build(start, end, depth + 1, level + 1);
            start = end;
        }
        _nodes[node] = new Node(NodeKind.Branch, first, depth, 0, children);
        return node;
    }

    /// <summary>The first position in (start, high] with another nibble: keys are sorted, so a binary search finds it.</summary>
    private int EndOfNibble(int start, int high, int depth, int nibble)
    {
        int low = start + 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (OrderedTrieKey.Nibble(OrderedTrieKey.AtPosition(middle, _count), depth) == nibble) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private int Reserve(int level)
    {
        if (NodeCount == _nodes.Length) Array.Resize(ref _nodes, NodeCount * 2);
        if (level == _levels.Count) _levels.Add([]);
        _levels[level].Add(NodeCount);
        return NodeCount++;
    }

    internal enum NodeKind : byte
    {
        Leaf,
        Extension,
        Branch,
    }

    /// <param name="Item">An item below it, whose key has its path.</param>
    /// <param name="Child">The extension's child, or where the branch's sixteen begin.</param>
    internal readonly record struct Node(NodeKind Kind, int Item, int PathStart, int PathLength, int Child);
}

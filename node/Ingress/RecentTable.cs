namespace Dsdn.Ingress;

/// <summary>Values by key, as many as fit; the one that was not used for longest goes first. Not for use by two threads.</summary>
internal sealed class RecentTable<TKey, TValue>(int countMax)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = [];

    public bool TryFind(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        if (!_nodes.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value)>? node)) return false;
        _byUse.Remove(node);
        _byUse.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    /// <param name="key">One that is not there.</param>
    public void Add(TKey key, TValue value)
    {
        _nodes[key] = _byUse.AddFirst((key, value));
        if (_byUse.Count <= countMax || _byUse.Last is not { } oldest) return;
        _byUse.RemoveLast();
        _nodes.Remove(oldest.Value.Key);
    }
}

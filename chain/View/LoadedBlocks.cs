using Dsdn.Chain.Execution;

namespace Dsdn.Chain.View;

/// <summary>Older blocks as they were last read from the store; the least recently used goes first. Thread-safe.</summary>
internal sealed class LoadedBlocks(Func<ulong, BlockData?> load)
{
    private const int BlocksMax = 256;
    private const long TransactionsMax = 100_000;

    private readonly object _gate = new();
    private readonly Dictionary<ulong, LinkedListNode<BlockData>> _byNumber = [];
    private readonly LinkedList<BlockData> _byUse = [];
    private long _transactions;

    public BlockData? Find(ulong number)
    {
        lock (_gate)
        {
            if (_byNumber.TryGetValue(number, out LinkedListNode<BlockData>? node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return node.Value;
            }
        }
        BlockData? data = load(number);
        if (data is not null) Keep(number, data);
        return data;
    }

    private void Keep(ulong number, BlockData data)
    {
        lock (_gate)
        {
            if (_byNumber.ContainsKey(number)) return;
            _byNumber.Add(number, _byUse.AddFirst(data));
            _transactions += data.Block.Transactions.Count;
            while (_byUse.Count > BlocksMax || (_transactions > TransactionsMax && _byUse.Count > 1))
            {
                LinkedListNode<BlockData> last = _byUse.Last ?? throw new InvalidOperationException("counted wrongly");
                _byUse.RemoveLast();
                _byNumber.Remove(last.Value.Block.Header.Number);
                _transactions -= last.Value.Block.Transactions.Count;
            }
        }
    }
}

namespace Dsdn.Chain.Mempool;

/// <summary>
/// Finds the cheapest pooled transaction at a given base fee. Only a full pool needs it, so it is built when it is first asked
/// for after a block (linear), kept up while it is valid (logarithmic), and forgotten at the next block. Entries that have left
/// the pool are skipped when they come up.
/// </summary>
internal sealed class EvictionHeap
{
    private readonly List<PooledTransaction> _heap = [];
    private UInt128 _baseFee;

    public bool IsBuilt { get; private set; }

    public void Build(ArrivalList all, UInt128 baseFee)
    {
        _heap.Clear();
        _baseFee = baseFee;
        for (PooledTransaction? item = all.Oldest; item is not null; item = item.Later) _heap.Add(item);
        for (int i = (_heap.Count / 2) - 1; i >= 0; i--) SiftDown(i);
        IsBuilt = true;
    }

    public void Forget()
    {
        _heap.Clear();
        IsBuilt = false;
    }

    public void Add(PooledTransaction item)
    {
        _heap.Add(item);
        int child = _heap.Count - 1;
        while (child > 0)
        {
            int parent = (child - 1) / 2;
            if (!LeavesBefore(_heap[child], _heap[parent])) break;
            (_heap[child], _heap[parent]) = (_heap[parent], _heap[child]);
            child = parent;
        }
    }

    /// <summary>Takes out the cheapest that is still pooled.</summary>
    public PooledTransaction? Pop()
    {
        while (_heap.Count > 0)
        {
            PooledTransaction top = _heap[0];
            _heap[0] = _heap[^1];
            _heap.RemoveAt(_heap.Count - 1);
            if (_heap.Count > 1) SiftDown(0);
            if (!top.IsRemoved) return top;
        }
        return null;
    }

    /// <summary>Negative if the left pays less: one that cannot pay the base fee ranks below all that can, then by tip.</summary>
    public int ComparePrice(UInt128 leftFeeCap, UInt128 leftTipCap, PooledTransaction right)
    {
        bool leftPays = leftFeeCap >= _baseFee, rightPays = right.FeeCap >= _baseFee;
        if (leftPays != rightPays) return leftPays ? 1 : -1;
        if (!leftPays) return leftFeeCap.CompareTo(right.FeeCap);
        return UInt128.Min(leftTipCap, leftFeeCap - _baseFee).CompareTo(UInt128.Min(right.TipCap, right.FeeCap - _baseFee));
    }

    private bool LeavesBefore(PooledTransaction left, PooledTransaction right)
    {
        int price = ComparePrice(left.FeeCap, left.TipCap, right);
        return price != 0 ? price < 0 : left.Arrival > right.Arrival;
    }

    private void SiftDown(int parent)
    {
        while (true)
        {
            int child = (2 * parent) + 1;
            if (child >= _heap.Count) return;
            if (child + 1 < _heap.Count && LeavesBefore(_heap[child + 1], _heap[child])) child++;
            if (!LeavesBefore(_heap[child], _heap[parent])) return;
            (_heap[child], _heap[parent]) = (_heap[parent], _heap[child]);
            parent = child;
        }
    }
}

namespace Dsdn.Chain.Mempool;

/// <summary>A sender's executable transactions: nonces without a gap, in a ring, so that both ends cost a constant.</summary>
internal sealed class NonceRun
{
    private PooledTransaction?[] _ring = new PooledTransaction?[2];
    private int _head;

    public int Count { get; private set; }

    /// <param name="index">From the lowest nonce, below <see cref="Count"/>.</param>
    public PooledTransaction this[int index]
    {
        get => _ring[Slot(index)] ?? throw new InvalidOperationException("empty slot in a nonce run");
        set => _ring[Slot(index)] = value;
    }

    public void Append(PooledTransaction item)
    {
        if (Count == _ring.Length) Grow();
        _ring[(_head + Count) & (_ring.Length - 1)] = item;
        Count++;
    }

    public PooledTransaction RemoveFirst()
    {
        PooledTransaction first = this[0];
        _ring[_head] = null;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        return first;
    }

    public PooledTransaction RemoveLast()
    {
        PooledTransaction last = this[Count - 1];
        _ring[Slot(Count - 1)] = null;
        Count--;
        return last;
    }

    private int Slot(int index) =>
        (uint)index < (uint)Count ? (_head + index) & (_ring.Length - 1) : throw new ArgumentOutOfRangeException(nameof(index));

    private void Grow()
    {
        var larger = new PooledTransaction?[_ring.Length * 2];
        for (int i = 0; i < Count; i++) larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        _ring = larger;
        _head = 0;
    }
}

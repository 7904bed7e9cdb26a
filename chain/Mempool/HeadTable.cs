namespace Dsdn.Chain.Mempool;

/// <summary>The first executable transaction of every sender that has one, fees inline, so that a selection scans one array.</summary>
internal sealed class HeadTable
{
    private Head[] _heads = new Head[64];

    public int Count { get; private set; }

    public ReadOnlySpan<Head> Span => _heads.AsSpan(0, Count);

    /// <summary>Brings the sender's entry in line with the front of its pending run.</summary>
    public void Refresh(SenderQueue queue)
    {
        if (queue.Pending.Count == 0)
        {
            Remove(queue);
            return;
        }
        if (queue.HeadSlot < 0)
        {
            if (Count == _heads.Length) Array.Resize(ref _heads, Count * 2);
            queue.HeadSlot = Count++;
        }
        PooledTransaction first = queue.Pending[0];
        _heads[queue.HeadSlot] = new Head(first.FeeCap, first.TipCap, first.Arrival, queue);
    }

    private void Remove(SenderQueue queue)
    {
        if (queue.HeadSlot < 0) return;
        Head last = _heads[--Count];
        _heads[queue.HeadSlot] = last;
        last.Queue.HeadSlot = queue.HeadSlot;
        _heads[Count] = default;
        queue.HeadSlot = -1;
    }
}

internal readonly record struct Head(UInt128 FeeCap, UInt128 TipCap, ulong Arrival, SenderQueue Queue);

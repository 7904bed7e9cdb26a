using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Mempool;

/// <summary>
/// Walks the executable transactions that pay the base fee: highest effective tip first, earlier arrival among equals, each
/// sender's nonces in order. Valid until the pool is changed or another selection is begun.
/// </summary>
public sealed class PoolSelection
{
    private readonly TransactionPool _pool;
    private readonly ulong _version;
    private readonly UInt128 _baseFee;
    private readonly Candidate[] _heap;
    private int _count;
    private bool _topWasGiven;

    internal PoolSelection(TransactionPool pool, HeadTable heads, UInt128 baseFee, ref Candidate[] buffer)
    {
        _pool = pool;
        _version = pool.Version;
        _baseFee = baseFee;
        if (buffer.Length < heads.Count) buffer = new Candidate[Math.Max(heads.Count, buffer.Length * 2)];
        _heap = buffer;
        foreach (ref readonly Head head in heads.Span)
        {
            if (head.FeeCap < baseFee) continue;
            _heap[_count++] = new Candidate(UInt128.Min(head.TipCap, head.FeeCap - baseFee), head.Arrival, 0, head.Queue);
        }
        for (int i = (_count / 2) - 1; i >= 0; i--) SiftDown(i);
    }

    /// <summary>False when nothing is left.</summary>
    /// <exception cref="InvalidOperationException">the pool was changed since the selection began</exception>
    public bool TryNext([NotNullWhen(true)] out Transaction? transaction)
    {
        if (_version != _pool.Version) throw new InvalidOperationException("the pool has changed since this selection began");
        if (_topWasGiven) Advance();
        transaction = null;
        if (_count == 0) return false;
        ref readonly Candidate top = ref _heap[0];
        transaction = top.Queue.Pending[top.Index].Transaction;
        _topWasGiven = true;
        return true;
    }

    /// <summary>Passes over the later nonces of the sender whose transaction was given last, because it was not included.</summary>
    public void SkipSender()
    {
        if (!_topWasGiven) return;
        _topWasGiven = false;
        RemoveTop();
    }

    private void Advance()
    {
        _topWasGiven = false;
        ref readonly Candidate top = ref _heap[0];
        int next = top.Index + 1;
        if (next < top.Queue.Pending.Count)
        {
            PooledTransaction item = top.Queue.Pending[next];
            if (item.FeeCap >= _baseFee)
            {
                _heap[0] = new Candidate(UInt128.Min(item.TipCap, item.FeeCap - _baseFee), item.Arrival, next, top.Queue);
                SiftDown(0);
                return;
            }
        }
        RemoveTop();
    }

    private void RemoveTop()
    {
        _heap[0] = _heap[--_count];
        _heap[_count] = default;
        if (_count > 1) SiftDown(0);
    }

    private void SiftDown(int parent)
    {
        Candidate moving = _heap[parent];
        while (true)
        {
            int child = (2 * parent) + 1;
            if (child >= _count) break;
            if (child + 1 < _count && _heap[child + 1].GoesBefore(_heap[child])) child++;
            if (!_heap[child].GoesBefore(moving)) break;
            _heap[parent] = _heap[child];
            parent = child;
        }
        _heap[parent] = moving;
    }

    internal readonly record struct Candidate(UInt128 Tip, ulong Arrival, int Index, SenderQueue Queue)
    {
        public bool GoesBefore(in Candidate other) => Tip != other.Tip ? Tip > other.Tip : Arrival < other.Arrival;
    }
}

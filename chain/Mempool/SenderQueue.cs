using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Mempool;

/// <summary>
/// One sender's pooled transactions: <see cref="Pending"/> runs without a gap from the account's nonce and is covered by
/// its balance as a whole; <see cref="Queued"/> is the rest, ascending by nonce.
/// </summary>
internal sealed class SenderQueue(Address sender)
{
    public readonly Address Sender = sender;
    public readonly NonceRun Pending = new();
    public readonly List<PooledTransaction> Queued = [];

    /// <summary>Nonce and balance of the account at the head.</summary>
    public ulong Nonce;
    public UInt128 Balance;

    /// <summary>Sum of the costs of <see cref="Pending"/>, at most <see cref="Balance"/>.</summary>
    public UInt128 PendingCost;

    /// <summary>Place in the table of heads; -1 while nothing is pending.</summary>
    public int HeadSlot = -1;

    public bool IsEmpty => Pending.Count == 0 && Queued.Count == 0;

    /// <summary>The nonce that would extend the pending run.</summary>
    public ulong NextPending => Nonce + (ulong)Pending.Count;

    public PooledTransaction? Find(ulong nonce)
    {
        if (nonce >= Nonce && nonce < NextPending) return Pending[(int)(nonce - Nonce)];
        int index = QueuedIndex(nonce);
        return index >= 0 ? Queued[index] : null;
    }

    /// <summary>As <see cref="Array.BinarySearch(Array, object)"/>: the complement of the place where it belongs if absent.</summary>
    public int QueuedIndex(ulong nonce)
    {
        int low = 0, high = Queued.Count - 1;
        if (high >= 0 && Queued[high].Nonce < nonce) return ~Queued.Count; // most arrive in order
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            ulong found = Queued[middle].Nonce;
            if (found == nonce) return middle;
            if (found < nonce) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    public void InsertQueued(PooledTransaction item)
    {
        item.IsPending = false;
        Queued.Insert(~QueuedIndex(item.Nonce), item);
    }

    public void AppendPending(PooledTransaction item)
    {
        item.IsPending = true;
        PendingCost += item.Cost;
        Pending.Append(item);
    }

    public PooledTransaction TakeFirstPending()
    {
        PooledTransaction first = Pending.RemoveFirst();
        PendingCost -= first.Cost;
        return first;
    }

    public PooledTransaction TakeLastPending()
    {
        PooledTransaction last = Pending.RemoveLast();
        PendingCost -= last.Cost;
        return last;
    }

    /// <summary>Puts an item in the place of another with the same nonce.</summary>
    public void Replace(PooledTransaction old, PooledTransaction item)
    {
        item.IsPending = old.IsPending;
        if (old.IsPending)
        {
            PendingCost = PendingCost - old.Cost + item.Cost;
            Pending[(int)(old.Nonce - Nonce)] = item;
        }
        else Queued[QueuedIndex(old.Nonce)] = item;
    }

    /// <summary>Moves the pending run from <paramref name="index"/> on to the front of the waiting ones, whose nonces are all higher.</summary>
    public void DemoteFrom(int index)
    {
        int count = Pending.Count - index;
        if (count <= 0) return;
        var demoted = new PooledTransaction[count];
        for (int i = count - 1; i >= 0; i--)
        {
            demoted[i] = TakeLastPending();
            demoted[i].IsPending = false;
        }
        Queued.InsertRange(0, demoted);
    }

    /// <summary>Extends the pending run by waiting transactions as far as nonces, room and balance go.</summary>
    public void Promote(int pendingMax)
    {
        int count = 0;
        while (count < Queued.Count && Pending.Count < pendingMax)
        {
            PooledTransaction next = Queued[count];
            if (next.Nonce != NextPending || next.Cost > Balance - PendingCost) break;
            AppendPending(next);
            count++;
        }
        if (count > 0) Queued.RemoveRange(0, count);
    }

    /// <summary>The nonce after all transactions that follow each other from the account's nonce, waiting ones included.</summary>
    public ulong NextNonce()
    {
        ulong next = NextPending;
        foreach (PooledTransaction item in Queued)
        {
            if (item.Nonce != next) break;
            next++;
        }
        return next;
    }
}

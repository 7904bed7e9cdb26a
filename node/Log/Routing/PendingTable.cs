namespace Dsdn.Log.Routing;

/// <summary>A pending batch and what this process learned about it since it started.</summary>
internal sealed class Pending(PendingBatch batch)
{
    public PendingBatch Batch { get; set; } = batch;

    public ulong Seq => Batch.Seq;

    public bool IsSent => Batch.Attempt == AttemptState.Sent;

    public bool IsPostable => Batch.Attempt != AttemptState.Unpostable;

    /// <summary>Proven not to be at any height from <see cref="PendingBatch.SearchFromHeight"/> to here; 0: nothing proven.</summary>
    public ulong AbsentTo { get; set; }

    /// <summary>Proven absent up to the head of that time, and not posted since.</summary>
    public bool IsLookedUp { get; set; }

    /// <summary>When the outcome of the last attempt became unknown.</summary>
    public ulong UnknownAtMs { get; set; }

    /// <summary>A head seen after that: the attempt cannot have reached a mempool later. 0: none seen yet.</summary>
    public ulong ExpiryBase { get; set; }

    /// <summary>The lowest height that is not searched yet.</summary>
    public ulong NextHeight => Math.Max(Batch.SearchFromHeight, AbsentTo + 1);
}

/// <summary>What is not proven to be on Celestia, by seq.</summary>
internal sealed class PendingTable
{
    private readonly SortedDictionary<ulong, Pending> _batches = [];

    /// <summary>In the order of seq.</summary>
    public IEnumerable<Pending> All => _batches.Values;

    public int Count => _batches.Count;

    public ulong Bytes { get; private set; }

    public int Unpostable { get; private set; }

    /// <summary>Of any batch ever added.</summary>
    public ulong HighestSeq { get; private set; }

    /// <summary>The one whose turn it is.</summary>
    public Pending? First
    {
        get
        {
            foreach (Pending batch in _batches.Values)
            {
                if (batch.IsPostable) return batch;
            }
            return null;
        }
    }

    public Pending? Find(ulong seq) => _batches.GetValueOrDefault(seq);

    public void Knew(ulong highestSeq) => HighestSeq = Math.Max(HighestSeq, highestSeq);

    public Pending Add(PendingBatch batch)
    {
        Pending added = new(batch);
        _batches.Add(batch.Seq, added);
        Bytes += batch.DataBytes;
        HighestSeq = Math.Max(HighestSeq, batch.Seq);
        return added;
    }

    public void Remove(Pending batch)
    {
        if (!_batches.Remove(batch.Seq)) throw new InvalidOperationException($"batch {batch.Seq} is not pending");
        Bytes -= batch.Batch.DataBytes;
        if (!batch.IsPostable) Unpostable--;
    }

    public void SetAside(Pending batch)
    {
        batch.Batch = batch.Batch with { Attempt = AttemptState.Unpostable };
        Unpostable++;
    }

    /// <summary>The oldest postable ones as long as they are alike, at most so many and so many bytes, one at least.</summary>
    public List<Pending> Leading(bool isSent, int countMax, ulong bytesMax)
    {
        List<Pending> leading = [];
        ulong bytes = 0;
        foreach (Pending batch in _batches.Values)
        {
            if (!batch.IsPostable) continue;
            bytes += batch.Batch.DataBytes;
            if (batch.IsSent != isSent || leading.Count == countMax || (leading.Count > 0 && bytes > bytesMax)) break;
            leading.Add(batch);
        }
        return leading;
    }
}

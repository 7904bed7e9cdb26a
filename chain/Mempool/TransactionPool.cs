using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Mempool;

/// <summary>
/// Transactions waiting for a block: a pure structure driven by explicit inputs (<see cref="Add"/>, <see cref="OnBlock"/>,
/// <see cref="Expire"/>), without clock or lock; the shell that owns it serialises the calls. The work at a block is
/// proportional to what the block changed, never to what is pooled.
/// </summary>
public sealed class TransactionPool
{
    private readonly Dictionary<Hash256, PooledTransaction> _byHash = new(TransactionHashEquality.Instance);
    private readonly SenderTable _senders = new();
    private readonly HeadTable _heads = new();
    private readonly ArrivalList _arrivals = new();
    private readonly EvictionHeap _cheapest = new();
    private PoolSelection.Candidate[] _selectionBuffer = new PoolSelection.Candidate[64];
    private UInt128 _baseFee;
    private ulong _nextArrival;

    /// <param name="baseFee">Of the next block: orders evictions.</param>
    public TransactionPool(PoolOptions options, TransactionBounds bounds, Amount baseFee)
    {
        Options = options;
        Bounds = bounds;
        _baseFee = baseFee.BaseUnits;
    }

    public PoolOptions Options { get; }

    /// <summary>The chain's rules for a single transaction; replaced when its parameters change.</summary>
    public TransactionBounds Bounds { get; set; }

    public int Count => _byHash.Count;

    /// <summary>Transactions that could go into the next block as far as nonce and balance are concerned.</summary>
    public int PendingCount { get; private set; }

    public int QueuedCount => Count - PendingCount;

    public long Bytes { get; private set; }

    internal ulong Version { get; private set; }

    public bool Knows(in Hash256 hash) => _byHash.ContainsKey(hash);

    public Transaction? Find(in Hash256 hash) => _byHash.TryGetValue(hash, out PooledTransaction? item) ? item.Transaction : null;

    /// <summary>The nonce after the sender's gapless pooled transactions; <paramref name="stateNonce"/> where none is pooled.</summary>
    public ulong PendingNonce(in Address sender, ulong stateNonce) =>
        _senders.Find(sender) is { } queue ? Math.Max(stateNonce, queue.NextNonce()) : stateNonce;

    /// <summary>Begins a walk in block order; see <see cref="PoolSelection"/>. An earlier selection ends.</summary>
    /// <param name="baseFee">Of the block to build.</param>
    public PoolSelection Select(Amount baseFee)
    {
        Version++;
        return new PoolSelection(this, _heads, baseFee.BaseUnits, ref _selectionBuffer);
    }

    /// <summary>The first of a selection, as a list that outlives later changes of the pool.</summary>
    /// <param name="bytesMax">Sum of encoded sizes; a sender whose next transaction would exceed it is passed over.</param>
    public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax)
    {
        var candidates = new List<Transaction>(Math.Min(countMax, PendingCount));
        PoolSelection selection = Select(baseFee);
        long bytes = 0;
        while (candidates.Count < countMax && selection.TryNext(out Transaction? next))
        {
            if (bytes + next.Raw.Length > bytesMax)
            {
                selection.SkipSender(); // a smaller one of another sender may still fit
                continue;
            }
            bytes += next.Raw.Length;
            candidates.Add(next);
        }
        return candidates;
    }

    /// <summary>The sender's executable and waiting transactions, each ascending by nonce.</summary>
    public SenderContent ContentOf(in Address sender) =>
        _senders.Find(sender) is { } queue ? SenderContent.Of(queue) : new SenderContent(sender, [], []);

    /// <summary>All pooled transactions by sender, ascending by address.</summary>
    public IReadOnlyList<SenderContent> Content() => [.. _senders.Sorted().Select(SenderContent.Of)];

    /// <summary>
    /// Takes the transaction, or says why not (texts and order of geth). Its sender was recovered before, see <c>SenderRecovery</c>.
    /// </summary>
    /// <param name="account">The sender's account at the head.</param>
    public PoolResult Add(Transaction transaction, in Account account, ulong nowMs)
    {
        if (_byHash.ContainsKey(transaction.Hash)) return PoolRejections.AlreadyKnown;
        if (PoolAdmission.Check(transaction, Options, Bounds) is { } refused) return refused;
        if (transaction.Nonce < account.Nonce) return PoolRejections.NonceTooLow(account.Nonce, transaction.Nonce);

        SenderQueue? queue = _senders.Find(transaction.Sender);
        if (queue is not null && (queue.Nonce != account.Nonce || queue.Balance != account.Balance.BaseUnits)) Settle(queue, account);
        PooledTransaction? replaced = queue?.Find(transaction.Nonce);
        if (PoolFunds.Check(transaction, account.Balance, queue, replaced, out UInt128 cost) is { } poor) return poor;
        if (PoolAdmission.CheckFee(transaction, Options) is { } extravagant) return extravagant;
        if (replaced is not null && !Outbids(transaction, replaced)) return PoolRejections.ReplacementUnderpriced;

        bool becomesPending = replaced?.IsPending ?? FitsPending(queue, transaction.Nonce, account.Nonce);
        if (replaced is null && !becomesPending && queue is not null && queue.Queued.Count >= Options.QueuedPerSenderMax)
            return PoolRejections.AccountLimit(queue.Pending.Count + queue.Queued.Count);
        if (MakeRoom(transaction, replaced, becomesPending) is { } full) return full;

        queue = _senders.FindOrAdd(transaction.Sender); // an eviction may have emptied and dropped it
        queue.Nonce = account.Nonce;
        queue.Balance = account.Balance.BaseUnits;
        Insert(queue, new PooledTransaction(transaction, queue, cost, _nextArrival++, nowMs), replaced);
        return new PoolResult(null, becomesPending, replaced?.Transaction);
    }

    /// <summary>Follows a decided block: drops what it included or made stale and promotes what became executable.</summary>
    /// <param name="changedAccounts">At least the senders of the block's transactions and accounts whose balance changed; others may be among them.</param>
    /// <param name="nextBaseFee">Base fee of the block after it.</param>
    public void OnBlock(IReadOnlyList<KeyValuePair<Address, Account>> changedAccounts, Amount nextBaseFee)
    {
        Version++;
        _baseFee = nextBaseFee.BaseUnits;
        _cheapest.Forget();
        for (int i = 0; i < changedAccounts.Count; i++)
        {
            (Address address, Account account) = changedAccounts[i];
            if (_senders.Find(address) is { } queue) Settle(queue, account);
        }
    }

    /// <summary>Drops what arrived more than the lifetime ago; returns how many.</summary>
    public int Expire(ulong nowMs)
    {
        int before = Count;
        while (_arrivals.Oldest is { } oldest && nowMs > oldest.ArrivedMs && nowMs - oldest.ArrivedMs > Options.LifetimeMs) Remove(oldest);
        return before - Count;
    }

    private bool FitsPending(SenderQueue? queue, ulong nonce, ulong stateNonce) =>
        queue is null ? nonce == stateNonce : nonce == queue.NextPending && queue.Pending.Count < Options.PendingPerSenderMax;

    /// <summary>Both fee fields must rise, and by the configured share (geth's price bump).</summary>
    private bool Outbids(Transaction transaction, PooledTransaction old)
    {
        return Rises(transaction.MaxFeePerGas, old.FeeCap) && Rises(transaction.MaxPriorityFeePerGas, old.TipCap);

        bool Rises(Uint256 offered, UInt128 before) =>
            offered > before && offered >= Uint256.Multiply(before, (UInt128)(100 + Options.ReplacementBumpPercent)) / (Uint256)100UL;
    }

    /// <summary>Evicts the cheapest until the newcomer fits, or refuses it and leaves everything as it was.</summary>
    private PoolRejection? MakeRoom(Transaction transaction, PooledTransaction? replaced, bool becomesPending)
    {
        int count = Count + (replaced is null ? 1 : 0);
        long bytes = Bytes + transaction.Raw.Length - (replaced?.Bytes ?? 0);
        if (count <= Options.TransactionsMax && bytes <= Options.BytesMax) return null;

        if (!_cheapest.IsBuilt) _cheapest.Build(_arrivals, _baseFee);
        UInt128 feeCap = transaction.MaxFeePerGas.ToUInt128(), tipCap = transaction.MaxPriorityFeePerGas.ToUInt128();
        List<PooledTransaction> victims = [];
        PoolRejection? refusal = null;
        while (refusal is null && (count > Options.TransactionsMax || bytes > Options.BytesMax))
        {
            PooledTransaction? victim = _cheapest.Pop();
            if (victim is null)
            {
                refusal = PoolRejections.Full;
                break;
            }
            victims.Add(victim);
            count--;
            bytes -= victim.Bytes;
            if (_cheapest.ComparePrice(feeCap, tipCap, victim) <= 0 || victim.Owner.Sender == transaction.Sender) refusal = PoolRejections.Underpriced;
            else if (!becomesPending && victim.IsPending) refusal = PoolRejections.FutureReplacesPending;
        }
        foreach (PooledTransaction victim in victims)
        {
            if (refusal is null) Remove(victim);
            else _cheapest.Add(victim);
        }
        return refusal;
    }

    private void Insert(SenderQueue queue, PooledTransaction item, PooledTransaction? replaced)
    {
        Version++;
        int pendingBefore = queue.Pending.Count;
        if (replaced is not null)
        {
            queue.Replace(replaced, item);
            Unlink(replaced);
        }
        else if (FitsPending(queue, item.Nonce, queue.Nonce)) queue.AppendPending(item);
        else queue.InsertQueued(item);

        _byHash.Add(item.Transaction.Hash, item);
        _arrivals.Append(item);
        Bytes += item.Bytes;
        if (_cheapest.IsBuilt) _cheapest.Add(item);
        queue.Promote(Options.PendingPerSenderMax);
        Tally(queue, pendingBefore);
    }

    /// <summary>Brings a sender's transactions in line with its account.</summary>
    private void Settle(SenderQueue queue, in Account account)
    {
        Version++;
        int pendingBefore = queue.Pending.Count;
        if (account.Nonce < queue.Nonce) queue.DemoteFrom(0);
        while (queue.Pending.Count > 0 && queue.Pending[0].Nonce < account.Nonce) Unlink(queue.TakeFirstPending());
        queue.Nonce = account.Nonce;
        queue.Balance = account.Balance.BaseUnits;
        int stale = queue.QueuedIndex(queue.Nonce);
        if (stale < 0) stale = ~stale;
        for (int i = 0; i < stale; i++) Unlink(queue.Queued[i]);
        queue.Queued.RemoveRange(0, stale);

        if (queue.PendingCost > queue.Balance) DropUnaffordable(queue);
        queue.Promote(Options.PendingPerSenderMax);
        Trim(queue);
        Tally(queue, pendingBefore);
    }

    /// <summary>Keeps the longest affordable run; of the rest, drops what the balance does not cover by itself, as geth does.</summary>
    private void DropUnaffordable(SenderQueue queue)
    {
        int affordable = queue.Pending.Count;
        UInt128 cost = queue.PendingCost;
        while (cost > queue.Balance) cost -= queue.Pending[--affordable].Cost;
        int demoted = queue.Pending.Count - affordable;
        queue.DemoteFrom(affordable);
        for (int i = demoted - 1; i >= 0; i--)
        {
            if (queue.Queued[i].Cost <= queue.Balance) continue;
            Unlink(queue.Queued[i]);
            queue.Queued.RemoveAt(i);
        }
    }

    private void Remove(PooledTransaction item)
    {
        Version++;
        SenderQueue queue = item.Owner;
        int pendingBefore = queue.Pending.Count;
        if (item.IsPending)
        {
            queue.DemoteFrom((int)(item.Nonce - queue.Nonce) + 1);
            queue.TakeLastPending();
        }
        else queue.Queued.RemoveAt(queue.QueuedIndex(item.Nonce));
        Unlink(item);
        Trim(queue);
        Tally(queue, pendingBefore);
    }

    private void Trim(SenderQueue queue)
    {
        while (queue.Queued.Count > Options.QueuedPerSenderMax)
        {
            Unlink(queue.Queued[^1]);
            queue.Queued.RemoveAt(queue.Queued.Count - 1);
        }
    }

    private void Unlink(PooledTransaction item)
    {
        item.IsRemoved = true;
        _byHash.Remove(item.Transaction.Hash);
        _arrivals.Remove(item);
        Bytes -= item.Bytes;
    }

    private void Tally(SenderQueue queue, int pendingBefore)
    {
        PendingCount += queue.Pending.Count - pendingBefore;
        _heads.Refresh(queue);
        if (queue.IsEmpty) _senders.Remove(queue);
    }
}

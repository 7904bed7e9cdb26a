using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.View;

/// <summary>
/// The pool for many threads. Decoding and signature recovery happen outside the lock, over all cores for a batch; under it
/// a transaction costs a look-up of its account and an insertion.
/// </summary>
internal sealed class GuardedPool : IPoolView, ITransactionSource
{
    private const int TransactionsPerPiece = 16;

    private readonly object _gate = new();
    private readonly TransactionPool _pool;
    private readonly PoolSource _source;
    private readonly IParallel _parallel;
    private readonly Func<ulong> _nowMs;
    private readonly Action<Transaction> _pooled;
    private ChainHead _head;
    private long _version;

    /// <param name="nowMs">The node's clock: when a transaction arrived.</param>
    /// <param name="pooled">Called outside the lock for each transaction that was taken.</param>
    public GuardedPool(TransactionPool pool, ChainHead head, IParallel parallel, Func<ulong> nowMs, Action<Transaction> pooled)
    {
        _pool = pool;
        _source = new PoolSource(pool);
        _head = head;
        _parallel = parallel;
        _nowMs = nowMs;
        _pooled = pooled;
    }

    /// <summary>Changes whenever the pool did.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Swapped under the lock with the pool's own update, read without it.</summary>
    public ChainHead Head => Volatile.Read(ref _head);

    public int PendingCount
    {
        get
        {
            lock (_gate) return _pool.PendingCount;
        }
    }

    public int QueuedCount
    {
        get
        {
            lock (_gate) return _pool.QueuedCount;
        }
    }

    public IReadOnlyList<SubmitResult> Submit(IReadOnlyList<ReadOnlyMemory<byte>> rawTransactions)
    {
        var results = new SubmitResult[rawTransactions.Count];
        var decoded = new Transaction?[rawTransactions.Count];
        for (int i = 0; i < results.Length; i++) results[i] = Decode(rawTransactions[i], out decoded[i]);
        RefuseKnown(decoded, results);
        _parallel.For(decoded.Length, TransactionsPerPiece, (first, end) =>
        {
            for (int i = first; i < end; i++) Recover(decoded, results, i);
        });
        Insert(decoded, results);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Rejection is null && decoded[i] is { } taken) _pooled(taken);
        }
        return results;
    }

    public Transaction? Find(in Hash256 hash)
    {
        lock (_gate) return _pool.Find(hash);
    }

    public ulong PendingNonce(in Address sender)
    {
        lock (_gate)
        {
            _head.State.TryGetAccount(sender, out Account account);
            return _pool.PendingNonce(sender, account.Nonce);
        }
    }

    public IReadOnlyList<(Address Sender, IReadOnlyList<Transaction> Pending, IReadOnlyList<Transaction> Queued)> Content()
    {
        lock (_gate) return [.. _pool.Content().Select(static sender => (sender.Sender, sender.Pending, sender.Queued))];
    }

    public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax)
    {
        lock (_gate) return _source.Candidates(baseFee, countMax, bytesMax);
    }

    /// <summary>The head and the pool below it, at one instant.</summary>
    public (ChainHead Head, long Version, IReadOnlyList<Transaction> Candidates) CandidatesAtHead(Amount baseFee, int countMax, int bytesMax)
    {
        lock (_gate) return (_head, _version, _source.Candidates(baseFee, countMax, bytesMax));
    }

    public void Swap(ChainHead head, StateChanges changes, Amount nextBaseFee)
    {
        lock (_gate)
        {
            Volatile.Write(ref _head, head);
            _pool.OnBlock(changes.Accounts, nextBaseFee);
            _version++;
        }
    }

    /// <summary>Drops what waited longer than its lifetime; returns how many.</summary>
    public int Expire()
    {
        lock (_gate)
        {
            int dropped = _pool.Expire(_nowMs());
            if (dropped > 0) _version++;
            return dropped;
        }
    }

    private SubmitResult Decode(ReadOnlyMemory<byte> raw, out Transaction? transaction)
    {
        if (!TransactionCodec.TryDecode(raw, out transaction, out TransactionError? error)) return new SubmitResult(default, PoolRejections.Of(error));
        return new SubmitResult(transaction.Hash, PoolAdmission.Check(transaction, _pool.Options, _pool.Bounds));
    }

    private void RefuseKnown(Transaction?[] decoded, SubmitResult[] results)
    {
        lock (_gate)
        {
            for (int i = 0; i < decoded.Length; i++)
            {
                if (results[i].Rejection is null && decoded[i] is { } tx && _pool.Knows(tx.Hash)) results[i] = new SubmitResult(tx.Hash, PoolRejections.AlreadyKnown);
            }
        }
    }

    private void Recover(Transaction?[] decoded, SubmitResult[] results, int index)
    {
        if (results[index].Rejection is not null || decoded[index] is not { } tx) return;
        if (SenderRecovery.Recover(tx, _pool.Bounds.ChainId) is { } error)
        {
            results[index] = new SubmitResult(tx.Hash, PoolRejections.Of(error));
            return;
        }
        Head.State.Warm(tx);
    }

    private void Insert(Transaction?[] decoded, SubmitResult[] results)
    {
        ulong now = _nowMs();
        lock (_gate)
        {
            for (int i = 0; i < decoded.Length; i++)
            {
                if (results[i].Rejection is not null || decoded[i] is not { } tx) continue;
                _head.State.TryGetAccount(tx.Sender, out Account account);
                PoolResult result = _pool.Add(tx, account, now);
                if (result.Rejection is { } refused) results[i] = new SubmitResult(tx.Hash, refused);
                else _version++;
            }
        }
    }
}

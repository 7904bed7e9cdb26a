using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Filters;

/// <summary>Hears of heads and pooled transactions and passes them on without ever making the chain wait.</summary>
internal sealed class ChainFeed : IChainObserver, IDisposable
{
    private readonly IChainView _chain;
    private TaskCompletionSource _nextHead = NewSignal();

    public ChainFeed(IChainView chain, RpcOptions options)
    {
        _chain = chain;
        PendingHashes = new PendingRing(options.PendingHashesKept);
        chain.Subscribe(this);
    }

    public PendingRing PendingHashes { get; }

    /// <summary>Another listener, called on the chain's thread; must return at once.</summary>
    public IChainObserver? Listener { get; set; }

    /// <summary>Done when the head after this call becomes visible.</summary>
    public Task NextHead => Volatile.Read(ref _nextHead).Task;

    public void OnHead(ChainHead head)
    {
        Interlocked.Exchange(ref _nextHead, NewSignal()).TrySetResult();
        Listener?.OnHead(head);
    }

    public void OnPooled(Transaction transaction)
    {
        PendingHashes.Add(transaction.Hash);
        Listener?.OnPooled(transaction);
    }

    public void Dispose() => _chain.Unsubscribe(this);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The last so many pooled transaction hashes under running numbers; a reader holds its place. Keeps nothing until somebody reads.</summary>
internal sealed class PendingRing(int kept)
{
    private readonly Lock _lock = new();
    private Hash256[]? _hashes;
    private long _next;
    private int _readers;

    /// <summary>A place from which to read what comes after now.</summary>
    public long Open()
    {
        lock (_lock)
        {
            _hashes ??= new Hash256[kept];
            _readers++;
            return _next;
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            if (--_readers == 0) _hashes = null;
        }
    }

    public void Add(in Hash256 hash)
    {
        if (Volatile.Read(ref _hashes) is null) return;
        lock (_lock)
        {
            if (_hashes is { } hashes) hashes[_next++ % kept] = hash;
        }
    }

    /// <summary>Hashes since the place, which moves to the end. What fell out of the ring is skipped.</summary>
    public List<Hash256> Read(ref long place)
    {
        lock (_lock)
        {
            long from = Math.Max(place, _next - kept);
            place = _next;
            var found = new List<Hash256>((int)(_next - from));
            for (long i = from; i < _next && _hashes is { } hashes; i++) found.Add(hashes[i % kept]);
            return found;
        }
    }
}

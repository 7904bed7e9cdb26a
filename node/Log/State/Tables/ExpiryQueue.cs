namespace Dsdn.Log.State.Tables;

/// <summary>Reservations in the order of their ends. All last equally long and log time rises, so those made later end later.</summary>
internal sealed class ExpiryQueue
{
    private readonly Queue<(ulong ExpiresMs, TripleKey Key)> _queue;

    public ExpiryQueue() => _queue = [];

    private ExpiryQueue(Queue<(ulong ExpiresMs, TripleKey Key)> of) => _queue = new(of);

    public ExpiryQueue Copy() => new(_queue);

    public void Add(ulong expiresMs, in TripleKey key) => _queue.Enqueue((expiresMs, key));

    /// <summary>The oldest that has ended; it may have been renewed or used since.</summary>
    public bool TryTake(ulong nowMs, out ulong expiresMs, out TripleKey key)
    {
        bool isDue = _queue.TryPeek(out (ulong ExpiresMs, TripleKey Key) first) && first.ExpiresMs <= nowMs;
        (expiresMs, key) = first;
        if (isDue) _queue.Dequeue();
        return isDue;
    }
}

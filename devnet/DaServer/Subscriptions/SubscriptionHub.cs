using Dsdn.DaServer.Blocks;

namespace Dsdn.DaServer.Subscriptions;

/// <summary>Hands each new block to all open subscriptions; never waits for one.</summary>
internal sealed class SubscriptionHub
{
    private readonly Lock _lock = new();
    private readonly List<Subscription> _open = [];

    public int Count
    {
        get
        {
            lock (_lock) return _open.Count;
        }
    }

    public void Add(Subscription subscription)
    {
        lock (_lock) _open.Add(subscription);
    }

    public void Remove(Subscription subscription)
    {
        lock (_lock) _open.Remove(subscription);
    }

    public void Publish(ServedBlock block)
    {
        Subscription[] open;
        lock (_lock) open = [.. _open];
        foreach (Subscription subscription in open) subscription.Offer(block);
    }
}

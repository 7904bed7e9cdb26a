using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Mempool;

/// <summary>Senders with pooled transactions. The dictionary only finds; listings are sorted by address.</summary>
internal sealed class SenderTable
{
    private readonly Dictionary<Address, SenderQueue> _queues = new(AddressEquality.Instance);

    public SenderQueue? Find(in Address sender) => _queues.GetValueOrDefault(sender);

    public SenderQueue FindOrAdd(in Address sender)
    {
        if (_queues.TryGetValue(sender, out SenderQueue? queue)) return queue;
        queue = new SenderQueue(sender);
        _queues.Add(sender, queue);
        return queue;
    }

    public void Remove(SenderQueue queue) => _queues.Remove(queue.Sender);

    public SenderQueue[] Sorted()
    {
        SenderQueue[] all = new SenderQueue[_queues.Count];
        _queues.Values.CopyTo(all, 0);
        Array.Sort(all, static (left, right) => left.Sender.CompareTo(right.Sender));
        return all;
    }
}

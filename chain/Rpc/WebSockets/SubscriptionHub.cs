using System.Collections.Immutable;
using System.Threading.Channels;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Fees;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.Rendering;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.WebSockets;

/// <summary>
/// Turns heads and pooled transactions into notifications. The chain only drops a mark into a bounded channel; one task
/// here renders each event once and hands the bytes to every subscriber. Heads are never lost, because the task walks
/// from the last head it told to the current one; pooled transactions are, if the channel is full.
/// </summary>
internal sealed class SubscriptionHub : IChainObserver, IDisposable
{
    private const int EventsQueuedMax = 65_536;

    private readonly RpcNode _node;
    private readonly Channel<Event> _events = Channel.CreateBounded<Event>(
        new BoundedChannelOptions(EventsQueuedMax) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _loop;
    private ImmutableArray<Subscription> _subscriptions = [];
    private int _pendingSubscribers;
    private ulong _told;

    public SubscriptionHub(RpcNode node)
    {
        _node = node;
        _told = node.Chain.Head.Number;
        node.Feed.Listener = this;
        _loop = Task.Run(Loop);
    }

    public void OnHead(ChainHead head) => _events.Writer.TryWrite(default);

    public void OnPooled(Transaction transaction)
    {
        if (Volatile.Read(ref _pendingSubscribers) > 0) _events.Writer.TryWrite(new Event(transaction, _node.Chain.NextBaseFee));
    }

    public void Add(Subscription subscription)
    {
        if (IsPending(subscription)) Interlocked.Increment(ref _pendingSubscribers);
        ImmutableInterlocked.Update(ref _subscriptions, (all, added) => all.Add(added), subscription);
    }

    public void Remove(Subscription subscription)
    {
        if (IsPending(subscription)) Interlocked.Decrement(ref _pendingSubscribers);
        ImmutableInterlocked.Update(ref _subscriptions, (all, gone) => all.Remove(gone), subscription);
    }

    public void Dispose()
    {
        _events.Writer.TryComplete();
        _loop.Wait(TimeSpan.FromSeconds(5));
    }

    private static bool IsPending(Subscription subscription) =>
        subscription.Kind is SubscriptionKind.PendingHashes or SubscriptionKind.PendingTransactions;

    private async Task Loop()
    {
        using var writer = new ReplyWriter(_node.Options.ResponseBytesMax);
        await foreach (Event told in _events.Reader.ReadAllAsync())
        {
            try
            {
                if (told.Pooled is { } pooled) TellPooled(pooled, told.BaseFee, writer);
                else TellHeads(writer);
            }
            catch (Exception exception)
            {
                _node.Hooks.OnFault?.Invoke("eth_subscription", exception);
                _node.Metrics.Faulted();
            }
        }
    }

    private void TellHeads(ReplyWriter writer)
    {
        ChainHead head = _node.Chain.Head;
        while (_told < head.Number)
        {
            ulong number = ++_told;
            ImmutableArray<Subscription> subscriptions = _subscriptions;
            if (subscriptions.IsEmpty) continue;
            if ((number == head.Number ? head.Data : _node.Chain.BlockAt(number)) is not { } data) continue;
            byte[]? headJson = null;
            foreach (Subscription subscription in subscriptions)
            {
                if (subscription.Kind == SubscriptionKind.NewHeads)
                    subscription.Session.Notify(subscription.Id, headJson ??= Render(writer, data, static (w, d) => BlockJson.Write(w, d, full: false)));
                else if (subscription.Kind == SubscriptionKind.Logs) TellLogs(subscription, data, writer);
            }
        }
    }

    private static void TellLogs(Subscription subscription, BlockData data, ReplyWriter writer)
    {
        Block block = data.Block;
        if (!subscription.Criteria.MayMatch(block.Header.LogsBloom)) return;
        for (int i = 0; i < data.Receipts.Count; i++)
        {
            IReadOnlyList<LogEntry> logs = data.Receipts[i].Logs;
            for (int j = 0; j < logs.Count; j++)
            {
                if (!subscription.Criteria.Matches(logs[j])) continue;
                writer.Reset();
                LogJson.Write(writer, logs[j], block.Header, block.Hash, block.Transactions[i].Hash, (uint)i, data.FirstLogIndex(i) + (uint)j);
                subscription.Session.Notify(subscription.Id, writer.WrittenSpan.ToArray());
            }
        }
    }

    private void TellPooled(Transaction transaction, Amount baseFee, ReplyWriter writer)
    {
        byte[]? hash = null, full = null;
        foreach (Subscription subscription in _subscriptions)
        {
            if (subscription.Kind == SubscriptionKind.PendingHashes)
            {
                subscription.Session.Notify(subscription.Id, hash ??= Render(writer, transaction, static (w, t) => w.Hex(t.Hash)));
            }
            else if (subscription.Kind == SubscriptionKind.PendingTransactions)
            {
                full ??= Render(writer, (transaction, baseFee), static (w, x) =>
                    TransactionJson.WritePending(w, x.transaction, EffectivePrice.Of(x.transaction, x.baseFee)));
                subscription.Session.Notify(subscription.Id, full);
            }
        }
    }

    private static byte[] Render<T>(ReplyWriter writer, T value, Action<ReplyWriter, T> write)
    {
        writer.Reset();
        write(writer, value);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>A pooled transaction with the base fee it met, or (empty) a new head.</summary>
    private readonly record struct Event(Transaction? Pooled, Amount BaseFee);
}

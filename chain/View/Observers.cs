using System.Collections.Immutable;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.View;

/// <summary>Who is told of heads and pooled transactions. Told in the order of subscription, on the thread where it happened.</summary>
internal sealed class Observers
{
    private ImmutableArray<IChainObserver> _all = [];

    public void Add(IChainObserver observer) => ImmutableInterlocked.Update(ref _all, static (all, added) => all.Add(added), observer);

    public void Remove(IChainObserver observer) => ImmutableInterlocked.Update(ref _all, static (all, removed) => all.Remove(removed), observer);

    public void TellHead(ChainHead head)
    {
        foreach (IChainObserver observer in _all) observer.OnHead(head);
    }

    public void TellPooled(Transaction transaction)
    {
        foreach (IChainObserver observer in _all) observer.OnPooled(transaction);
    }
}

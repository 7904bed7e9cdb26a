using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.View;

/// <summary>The pending block, made when it is asked for and kept until head or pool change. Only its askers wait for each other.</summary>
internal sealed class PendingCache(ChainServices services, GuardedPool pool)
{
    private readonly object _gate = new();
    private Entry? _last;

    private sealed record Entry(ChainHead Head, long Version, ChainHead Pending);

    public ChainHead Get()
    {
        if (Current() is { } known) return known;
        lock (_gate)
        {
            if (Current() is { } made) return made;
            ChainParams parameters = services.Chain.Parameters;
            Amount baseFee = BaseFee.Next(pool.Head.Block.Header, parameters);
            (ChainHead head, long version, IReadOnlyList<Transaction> candidates) =
                pool.CandidatesAtHead(baseFee, PendingBlock.CandidatesMax(parameters), (int)parameters.BlockBytesMax);
            ChainHead pending = PendingBlock.Make(services, head, services.Kernel.Validators(head.State), candidates);
            Volatile.Write(ref _last, new Entry(head, version, pending));
            return pending;
        }
    }

    private ChainHead? Current() =>
        Volatile.Read(ref _last) is { } last && ReferenceEquals(last.Head, pool.Head) && last.Version == pool.Version ? last.Pending : null;
}

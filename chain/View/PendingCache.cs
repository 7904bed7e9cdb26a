using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.View;

/// <summary>
/// The pending block, made when it is asked for and kept until head or pool change. Only its askers wait for each other. With
/// a full pool making it is dear: then it may be older than the pool by a few times what it cost, so that askers take at most
/// a fifth of a core; with a small pool it is always fresh.
/// </summary>
internal sealed class PendingCache(ChainServices services, GuardedPool pool, Func<ulong> nowMs)
{
    private const ulong AgePerCost = 4;

    private readonly object _gate = new();
    private Entry? _last;

    private sealed record Entry(ChainHead Head, long Version, ChainHead Pending, ulong MadeMs, ulong CostMs);

    public ChainHead Get()
    {
        if (Current() is { } known) return known;
        lock (_gate)
        {
            if (Current() is { } made) return made;
            ulong startedMs = nowMs();
            ChainParams parameters = services.Chain.Parameters;
            Amount baseFee = BaseFee.Next(pool.Head.Block.Header, parameters);
            (ChainHead head, long version, IReadOnlyList<Transaction> candidates) =
                pool.CandidatesAtHead(baseFee, PendingBlock.CandidatesMax(parameters), (int)parameters.BlockBytesMax);
            ChainHead pending = PendingBlock.Make(services, head, services.Kernel.Validators(head.State), candidates);
            ulong madeMs = Math.Max(nowMs(), startedMs); // a clock may step back
            Volatile.Write(ref _last, new Entry(head, version, pending, madeMs, madeMs - startedMs));
            return pending;
        }
    }

    private ChainHead? Current()
    {
        if (Volatile.Read(ref _last) is not { } last || !ReferenceEquals(last.Head, pool.Head)) return null;
        return last.Version == pool.Version || nowMs() < last.MadeMs + (AgePerCost * last.CostMs) ? last.Pending : null;
    }
}

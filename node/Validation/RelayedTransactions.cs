using Dsdn.Consensus.Replica;

namespace Dsdn.Node.Validation;

/// <summary>
/// Transactions from peers wait while this node works on a block: checking their signatures would hold the votes up, and they are
/// for the block after it anyway. One thread; bounded in time and number, so that a block that never comes holds nothing up.
/// </summary>
/// <param name="begin">Begins to add them to the pool, elsewhere.</param>
public sealed class RelayedTransactions(Action<ReplicaEffect.AddTransactions> begin)
{
    private const ulong WaitMsMax = 250;
    private const int BatchesMax = 256;

    private readonly Queue<ReplicaEffect.AddTransactions> _waiting = new();
    private ulong? _blockSinceMs;

    public void BlockBegins(ulong nowMs) => _blockSinceMs ??= nowMs;

    public void BlockEnds()
    {
        _blockSinceMs = null;
        Release();
    }

    public void Add(ReplicaEffect.AddTransactions add, ulong nowMs)
    {
        if (_blockSinceMs is { } since && nowMs < since + WaitMsMax && _waiting.Count < BatchesMax) _waiting.Enqueue(add);
        else begin(add);
    }

    public void Tick(ulong nowMs)
    {
        if (_blockSinceMs is { } since && nowMs >= since + WaitMsMax) Release();
    }

    private void Release()
    {
        while (_waiting.TryDequeue(out ReplicaEffect.AddTransactions? add)) begin(add);
    }
}

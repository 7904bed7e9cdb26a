using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Mempool;

/// <summary>A transaction in the pool and its place in the pool's structures. Fees fit 128 bits: the pool refuses others.</summary>
internal sealed class PooledTransaction(Transaction transaction, SenderQueue owner, UInt128 cost, ulong arrival, ulong arrivedMs)
{
    public readonly Transaction Transaction = transaction;
    public readonly SenderQueue Owner = owner;

    /// <summary>gasLimit x maxFeePerGas + value: the most that including it can take from the sender.</summary>
    public readonly UInt128 Cost = cost;

    public readonly UInt128 FeeCap = transaction.MaxFeePerGas.ToUInt128();
    public readonly UInt128 TipCap = transaction.MaxPriorityFeePerGas.ToUInt128();

    /// <summary>Sequence number of the insertion; earlier goes first among equal tips.</summary>
    public readonly ulong Arrival = arrival;

    public readonly ulong ArrivedMs = arrivedMs;

    public bool IsPending;
    public bool IsRemoved;

    // Neighbours in the list of all pooled transactions by arrival.
    public PooledTransaction? Earlier;
    public PooledTransaction? Later;

    public ulong Nonce => Transaction.Nonce;

    public int Bytes => Transaction.Raw.Length;
}

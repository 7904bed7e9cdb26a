using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>A pool as the execution sees it. Adds no lock: whoever shares the pool between threads guards the calls.</summary>
public sealed class PoolSource(TransactionPool pool) : ITransactionSource, ICommitSink
{
    public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax) => pool.Candidates(baseFee, countMax, bytesMax);

    public Transaction? Find(in Hash256 hash) => pool.Find(hash);

    public void OnCommitted(ChainHead head, StateChanges changes, Amount nextBaseFee) => pool.OnBlock(changes.Accounts, nextBaseFee);
}

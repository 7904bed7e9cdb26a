using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>For a chain without pool and readers: a replay, a sync.</summary>
public sealed class NoTransactions : ITransactionSource, ICommitSink
{
    public static readonly NoTransactions Instance = new();

    private NoTransactions()
    {
    }

    public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax) => [];

    public Transaction? Find(in Hash256 hash) => null;

    public void OnCommitted(ChainHead head, StateChanges changes, Amount nextBaseFee)
    {
        // Nobody listens.
    }
}

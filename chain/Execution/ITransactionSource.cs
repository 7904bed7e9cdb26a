using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>What execution needs of a transaction pool, whoever guards it.</summary>
public interface ITransactionSource
{
    /// <summary>Executable transactions that pay the base fee, best first, each sender's nonces in order.</summary>
    /// <param name="countMax">No more than could fit a block.</param>
    /// <param name="bytesMax">Sum of canonical encodings.</param>
    IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax);

    /// <summary>A pooled transaction with its sender recovered, or null: signatures are recovered once.</summary>
    Transaction? Find(in Hash256 hash);
}

/// <summary>Told once a block is on disk, on the execution thread, before <see cref="IExecution.Commit"/> returns.</summary>
public interface ICommitSink
{
    /// <param name="changes">What the block changed, net.</param>
    /// <param name="nextBaseFee">Of the block after it.</param>
    void OnCommitted(ChainHead head, StateChanges changes, Amount nextBaseFee);
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>
/// Work on a block that needs no state, for another thread while the execution thread still runs the blocks before it.
/// Leaving it out costs time only: <see cref="IExecution.Execute"/> does what was not done.
/// </summary>
public static class BlockPreparation
{
    private const int TransactionsPerPiece = 64;

    /// <summary>
    /// Recovers the senders that are not known. A transaction whose signature is faulty stays without; executing the block names the fault.
    /// Nobody else may use the block meanwhile.
    /// </summary>
    public static void RecoverSenders(Block block, ulong chainId, IParallel parallel) =>
        parallel.For(block.Transactions.Count, TransactionsPerPiece, (first, end) =>
        {
            for (int i = first; i < end; i++)
            {
                Transaction tx = block.Transactions[i];
                if (tx.Sender.IsZero && tx.Type != TransactionType.System) SenderRecovery.Recover(tx, chainId);
            }
        });
}

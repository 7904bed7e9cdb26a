using Dsdn.Chain.Blocks;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>
/// What can be done for the transactions of a foreign block over all cores before one of them runs: senders, from the pool
/// where it has them, else recovered; and the accounts read once, so that the state has them at hand.
/// </summary>
internal static class BlockSenders
{
    private const int TransactionsPerPiece = 64;

    public static BlockVerdict Set(Block block, ulong chainId, IStateView state, ITransactionSource source, IParallel parallel)
    {
        IReadOnlyList<Transaction> transactions = block.Transactions;
        for (int i = 0; i < transactions.Count; i++)
        {
            Transaction tx = transactions[i];
            if (tx.Sender.IsZero && source.Find(tx.Hash) is { } pooled) tx.Sender = pooled.Sender;
        }
        var errors = new TransactionError?[transactions.Count];
        parallel.For(transactions.Count, TransactionsPerPiece, (first, end) =>
        {
            for (int i = first; i < end; i++)
            {
                Transaction tx = transactions[i];
                if (tx.Sender.IsZero) errors[i] = SenderRecovery.Recover(tx, chainId);
                if (errors[i] is null) state.Warm(tx);
            }
        });
        for (int i = 0; i < errors.Length; i++)
        {
            if (errors[i] is { } error) return BlockVerdict.Invalid(error.Code, $"transaction {transactions[i].Hash}: {error.Message}");
        }
        return BlockVerdict.Valid;
    }
}

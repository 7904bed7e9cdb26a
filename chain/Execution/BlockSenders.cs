using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>Gives the transactions of a foreign block their senders: from the pool where it has them, else recovered, over all cores.</summary>
internal static class BlockSenders
{
    private const int TransactionsPerPiece = 64;

    public static BlockVerdict Set(Block block, ulong chainId, ITransactionSource source, IParallel parallel)
    {
        IReadOnlyList<Transaction> transactions = block.Transactions;
        var unknown = new List<Transaction>();
        for (int i = 0; i < transactions.Count; i++)
        {
            Transaction tx = transactions[i];
            if (tx.Type == TransactionType.System || !tx.Sender.IsZero) continue;
            if (source.Find(tx.Hash) is { } pooled) tx.Sender = pooled.Sender;
            else unknown.Add(tx);
        }
        var faults = new TransactionError?[unknown.Count];
        parallel.For(unknown.Count, TransactionsPerPiece, (first, end) =>
        {
            for (int i = first; i < end; i++) faults[i] = SenderRecovery.Recover(unknown[i], chainId);
        });
        for (int i = 0; i < faults.Length; i++)
        {
            if (faults[i] is { } fault) return BlockVerdict.Invalid(fault.Code, $"transaction {unknown[i].Hash}: {fault.Message}");
        }
        return BlockVerdict.Valid;
    }
}

using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>Fills a block from the pool by the pool's order; what does not run at its place is left out, with the sender's later nonces.</summary>
internal static class BlockBuilder
{
    /// <summary>How often the caller's budget is asked.</summary>
    private const int TransactionsPerBudgetCheck = 64;

    public static void Fill(BlockRun run, ITransactionSource source, Func<bool>? budgetSpent)
    {
        int countMax = (int)Math.Min(run.GasRest / IntrinsicGas.Transaction, int.MaxValue);
        Fill(run, source.Candidates(run.Context.BaseFee, countMax, run.BytesRest), budgetSpent);
    }

    public static void Fill(BlockRun run, IReadOnlyList<Transaction> candidates, Func<bool>? budgetSpent)
    {
        HashSet<Address>? left = null;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (run.GasRest < IntrinsicGas.Transaction) return;
            if (i % TransactionsPerBudgetCheck == 0 && budgetSpent is not null && budgetSpent()) return;
            Transaction tx = candidates[i];
            if (left is not null && left.Contains(tx.Sender)) continue;
            if (run.Add(tx) is not null) (left ??= new HashSet<Address>(AddressEquality.Instance)).Add(tx.Sender);
        }
    }
}

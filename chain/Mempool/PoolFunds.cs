using System.Numerics;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Mempool;

/// <summary>A sender must be able to pay for all its executable transactions together, at their fee caps (geth's ValidateTransactionWithState).</summary>
internal static class PoolFunds
{
    /// <param name="cost">gasLimit x maxFeePerGas + value; set where null is returned.</param>
    public static PoolRejection? Check(
        Transaction transaction, Amount balance, SenderQueue? queue, PooledTransaction? replaced, out UInt128 cost)
    {
        cost = UInt128.Zero;
        if (!TransactionCost.TryUpfront(transaction, out Uint256 upfront) || !upfront.FitsUInt128 || upfront > balance.BaseUnits)
            return PoolRejections.InsufficientFunds(balance, Exact(transaction));

        cost = upfront.ToUInt128();
        UInt128 spent = queue?.PendingCost ?? UInt128.Zero;
        if (replaced is { IsPending: true })
        {
            if (cost <= replaced.Cost) return null;
            UInt128 bump = cost - replaced.Cost;
            return balance.BaseUnits - spent < bump ? PoolRejections.InsufficientForReplacement(balance, spent, bump) : null;
        }
        return balance.BaseUnits - spent < cost ? PoolRejections.InsufficientForAll(balance, spent, cost) : null;
    }

    private static BigInteger Exact(Transaction transaction) =>
        (transaction.MaxFeePerGas.ToBigInteger() * transaction.GasLimit) + transaction.Value.ToBigInteger();
}

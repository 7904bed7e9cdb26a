using System.Numerics;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Mempool;

/// <summary>What a transaction must satisfy whatever the state is. Cheap: run it before the sender's signature is recovered.</summary>
public static class PoolAdmission
{
    /// <summary>The chain's own rules, then this node's lowest tip. Null if it may go on.</summary>
    public static PoolRejection? Check(Transaction transaction, PoolOptions options, TransactionBounds bounds)
    {
        if (TransactionRules.Check(transaction, bounds) is { } fault) return PoolRejections.Of(fault);
        return transaction.MaxPriorityFeePerGas < options.PriorityFeeMin.BaseUnits
            ? PoolRejections.TipBelowMinimum(transaction.MaxPriorityFeePerGas, options.PriorityFeeMin)
            : null;
    }

    /// <summary>This node's guard against mistyped fees; null if within it.</summary>
    public static PoolRejection? CheckFee(Transaction transaction, PoolOptions options)
    {
        if (options.TransactionFeeMax.IsZero) return null;
        if (transaction.MaxFeePerGas.FitsUInt64)
        {
            UInt128 usual = (UInt128)transaction.MaxFeePerGas.ToUInt64() * transaction.GasLimit;
            if (usual <= options.TransactionFeeMax.BaseUnits) return null;
        }
        BigInteger fee = transaction.MaxFeePerGas.ToBigInteger() * transaction.GasLimit;
        return fee > options.TransactionFeeMax.BaseUnits ? PoolRejections.FeeAboveCap(fee, options.TransactionFeeMax) : null;
    }
}

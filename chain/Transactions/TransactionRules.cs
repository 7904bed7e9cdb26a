namespace Dsdn.Chain.Transactions;

/// <summary>
/// What makes a decoded transaction acceptable in a block whatever the state is (chain-decisions 1.15), in geth's order and
/// words. The pool and the block validator ask the same. Chain id and signature are <see cref="SenderRecovery"/>'s.
/// </summary>
public static class TransactionRules
{
    /// <summary>Null if all hold.</summary>
    public static TransactionFault? Check(Transaction transaction, TransactionLimits limits)
    {
        if (transaction.Type == TransactionType.System) return TransactionFault.TypeNotSupported;
        if (transaction.Type == TransactionType.Legacy && !Eip155.IsProtected(transaction.V)) return TransactionFault.Unprotected;
        if (transaction.Raw.Length > limits.TransactionBytesMax)
            return new TransactionFault("DSDN-E-TX-SIZE", $"oversized data: transaction size {transaction.Raw.Length}, limit {limits.TransactionBytesMax}");
        if (transaction.To is null && transaction.Data.Length > IntrinsicGas.InitCodeBytesMax)
            return new TransactionFault("DSDN-E-TX-INITCODE", $"max initcode size exceeded: code size {transaction.Data.Length}, limit {IntrinsicGas.InitCodeBytesMax}");
        if (transaction.GasLimit > limits.TransactionGasMax)
            return new TransactionFault("DSDN-E-TX-GAS-CAP", $"transaction gas limit too high (cap: {limits.TransactionGasMax}, tx: {transaction.GasLimit})");
        if (transaction.GasLimit > limits.BlockGasMax) return TransactionFault.AboveBlockGas;
        if (transaction.MaxPriorityFeePerGas > transaction.MaxFeePerGas) return TransactionFault.TipAboveFeeCap;
        if (transaction.Nonce == ulong.MaxValue) return TransactionFault.NonceMax; // EIP-2681
        return CheckGas(transaction) ?? (transaction.To is null ? TransactionFault.Creation : null);
    }

    private static TransactionFault? CheckGas(Transaction transaction)
    {
        ulong needed = IntrinsicGas.Standard(transaction);
        if (transaction.GasLimit < needed)
            return new TransactionFault("DSDN-E-TX-INTRINSIC-GAS", $"intrinsic gas too low: gas {transaction.GasLimit}, minimum needed {needed}");
        ulong floor = IntrinsicGas.Floor(transaction.Data.Span);
        return transaction.GasLimit < floor
            ? new TransactionFault("DSDN-E-TX-FLOOR-GAS", $"insufficient gas for floor data gas cost: gas {transaction.GasLimit}, minimum needed {floor}")
            : null;
    }
}

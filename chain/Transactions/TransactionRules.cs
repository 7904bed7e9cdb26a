namespace Dsdn.Chain.Transactions;

/// <summary>
/// What makes a decoded transaction acceptable in a block whatever the state is (chain-decisions 1.15), in geth's order and
/// words. The pool and the block validator ask the same. Chain id and signature are <see cref="SenderRecovery"/>'s.
/// </summary>
public static class TransactionRules
{
    /// <summary>Null if all hold.</summary>
    public static TransactionError? Check(Transaction transaction, TransactionBounds bounds)
    {
        if (transaction.Type == TransactionType.System) return TransactionError.TypeNotSupported;
        if (transaction.Type == TransactionType.Legacy && !Eip155.IsProtected(transaction.V)) return TransactionError.Unprotected;
        if (transaction.Raw.Length > bounds.TransactionBytesMax)
            return new TransactionError("DSDN-E-TX-SIZE", $"oversized data: transaction size {transaction.Raw.Length}, limit {bounds.TransactionBytesMax}");
        if (transaction.To is null && transaction.Data.Length > IntrinsicGas.InitCodeBytesMax)
            return new TransactionError("DSDN-E-TX-INITCODE", $"max initcode size exceeded: code size {transaction.Data.Length}, limit {IntrinsicGas.InitCodeBytesMax}");
        if (transaction.GasLimit > bounds.TransactionGasMax)
            return new TransactionError("DSDN-E-TX-GAS-CAP", $"transaction gas limit too high (cap: {bounds.TransactionGasMax}, tx: {transaction.GasLimit})");
        if (transaction.GasLimit > bounds.BlockGasMax) return TransactionError.AboveBlockGas;
        if (transaction.MaxPriorityFeePerGas > transaction.MaxFeePerGas) return TransactionError.TipAboveFeeCap;
        if (transaction.Nonce == ulong.MaxValue) return TransactionError.NonceMax; // EIP-2681
        return CheckGas(transaction) ?? (transaction.To is null ? TransactionError.Creation : null);
    }

    private static TransactionError? CheckGas(Transaction transaction)
    {
        ulong needed = IntrinsicGas.Standard(transaction);
        if (transaction.GasLimit < needed)
            return new TransactionError("DSDN-E-TX-INTRINSIC-GAS", $"intrinsic gas too low: gas {transaction.GasLimit}, minimum needed {needed}");
        ulong floor = IntrinsicGas.Floor(transaction.Data.Span);
        return transaction.GasLimit < floor
            ? new TransactionError("DSDN-E-TX-FLOOR-GAS", $"insufficient gas for floor data gas cost: gas {transaction.GasLimit}, minimum needed {floor}")
            : null;
    }
}

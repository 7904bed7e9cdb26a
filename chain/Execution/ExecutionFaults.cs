using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>Why a transaction cannot run at its place in a block, in geth's words (core/error.go). A builder skips it, a validator refuses the block.</summary>
internal static class ExecutionFaults
{
    public const string FundsCode = "DSDN-E-TX-FUNDS";

    public static readonly TransactionError BlockGas = new("DSDN-E-TX-BLOCK-GAS-REST", "gas limit reached");
    public static readonly TransactionError BlockBytes = new("DSDN-E-TX-BLOCK-BYTES-REST", "block size limit reached");

    public static TransactionError Nonce(Transaction tx, ulong expected) => tx.Nonce < expected
        ? new("DSDN-E-TX-NONCE-LOW", $"nonce too low: address {Eip55.Format(tx.Sender)}, tx: {tx.Nonce} state: {expected}")
        : new("DSDN-E-TX-NONCE-HIGH", $"nonce too high: address {Eip55.Format(tx.Sender)}, tx: {tx.Nonce} state: {expected}");

    public static TransactionError FeeRange(Transaction tx) =>
        new("DSDN-E-TX-FEE-RANGE", $"max fee per gas higher than 2^128-1: address {Eip55.Format(tx.Sender)}, maxFeePerGas: {tx.MaxFeePerGas}");

    public static TransactionError TipAboveFeeCap(Transaction tx) => new(
        TransactionError.TipAboveFeeCap.Code,
        $"max priority fee per gas higher than max fee per gas: address {Eip55.Format(tx.Sender)}, maxPriorityFeePerGas: {tx.MaxPriorityFeePerGas}, maxFeePerGas: {tx.MaxFeePerGas}");

    public static TransactionError FeeCapBelowBaseFee(Transaction tx, Amount baseFee) => new(
        "DSDN-E-TX-FEE-BELOW-BASE",
        $"max fee per gas less than block base fee: address {Eip55.Format(tx.Sender)}, maxFeePerGas: {tx.MaxFeePerGas}, baseFee: {baseFee}");

    public static TransactionError Funds(Transaction tx, Amount balance)
    {
        string want = TransactionCost.TryUpfront(tx, out Uint256 cost) ? cost.ToString() : "more than 2^256-1";
        return new(FundsCode, $"insufficient funds for gas * price + value: address {Eip55.Format(tx.Sender)} have {balance} want {want}");
    }

    public static TransactionError IntrinsicGas(Transaction tx, ulong needed) =>
        new("DSDN-E-TX-INTRINSIC-GAS", $"intrinsic gas too low: have {tx.GasLimit}, want {needed}");

    public static TransactionError FloorGas(Transaction tx, ulong needed) =>
        new("DSDN-E-TX-FLOOR-GAS", $"insufficient gas for floor data gas cost: have {tx.GasLimit}, want {needed}");
}

using System.Numerics;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Mempool;

/// <summary>Why the pool refuses, in geth's words (core/error.go, core/txpool/errors.go): clients match on the text before the colon.</summary>
public static class PoolRejections
{
    public const int RpcCode = -32000;

    public static readonly PoolRejection AlreadyKnown = new(RpcCode, "already known", "DSDN-E-POOL-KNOWN");
    public static readonly PoolRejection ReplacementUnderpriced = new(RpcCode, "replacement transaction underpriced", "DSDN-E-POOL-REPLACEMENT");
    public static readonly PoolRejection Underpriced = new(RpcCode, "transaction underpriced", "DSDN-E-POOL-UNDERPRICED");
    public static readonly PoolRejection FutureReplacesPending = new(RpcCode, "future transaction tries to replace pending", "DSDN-E-POOL-FUTURE");
    public static readonly PoolRejection Full = new(RpcCode, "txpool is full", "DSDN-E-POOL-FULL");

    public static PoolRejection Of(TransactionError fault) => new(RpcCode, fault.Message, fault.Code);

    public static PoolRejection NonceTooLow(ulong next, ulong nonce) =>
        new(RpcCode, $"nonce too low: next nonce {next}, tx nonce {nonce}", "DSDN-E-POOL-NONCE-LOW");

    public static PoolRejection AccountLimit(int pooled) =>
        new(RpcCode, $"account limit exceeded: pooled {pooled} txs", "DSDN-E-POOL-ACCOUNT-LIMIT");

    public static PoolRejection TipBelowMinimum(Uint256 tip, Amount minimum) =>
        new(RpcCode, $"transaction gas price below minimum: gas tip cap {tip}, minimum needed {minimum}", "DSDN-E-POOL-TIP");

    public static PoolRejection FeeAboveCap(BigInteger fee, Amount cap) =>
        new(RpcCode, $"tx fee ({Coins(fee)} ether) exceeds the configured cap ({Coins(cap.BaseUnits)} ether)", "DSDN-E-POOL-FEE-CAP");

    public static PoolRejection InsufficientFunds(Amount balance, BigInteger cost) =>
        Poor($"balance {balance}, tx cost {cost}, overshot {cost - balance.BaseUnits}");

    public static PoolRejection InsufficientForAll(Amount balance, UInt128 queued, UInt128 cost) =>
        Poor($"balance {balance}, queued cost {queued}, tx cost {cost}, overshot {(BigInteger)queued + cost - balance.BaseUnits}");

    public static PoolRejection InsufficientForReplacement(Amount balance, UInt128 queued, UInt128 bumped) =>
        Poor($"balance {balance}, queued cost {queued}, tx bumped {bumped}, overshot {(BigInteger)queued + bumped - balance.BaseUnits}");

    private static PoolRejection Poor(string detail) =>
        new(RpcCode, $"insufficient funds for gas * price + value: {detail}", "DSDN-E-POOL-FUNDS");

    /// <summary>Whole coins with two decimals, rounded half up.</summary>
    private static string Coins(BigInteger baseUnits)
    {
        BigInteger cents = (baseUnits + 5_000_000_000_000_000) / 10_000_000_000_000_000;
        BigInteger whole = BigInteger.DivRem(cents, 100, out BigInteger rest);
        return $"{whole}.{(int)rest:D2}";
    }
}

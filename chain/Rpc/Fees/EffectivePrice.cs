using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Fees;

/// <summary>EIP-1559: what a transaction pays per gas under a base fee, and which part of it is the tip.</summary>
internal static class EffectivePrice
{
    public static Uint256 Of(Transaction transaction, Amount baseFee)
    {
        if (transaction.Type == TransactionType.System) return Uint256.Zero;
        if (transaction.Type != TransactionType.DynamicFee) return transaction.MaxFeePerGas;
        Uint256 floor = baseFee.BaseUnits;
        if (transaction.MaxFeePerGas <= floor) return transaction.MaxFeePerGas;
        Uint256 room = transaction.MaxFeePerGas - floor;
        return floor + (transaction.MaxPriorityFeePerGas < room ? transaction.MaxPriorityFeePerGas : room);
    }

    public static Uint256 Tip(Transaction transaction, Amount baseFee)
    {
        Uint256 price = Of(transaction, baseFee), floor = baseFee.BaseUnits;
        return price > floor ? price - floor : Uint256.Zero;
    }
}

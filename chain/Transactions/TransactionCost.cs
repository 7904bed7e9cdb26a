using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Transactions;

/// <summary>What a transaction can take from its sender, and what it pays a unit of gas (chain-decisions 1.5).</summary>
public static class TransactionCost
{
    /// <summary>gasLimit x maxFeePerGas + value: the sender must hold this. False if it is above 256 bits.</summary>
    public static bool TryUpfront(Transaction transaction, out Uint256 cost)
    {
        cost = default;
        if (!TryTimes(transaction.MaxFeePerGas, transaction.GasLimit, out Uint256 gas)) return false;
        return !Uint256.AddWithCarry(gas, transaction.Value, out cost);
    }

    /// <summary>min(maxFee, baseFee + tip). Only for a transaction whose fee cap covers the base fee and fits 128 bits.</summary>
    public static Amount EffectiveGasPrice(Transaction transaction, Amount baseFee) => baseFee + EffectiveTip(transaction, baseFee);

    /// <inheritdoc cref="EffectiveGasPrice"/>
    public static Amount EffectiveTip(Transaction transaction, Amount baseFee)
    {
        UInt128 room = transaction.MaxFeePerGas.ToUInt128() - baseFee.BaseUnits;
        Uint256 tip = transaction.MaxPriorityFeePerGas;
        return new Amount(tip < room ? tip.ToUInt128() : room);
    }

    private static bool TryTimes(Uint256 price, ulong gas, out Uint256 product)
    {
        if (price.FitsUInt128)
        {
            product = Uint256.Multiply(price.ToUInt128(), gas);
            return true;
        }
        product = default;
        if (gas != 0 && price > Uint256.MaxValue / gas) return false;
        product = price * gas;
        return true;
    }
}

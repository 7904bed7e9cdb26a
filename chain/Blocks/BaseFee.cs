using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>The base fee of the next block (EIP-1559), with this chain's floor.</summary>
public static class BaseFee
{
    public static Amount Next(Header parent, ChainParams parameters)
    {
        ulong target = parameters.BlockGasTarget;
        Amount fee = parent.BaseFeePerGas;
        UInt128 divisor = (UInt128)target * parameters.BaseFeeChangeDivisor;
        if (parent.GasUsed > target)
        {
            Amount rise = fee.MulDiv(parent.GasUsed - target, divisor, Rounding.Down);
            fee += Amount.Max(rise, new Amount(1));
        }
        else if (parent.GasUsed < target) fee -= fee.MulDiv(target - parent.GasUsed, divisor, Rounding.Down);
        return Amount.Max(fee, parameters.BaseFeeFloor);
    }
}

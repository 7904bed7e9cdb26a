using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Chain;

/// <summary>What an EIP-1559 transaction offers, in base units per gas.</summary>
/// <param name="BaseFee">Of the next block, for showing the likely cost.</param>
public sealed record Fees(Amount MaxFeePerGas, Amount MaxPriorityFeePerGas, Amount BaseFee)
{
    /// <summary>The price if the next block takes the transaction: min(cap, base fee + tip).</summary>
    public Amount LikelyPerGas => Amount.Min(MaxFeePerGas, BaseFee + MaxPriorityFeePerGas);
}

using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Sdk.Accounts;

namespace Dsdn.Sdk.Chain;

/// <summary>An EIP-1559 transaction with everything filled in, before it is signed; what a wallet shows to its user.</summary>
public sealed record PreparedTransaction(
    Address From, Address To, ulong ChainId, ulong Nonce, Amount Value, ReadOnlyMemory<byte> Data, ulong GasLimit, Fees Fees)
{
    /// <summary>What it costs beside the value if all estimated gas is used in the next block.</summary>
    public Amount LikelyFee => Fees.LikelyPerGas.MulDiv(GasLimit, UInt128.One, Rounding.Up);

    /// <summary>What it can cost at most beside the value.</summary>
    public Amount MaxFee => Fees.MaxFeePerGas.MulDiv(GasLimit, UInt128.One, Rounding.Up);

    public Transaction Sign(Account account) => account.Sign(new TransactionDraft
    {
        Type = TransactionType.DynamicFee,
        ChainId = ChainId,
        Nonce = Nonce,
        MaxFeePerGas = Fees.MaxFeePerGas.BaseUnits,
        MaxPriorityFeePerGas = Fees.MaxPriorityFeePerGas.BaseUnits,
        GasLimit = GasLimit,
        To = To,
        Value = Value.BaseUnits,
        Data = Data,
    });
}

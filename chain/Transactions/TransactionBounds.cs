namespace Dsdn.Chain.Transactions;

/// <summary>The chain's bounds for a single transaction.</summary>
/// <param name="BlockGasMax">The block gas limit.</param>
/// <param name="TransactionGasMax">EIP-7825.</param>
public sealed record TransactionBounds(
    ulong ChainId, ulong BlockGasMax, ulong TransactionGasMax = TransactionBounds.GasMaxOfEip7825, int TransactionBytesMax = TransactionCodec.BytesMax)
{
    public const ulong GasMaxOfEip7825 = 16_777_216;
}

using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Sdk.Chain;

/// <summary>A log as JSON-RPC serves it.</summary>
public sealed record LogInfo(
    Address Address, IReadOnlyList<Hash256> Topics, ReadOnlyMemory<byte> Data, ulong BlockNumber, Hash256 TransactionHash, ulong LogIndex)
{
    public static LogInfo Parse(JsonElement log) => new(
        log.Field("address").ToAddress(),
        log.Field("topics").Items().Select(topic => topic.ToHash()).ToArray(),
        log.Field("data").ToBytes(),
        log.Field("blockNumber").ToUInt64(),
        log.Field("transactionHash").ToHash(),
        log.Field("logIndex").ToUInt64());
}

/// <summary>A receipt as JSON-RPC serves it: the transaction is in a decided block, so it is final.</summary>
/// <param name="Fee">What the sender paid for gas.</param>
public sealed record ReceiptInfo(
    Hash256 TransactionHash, bool Succeeded, ulong BlockNumber, Hash256 BlockHash, ulong TransactionIndex, Address From, Address? To,
    ulong GasUsed, Amount EffectiveGasPrice, IReadOnlyList<LogInfo> Logs)
{
    public Amount Fee => EffectiveGasPrice.MulDiv(GasUsed, UInt128.One, Rounding.Down);

    public static ReceiptInfo Parse(JsonElement receipt) => new(
        receipt.Field("transactionHash").ToHash(),
        receipt.Field("status").ToUInt64() == 1,
        receipt.Field("blockNumber").ToUInt64(),
        receipt.Field("blockHash").ToHash(),
        receipt.Field("transactionIndex").ToUInt64(),
        receipt.Field("from").ToAddress(),
        receipt.OptionalField("to")?.ToAddress(),
        receipt.Field("gasUsed").ToUInt64(),
        receipt.Field("effectiveGasPrice").ToAmount(),
        receipt.Field("logs").Items().Select(LogInfo.Parse).ToArray());
}

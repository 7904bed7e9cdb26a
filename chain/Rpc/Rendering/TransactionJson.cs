using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Fees;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Rendering;

/// <summary>Transactions as execution-apis writes them. Type 0x7e has every member of a typed one, so that clients can read it.</summary>
internal static class TransactionJson
{
    public static void WriteMined(ReplyWriter w, Transaction transaction, Block block, uint index)
    {
        w.Raw("{\"blockHash\":"u8);
        w.Hex(block.Hash);
        w.Raw(",\"blockNumber\":"u8);
        w.Quantity(block.Header.Number);
        w.Raw(",\"blockTimestamp\":"u8);
        w.Quantity(block.Header.Timestamp);
        w.Raw(",\"transactionIndex\":"u8);
        w.Quantity(index);
        WriteMembers(w, transaction, EffectivePrice.Of(transaction, block.Header.BaseFeePerGas));
        w.Byte((byte)'}');
    }

    /// <param name="gasPrice">What it would pay in the next block, or its cap.</param>
    public static void WritePending(ReplyWriter w, Transaction transaction, in Uint256 gasPrice)
    {
        w.Raw("{\"blockHash\":null,\"blockNumber\":null,\"transactionIndex\":null"u8);
        WriteMembers(w, transaction, gasPrice);
        w.Byte((byte)'}');
    }

    private static void WriteMembers(ReplyWriter w, Transaction transaction, in Uint256 gasPrice)
    {
        w.Raw(",\"type\":"u8);
        w.Quantity((ulong)transaction.Type);
        w.Raw(",\"hash\":"u8);
        w.Hex(transaction.Hash);
        w.Raw(",\"from\":"u8);
        w.Hex(transaction.Sender);
        w.Raw(",\"to\":"u8);
        w.HexOrNull(transaction.To);
        w.Raw(",\"nonce\":"u8);
        w.Quantity(transaction.Nonce);
        w.Raw(",\"gas\":"u8);
        w.Quantity(transaction.GasLimit);
        w.Raw(",\"value\":"u8);
        w.Quantity(transaction.Value);
        w.Raw(",\"input\":"u8);
        w.Hex(transaction.Data.Span);
        w.Raw(",\"gasPrice\":"u8);
        w.Quantity(gasPrice);
        if (transaction.Type == TransactionType.DynamicFee)
        {
            w.Raw(",\"maxFeePerGas\":"u8);
            w.Quantity(transaction.MaxFeePerGas);
            w.Raw(",\"maxPriorityFeePerGas\":"u8);
            w.Quantity(transaction.MaxPriorityFeePerGas);
        }
        if (transaction.ChainId is { } chainId)
        {
            w.Raw(",\"chainId\":"u8);
            w.Quantity(chainId);
        }
        if (transaction.Type is not TransactionType.Legacy)
        {
            w.Raw(",\"accessList\":"u8);
            WriteAccessList(w, transaction.AccessList);
            w.Raw(",\"yParity\":"u8);
            w.Quantity(transaction.V);
        }
        w.Raw(",\"v\":"u8);
        w.Quantity(transaction.V);
        w.Raw(",\"r\":"u8);
        w.Quantity(transaction.R);
        w.Raw(",\"s\":"u8);
        w.Quantity(transaction.S);
    }

    public static void WriteAccessList(ReplyWriter w, IReadOnlyList<AccessListEntry> list)
    {
        w.Byte((byte)'[');
        for (int i = 0; i < list.Count; i++)
        {
            w.Raw(i == 0 ? "{\"address\":"u8 : ",{\"address\":"u8);
            w.Hex(list[i].Address);
            w.Raw(",\"storageKeys\":["u8);
            for (int j = 0; j < list[i].StorageKeys.Count; j++)
            {
                if (j > 0) w.Byte((byte)',');
                w.Hex(list[i].StorageKeys[j]);
            }
            w.Raw("]}"u8);
        }
        w.Byte((byte)']');
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Rpc.Fees;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Rendering;

/// <summary>Receipts as execution-apis writes them.</summary>
internal static class ReceiptJson
{
    public static void Write(ReplyWriter w, BlockData data, int index)
    {
        Block block = data.Block;
        Transaction transaction = block.Transactions[index];
        Receipt receipt = data.Receipts[index];
        w.Raw("{\"transactionHash\":"u8);
        w.Hex(transaction.Hash);
        w.Raw(",\"transactionIndex\":"u8);
        w.Quantity((ulong)index);
        w.Raw(",\"blockHash\":"u8);
        w.Hex(block.Hash);
        w.Raw(",\"blockNumber\":"u8);
        w.Quantity(block.Header.Number);
        w.Raw(",\"from\":"u8);
        w.Hex(transaction.Sender);
        w.Raw(",\"to\":"u8);
        w.HexOrNull(transaction.To);
        w.Raw(",\"cumulativeGasUsed\":"u8);
        w.Quantity(receipt.CumulativeGasUsed);
        w.Raw(",\"gasUsed\":"u8);
        w.Quantity(receipt.GasUsed);
        w.Raw(",\"effectiveGasPrice\":"u8);
        w.Quantity(EffectivePrice.Of(transaction, block.Header.BaseFeePerGas));
        w.Raw(",\"contractAddress\":null,\"logs\":["u8);
        uint logIndex = receipt.Logs.Count == 0 ? 0 : data.FirstLogIndex(index);
        for (int i = 0; i < receipt.Logs.Count; i++)
        {
            if (i > 0) w.Byte((byte)',');
            LogJson.Write(w, receipt.Logs[i], block.Header, block.Hash, transaction.Hash, (uint)index, logIndex + (uint)i);
        }
        w.Raw("],\"logsBloom\":"u8);
        w.Hex(receipt.LogsBloom.Span);
        w.Raw(",\"type\":"u8);
        w.Quantity((ulong)receipt.Type);
        w.Raw(",\"status\":"u8);
        w.Raw(receipt.Succeeded ? "\"0x1\"}"u8 : "\"0x0\"}"u8);
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Rendering;

/// <summary>Blocks as execution-apis writes them: a London header (no withdrawals), no uncles, difficulty and nonce zero.</summary>
internal static class BlockJson
{
    /// <param name="full">Transaction objects in place of hashes.</param>
    public static void Write(ReplyWriter w, BlockData data, bool full)
    {
        Block block = data.Block;
        w.Byte((byte)'{');
        WriteHeader(w, block);
        w.Raw(",\"size\":"u8);
        w.Quantity(data.Size);
        w.Raw(",\"uncles\":[],\"transactions\":["u8);
        for (int i = 0; i < block.Transactions.Count; i++)
        {
            if (i > 0) w.Byte((byte)',');
            if (full) TransactionJson.WriteMined(w, block.Transactions[i], block, (uint)i);
            else w.Hex(block.Transactions[i].Hash);
        }
        w.Raw("]}"u8);
    }

    private static void WriteHeader(ReplyWriter w, Block block)
    {
        Header header = block.Header;
        w.Raw("\"hash\":"u8);
        w.Hex(block.Hash);
        w.Raw(",\"parentHash\":"u8);
        w.Hex(header.ParentHash);
        w.Raw(",\"sha3Uncles\":"u8);
        w.Hex(Header.OmmersHash);
        w.Raw(",\"miner\":"u8);
        w.Hex(header.Coinbase);
        w.Raw(",\"stateRoot\":"u8);
        w.Hex(header.StateRoot);
        w.Raw(",\"transactionsRoot\":"u8);
        w.Hex(header.TransactionsRoot);
        w.Raw(",\"receiptsRoot\":"u8);
        w.Hex(header.ReceiptsRoot);
        w.Raw(",\"logsBloom\":"u8);
        w.Hex(header.LogsBloom.Span);
        w.Raw(",\"difficulty\":\"0x0\",\"number\":"u8);
        w.Quantity(header.Number);
        w.Raw(",\"gasLimit\":"u8);
        w.Quantity(header.GasLimit);
        w.Raw(",\"gasUsed\":"u8);
        w.Quantity(header.GasUsed);
        w.Raw(",\"timestamp\":"u8);
        w.Quantity(header.Timestamp);
        w.Raw(",\"extraData\":"u8);
        w.Hex(header.ExtraData);
        w.Raw(",\"mixHash\":"u8);
        w.Hex(header.MixHash);
        w.Raw(",\"nonce\":\"0x0000000000000000\",\"baseFeePerGas\":"u8);
        w.Quantity(header.BaseFeePerGas);
    }
}

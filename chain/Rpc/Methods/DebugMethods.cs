using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Ethereum's encodings of a block, from which anybody recomputes its hash and roots.</summary>
internal static class DebugMethods
{
    public static RpcError? RawHeader(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.Block(isRequired: true);
        if (args.End() is { } error) return error;
        if (Blocks.Require(context, block, out BlockData data) is { } missing) return missing;
        reply.Hex(HeaderCodec.Encode(data.Block.Header));
        return null;
    }

    /// <summary>rlp([header, transactions, []]): the body of consensus is not in it.</summary>
    public static RpcError? RawBlock(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.Block(isRequired: true);
        if (args.End() is { } error) return error;
        if (Blocks.Require(context, block, out BlockData data) is { } missing) return missing;
        reply.Hex(Encode(data.Block));
        return null;
    }

    public static RpcError? RawReceipts(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.Block(isRequired: true);
        if (args.End() is { } error) return error;
        if (Blocks.Require(context, block, out BlockData data) is { } missing) return missing;
        reply.Byte((byte)'[');
        for (int i = 0; i < data.Receipts.Count; i++)
        {
            if (i > 0) reply.Byte((byte)',');
            reply.Hex(ReceiptCodec.Encode(data.Receipts[i]));
        }
        reply.Byte((byte)']');
        return null;
    }

    private static byte[] Encode(Block block)
    {
        var writer = new RlpWriter([]);
        int list = writer.BeginList();
        HeaderCodec.Write(ref writer, block.Header);
        int transactions = writer.BeginList();
        foreach (Transaction transaction in block.Transactions)
        {
            if (transaction.Type == TransactionType.Legacy) writer.WriteEncoded(transaction.Raw.Span);
            else writer.Write(transaction.Raw.Span);
        }
        writer.EndList(transactions);
        writer.WriteListHeader(0);
        writer.EndList(list);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }
}

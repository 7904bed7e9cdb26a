using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Fees;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.Rendering;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Transactions by hash or place, their receipts and their bytes.</summary>
internal static class TransactionMethods
{
    public static RpcError? ByHash(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Hash256 hash = args.Hash();
        if (args.End() is { } error) return error;
        if (Mined(context, hash, out BlockData? data, out uint index))
            TransactionJson.WriteMined(reply, data!.Block.Transactions[(int)index], data.Block, index);
        else if (context.Chain.Pool.Find(hash) is { } pooled)
            TransactionJson.WritePending(reply, pooled, EffectivePrice.Of(pooled, context.Chain.NextBaseFee));
        else if (Mined(context, hash, out data, out index)) // it may have left the pool for a block between the two looks
            TransactionJson.WriteMined(reply, data!.Block.Transactions[(int)index], data.Block, index);
        else
            reply.Raw("null"u8);
        return null;
    }

    public static RpcError? Receipt(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Hash256 hash = args.Hash();
        if (args.End() is { } error) return error;
        if (Mined(context, hash, out BlockData? data, out uint index)) ReceiptJson.Write(reply, data!, (int)index);
        else reply.Raw("null"u8);
        return null;
    }

    public static RpcError? ByBlockNumberAndIndex(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.BlockNumber();
        ulong index = args.Number();
        if (args.End() is { } error) return error;
        return WriteAt(context, block, index, reply, raw: false);
    }

    public static RpcError? ByBlockHashAndIndex(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Hash256 hash = args.Hash();
        ulong index = args.Number();
        if (args.End() is { } error) return error;
        return WriteAt(context, new BlockSelector(BlockKind.Hash, Hash: hash), index, reply, raw: false);
    }

    public static RpcError? RawByHash(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Hash256 hash = args.Hash();
        if (args.End() is { } error) return error;
        if (Mined(context, hash, out BlockData? data, out uint index)) reply.Hex(data!.Block.Transactions[(int)index].Raw.Span);
        else if (context.Chain.Pool.Find(hash) is { } pooled) reply.Hex(pooled.Raw.Span);
        else if (Mined(context, hash, out data, out index)) reply.Hex(data!.Block.Transactions[(int)index].Raw.Span);
        else reply.Raw("null"u8);
        return null;
    }

    public static RpcError? RawByBlockNumberAndIndex(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.BlockNumber();
        ulong index = args.Number();
        if (args.End() is { } error) return error;
        return WriteAt(context, block, index, reply, raw: true);
    }

    public static RpcError? RawByBlockHashAndIndex(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Hash256 hash = args.Hash();
        ulong index = args.Number();
        if (args.End() is { } error) return error;
        return WriteAt(context, new BlockSelector(BlockKind.Hash, Hash: hash), index, reply, raw: true);
    }

    /// <summary>Where a decided transaction lies; only in blocks that are visible.</summary>
    public static bool Mined(CallContext context, in Hash256 hash, out BlockData? data, out uint index)
    {
        data = null;
        index = 0;
        if (context.Chain.Locate(hash) is not { } location) return false;
        ChainHead head = context.Chain.Head;
        data = location.BlockNumber == head.Number ? head.Data : context.Chain.BlockAt(location.BlockNumber);
        index = location.Index;
        return data is not null;
    }

    private static RpcError? WriteAt(CallContext context, in BlockSelector block, ulong index, ReplyWriter reply, bool raw)
    {
        if (Blocks.Find(context, block, out BlockData? data) is { } missing) return missing;
        if (data is null || index >= (ulong)data.Block.Transactions.Count)
        {
            reply.Raw("null"u8);
            return null;
        }
        Transaction transaction = data.Block.Transactions[(int)index];
        if (raw) reply.Hex(transaction.Raw.Span);
        else TransactionJson.WriteMined(reply, transaction, data.Block, (uint)index);
        return null;
    }
}

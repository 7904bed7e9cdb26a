using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.Rendering;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Blocks, their receipts and counts. There are no uncles.</summary>
internal static class BlockMethods
{
    public static RpcError? ByNumber(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.BlockNumber();
        bool full = args.Bool();
        if (args.End() is { } error) return error;
        return WriteBlock(context, block, full, reply);
    }

    public static RpcError? ByHash(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Hash256 hash = args.Hash();
        bool full = args.Bool();
        if (args.End() is { } error) return error;
        return WriteBlock(context, new BlockSelector(BlockKind.Hash, Hash: hash), full, reply);
    }

    public static RpcError? Receipts(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.Block(isRequired: true);
        if (args.End() is { } error) return error;
        if (Blocks.Find(context, block, out BlockData? data) is { } missing) return missing;
        if (data is null)
        {
            reply.Raw("null"u8);
            return null;
        }
        reply.Byte((byte)'[');
        for (int i = 0; i < data.Receipts.Count; i++)
        {
            if (i > 0) reply.Byte((byte)',');
            ReceiptJson.Write(reply, data, i);
        }
        reply.Byte((byte)']');
        return null;
    }

    public static RpcError? TransactionCountByNumber(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.BlockNumber();
        if (args.End() is { } error) return error;
        if (Blocks.Require(context, block, out BlockData data) is { } missing) return missing;
        reply.Quantity((ulong)data.Block.Transactions.Count);
        return null;
    }

    public static RpcError? TransactionCountByHash(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Hash256 hash = args.Hash();
        if (args.End() is { } error) return error;
        if (Blocks.Find(context, new BlockSelector(BlockKind.Hash, Hash: hash), out BlockData? data) is { } missing) return missing;
        if (data is null) reply.Raw("null"u8);
        else reply.Quantity((ulong)data.Block.Transactions.Count);
        return null;
    }

    public static RpcError? UncleCountByNumber(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.BlockNumber();
        if (args.End() is { } error) return error;
        return NoUncles(context, block, reply);
    }

    public static RpcError? UncleCountByHash(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Hash256 hash = args.Hash();
        if (args.End() is { } error) return error;
        return NoUncles(context, new BlockSelector(BlockKind.Hash, Hash: hash), reply);
    }

    public static RpcError? UncleByNumber(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        args.BlockNumber();
        args.Number();
        if (args.End() is { } error) return error;
        reply.Raw("null"u8);
        return null;
    }

    public static RpcError? UncleByHash(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        args.Hash();
        args.Number();
        if (args.End() is { } error) return error;
        reply.Raw("null"u8);
        return null;
    }

    private static RpcError? NoUncles(CallContext context, in BlockSelector block, ReplyWriter reply)
    {
        if (Blocks.Require(context, block, out _) is { } missing) return missing;
        reply.Raw("\"0x0\""u8);
        return null;
    }

    private static RpcError? WriteBlock(CallContext context, in BlockSelector block, bool full, ReplyWriter reply)
    {
        if (Blocks.Find(context, block, out BlockData? data) is { } missing) return missing;
        if (data is null) reply.Raw("null"u8);
        else BlockJson.Write(reply, data, full);
        return null;
    }
}

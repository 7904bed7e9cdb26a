using Dsdn.Chain.Crypto;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>What a client asks of the node itself.</summary>
internal static class NodeMethods
{
    public static RpcError? ChainId(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Quantity(context.Chain.ChainId);
        return null;
    }

    public static RpcError? NetVersion(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Byte((byte)'"');
        reply.Number(context.Chain.ChainId);
        reply.Byte((byte)'"');
        return null;
    }

    public static RpcError? Listening(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Bool(true);
        return null;
    }

    public static RpcError? PeerCount(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Quantity((ulong)Math.Max(0, context.Node.Hooks.PeerCount?.Invoke() ?? 0));
        return null;
    }

    public static RpcError? ClientVersion(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Text(context.Options.ClientVersion);
        return null;
    }

    public static RpcError? Sha3(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        byte[] bytes = args.Bytes();
        if (args.End() is { } error) return error;
        reply.Hex(Keccak.Hash(bytes));
        return null;
    }

    public static RpcError? Modules(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Byte((byte)'{');
        for (int i = 0; i < context.Options.Namespaces.Count; i++)
        {
            if (i > 0) reply.Byte((byte)',');
            reply.Text(context.Options.Namespaces[i]);
            reply.Raw(":\"1.0\""u8);
        }
        reply.Byte((byte)'}');
        return null;
    }

    public static RpcError? Syncing(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        if (context.Node.Hooks.Syncing?.Invoke() is not { } progress)
        {
            reply.Bool(false);
            return null;
        }
        reply.Raw("{\"startingBlock\":"u8);
        reply.Quantity(progress.StartingBlock);
        reply.Raw(",\"currentBlock\":"u8);
        reply.Quantity(progress.CurrentBlock);
        reply.Raw(",\"highestBlock\":"u8);
        reply.Quantity(progress.HighestBlock);
        reply.Byte((byte)'}');
        return null;
    }

    /// <summary>The payout address of the last proposer: on a node that does not mine, the nearest thing to a coinbase.</summary>
    public static RpcError? Coinbase(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Hex(context.Head.Block.Header.Coinbase);
        return null;
    }

    /// <summary>The node holds no keys of users.</summary>
    public static RpcError? Accounts(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Raw("[]"u8);
        return null;
    }

    public static RpcError? UnknownAccount(CallContext context, ref ParamReader args, ReplyWriter reply) =>
        args.Next() ? RpcError.UnknownAccount : RpcError.MissingArgument(0);

    public static RpcError? BlockNumber(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Quantity(context.Head.Number);
        return null;
    }
}

using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Suggestions of prices.</summary>
internal static class FeeMethods
{
    public static RpcError? GasPrice(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Quantity(context.Node.TipOracle.Suggest(context.Head) + context.Chain.NextBaseFee.BaseUnits);
        return null;
    }

    public static RpcError? MaxPriorityFeePerGas(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Quantity(context.Node.TipOracle.Suggest(context.Head));
        return null;
    }

    /// <summary>There are no blobs, so nothing is charged for them.</summary>
    public static RpcError? BlobBaseFee(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Quantity(Uint256.Zero);
        return null;
    }
}

using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>The data-availability log as this node keeps it. Batches prove themselves: whoever reads them here needs to trust nobody.</summary>
internal static class BatchMethods
{
    /// <summary>Where this node stands on the log: what the process around the server says, unchanged.</summary>
    public static RpcError? Status(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Raw(System.Text.Encoding.UTF8.GetBytes(context.Node.Hooks.LogStatus?.Invoke() ?? "null"));
        return null;
    }

    /// <summary>(seq) to {seq, envelope}: the exact bytes that were signed. null where this node does not keep the batch.</summary>
    public static RpcError? Batch(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        ulong seq = args.Number();
        if (args.End() is { } error) return error;
        if (context.Node.Hooks.Batch?.Invoke(seq) is not { } envelope)
        {
            reply.Raw("null"u8);
            return null;
        }
        reply.Raw("{\"seq\":"u8);
        reply.Quantity(seq);
        reply.Raw(",\"envelope\":"u8);
        reply.Hex(envelope);
        reply.Byte((byte)'}');
        return null;
    }
}

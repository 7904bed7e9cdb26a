using System.Text.Json;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.Rendering;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Signed transactions into the pool.</summary>
internal static class SubmitMethods
{
    public static RpcError? SendRawTransaction(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        byte[] raw = args.Bytes();
        if (args.End() is { } error) return error;
        SubmitResult result = context.Chain.Pool.Submit([raw])[0];
        if (result.Rejection is { } rejection) return RpcError.Of(rejection);
        reply.Hex(result.Hash);
        return null;
    }

    /// <summary>EIP-7966: answers the receipt; a block is final, so one is enough.</summary>
    public static ValueTask<RpcError?> SendRawTransactionSync(CallContext context, ReadOnlyMemory<byte> paramsJson, ReplyWriter reply)
    {
        var args = new ParamReader(paramsJson.Span, context.Options.JsonDepthMax);
        byte[] raw = args.Bytes();
        RpcError? badWait = ReadWait(ref args, context.Options, out int waitMs);
        if ((args.Error ?? badWait) is { } error) return new(error);
        Task nextHead = context.Node.Feed.NextHead;
        SubmitResult result = context.Chain.Pool.Submit([raw])[0];
        return result.Rejection is { } rejection ? new(RpcError.Of(rejection)) : WaitForReceipt(context, result.Hash, nextHead, waitMs, reply);
    }

    private static async ValueTask<RpcError?> WaitForReceipt(CallContext context, Hash256 hash, Task nextHead, int waitMs, ReplyWriter reply)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.Cancelled);
        limit.CancelAfter(waitMs);
        while (true)
        {
            if (TransactionMethods.Mined(context, hash, out BlockData? data, out uint index))
            {
                ReceiptJson.Write(reply, data!, (int)index);
                return null;
            }
            try
            {
                await nextHead.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                string message = $"The transaction was added to the transaction pool but wasn't processed in {waitMs} ms";
                return new RpcError(RpcError.SyncTimeoutCode, message, hash.ToString());
            }
            nextHead = context.Node.Feed.NextHead; // before the look, so that no head is missed
        }
    }

    /// <summary>The optional second argument: milliseconds, as a quantity or a number.</summary>
    private static RpcError? ReadWait(ref ParamReader args, RpcOptions options, out int waitMs)
    {
        waitMs = options.SyncWaitMsDefault;
        if (!args.Next()) return null;
        if (args.Token == JsonTokenType.Null) return args.End();
        ulong given;
        if (args.Token == JsonTokenType.Number)
        {
            if (!args.Json.TryGetUInt64(out given)) return args.Unmarshal("number", "hexutil.Uint64");
        }
        else if (args.Token != JsonTokenType.String)
        {
            return args.Unmarshal("non-string", "hexutil.Uint64");
        }
        else if (HexText.Quantity64(args.Json.ValueSpan, out given) is { } reason)
        {
            return args.Unmarshal(reason, "hexutil.Uint64");
        }
        if (given > 0) waitMs = (int)Math.Min(given, (ulong)options.SyncWaitMsMax);
        return args.End();
    }
}

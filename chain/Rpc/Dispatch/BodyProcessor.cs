using System.Text;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Rpc.Dispatch;

/// <summary>
/// A body in, a reply out: parses, runs each call in order, writes the envelope. Neighbouring eth_sendRawTransaction calls
/// of a batch go to the pool in one submission. No failure of a call leaves this class as an exception.
/// </summary>
internal sealed class BodyProcessor(RpcNode node)
{
    private const int MethodNameBytesShown = 128;

    /// <param name="reply">Empty afterwards if there is nothing to answer (notifications).</param>
    public ValueTask Process(ReadOnlyMemory<byte> body, CallContext context, ReplyWriter reply)
    {
        BodyKind kind = CallParser.Parse(body.Span, context.Calls, node.Options);
        switch (kind)
        {
            case BodyKind.Malformed:
                WriteError(reply, "null"u8, RpcError.Parse);
                return default;
            case BodyKind.BatchTooLarge:
                reply.Byte((byte)'[');
                WriteError(reply, context.Calls[0].Id(body.Span), RpcError.BatchTooLarge);
                reply.Byte((byte)']');
                return default;
            case BodyKind.Batch when context.Calls.Count == 0:
                WriteError(reply, "null"u8, RpcError.EmptyBatch);
                return default;
            case BodyKind.Batch:
                return ProcessBatch(body, context, reply);
            default:
                return ProcessOne(body, context, reply, context.Calls[0]);
        }
    }

    private MethodEntry? Find(ReadOnlySpan<byte> body, in RpcCall call) =>
        call.Error is null ? node.Methods.Find(call.Method(body)) : null;

    private ValueTask ProcessOne(ReadOnlyMemory<byte> body, CallContext context, ReplyWriter reply, RpcCall call)
    {
        MethodEntry? entry = Find(body.Span, call);
        if (entry?.RunWaiting is not null) return ProcessWaiting(body, context, reply, call, entry);
        ProcessNow(body.Span, context, reply, call, entry);
        return default;
    }

    private async ValueTask ProcessBatch(ReadOnlyMemory<byte> body, CallContext context, ReplyWriter reply)
    {
        long deadline = Environment.TickCount64 + node.Options.RequestTimeMsMax;
        reply.Byte((byte)'[');
        int empty = reply.Position;
        for (int i = 0; i < context.Calls.Count;)
        {
            RpcCall call = context.Calls[i];
            MethodEntry? entry = Find(body.Span, call);
            int taken = 1;
            if (Environment.TickCount64 > deadline)
            {
                if (!call.IsNotification) WriteError(reply, call.Id(body.Span), call.Error ?? RpcError.Timeout);
            }
            else if (entry is { IsSubmit: true } && (taken = SubmissionsFrom(body.Span, context.Calls, i)) > 1)
            {
                SubmitTogether(body.Span, context, reply, i, taken);
            }
            else if (entry is { RunWaiting: not null })
            {
                await ProcessWaiting(body, context, reply, call, entry);
            }
            else
            {
                ProcessNow(body.Span, context, reply, call, entry);
            }
            i += taken;
            if (i < context.Calls.Count) Separate(reply, empty);
        }
        if (reply.Position > empty && reply.WrittenSpan[^1] == ',') reply.Position--;
        if (reply.Position == empty) reply.Position = 0;
        else reply.Byte((byte)']');
    }

    /// <summary>A comma behind whatever was written, but never two or one at the start: notifications write nothing.</summary>
    private static void Separate(ReplyWriter reply, int empty)
    {
        if (reply.Position > empty && reply.WrittenSpan[^1] != ',') reply.Byte((byte)',');
    }

    private void ProcessNow(ReadOnlySpan<byte> body, CallContext context, ReplyWriter reply, in RpcCall call, MethodEntry? entry)
    {
        if (Refusal(body, call, entry) is { } refusal)
        {
            if (!call.IsNotification) WriteError(reply, call.Id(body), refusal);
            return;
        }
        int start = Open(reply, call.Id(body));
        RpcError? error;
        reply.IsLimited = true;
        try
        {
            context.Head = node.Chain.Head;
            var args = new ParamReader(call.Params(body), node.Options.JsonDepthMax);
            error = entry!.Run!(context, ref args, reply);
        }
        catch (Exception exception)
        {
            error = Translate(entry!.Name, exception);
        }
        Close(reply, start, call, body, error);
        node.Metrics.Called(entry.Index, error is not null);
    }

    private async ValueTask ProcessWaiting(
        ReadOnlyMemory<byte> body, CallContext context, ReplyWriter reply, RpcCall call, MethodEntry entry)
    {
        if (Refusal(body.Span, call, entry) is { } refusal)
        {
            if (!call.IsNotification) WriteError(reply, call.Id(body.Span), refusal);
            return;
        }
        int start = Open(reply, call.Id(body.Span));
        RpcError? error;
        reply.IsLimited = true;
        try
        {
            context.Head = node.Chain.Head;
            error = await entry.RunWaiting!(context, body.Slice(call.ParamsStart, call.ParamsLength), reply);
        }
        catch (Exception exception)
        {
            error = Translate(entry.Name, exception);
        }
        Close(reply, start, call, body.Span, error);
        node.Metrics.Called(entry.Index, error is not null);
    }

    private int SubmissionsFrom(ReadOnlySpan<byte> body, List<RpcCall> calls, int first)
    {
        int count = 0;
        while (first + count < calls.Count)
        {
            if (Find(body, calls[first + count]) is not { IsSubmit: true }) break;
            count++;
        }
        return count;
    }

    private void SubmitTogether(ReadOnlySpan<byte> body, CallContext context, ReplyWriter reply, int first, int count)
    {
        var raw = new List<ReadOnlyMemory<byte>>(count);
        var errors = new RpcError?[count];
        for (int i = 0; i < count; i++)
        {
            var args = new ParamReader(context.Calls[first + i].Params(body), node.Options.JsonDepthMax);
            byte[] bytes = args.Bytes();
            RpcError? error = args.End();
            errors[i] = error;
            if (error is null) raw.Add(bytes);
        }
        RpcError? failure = null;
        IReadOnlyList<Execution.SubmitResult> results = [];
        try
        {
            if (raw.Count > 0) results = node.Chain.Pool.Submit(raw);
        }
        catch (Exception exception)
        {
            failure = Translate("eth_sendRawTransaction", exception);
        }
        MethodEntry entry = node.Methods.Find("eth_sendRawTransaction"u8)!;
        for (int i = 0, taken = 0; i < count; i++)
        {
            RpcCall call = context.Calls[first + i];
            RpcError? error = errors[i] ?? failure;
            int start = Open(reply, call.Id(body));
            if (error is null)
            {
                Execution.SubmitResult result = results[taken++];
                if (result.Rejection is { } rejection) error = RpcError.Of(rejection);
                else reply.Hex(result.Hash);
            }
            Close(reply, start, call, body, error);
            node.Metrics.Called(entry.Index, error is not null);
            if (i + 1 < count && !call.IsNotification) reply.Byte((byte)',');
        }
    }

    private RpcError? Refusal(ReadOnlySpan<byte> body, in RpcCall call, MethodEntry? entry)
    {
        if (call.Error is { } error) return error;
        if (entry is not null) return null;
        ReadOnlySpan<byte> name = call.Method(body);
        node.Metrics.Unknown();
        string shown = Encoding.UTF8.GetString(name[..Math.Min(name.Length, MethodNameBytesShown)]);
        return RpcError.MethodNotFound(shown);
    }

    private RpcError Translate(string method, Exception exception)
    {
        switch (exception)
        {
            case HistoryUnavailableException history:
                return RpcError.Server(history.Message);
            case ReplyTooLargeException:
                return RpcError.ResponseTooLarge;
            case OperationCanceledException:
                return RpcError.Timeout;
            default:
                node.Hooks.OnFault?.Invoke(method, exception);
                node.Metrics.Faulted();
                return RpcError.Internal;
        }
    }

    /// <returns>Where the reply of this call starts.</returns>
    private static int Open(ReplyWriter reply, ReadOnlySpan<byte> id)
    {
        int start = reply.Position;
        reply.Raw("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        reply.Raw(id);
        reply.Raw(",\"result\":"u8);
        return start;
    }

    private static void Close(ReplyWriter reply, int start, in RpcCall call, ReadOnlySpan<byte> body, RpcError? error)
    {
        reply.IsLimited = false;
        if (call.IsNotification)
        {
            reply.Position = start;
        }
        else if (error is null)
        {
            reply.Byte((byte)'}');
        }
        else
        {
            reply.Position = start;
            WriteError(reply, call.Id(body), error);
        }
    }

    public static void WriteError(ReplyWriter reply, ReadOnlySpan<byte> id, RpcError error)
    {
        reply.Raw("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        reply.Raw(id);
        reply.Raw(",\"error\":{\"code\":"u8);
        reply.Number(error.Code);
        reply.Raw(",\"message\":"u8);
        reply.Text(error.Message);
        if (error.Data is { } data)
        {
            reply.Raw(",\"data\":"u8);
            reply.Text(data);
        }
        else if (error.OwnCode is { } code)
        {
            reply.Raw(",\"data\":{\"code\":"u8);
            reply.Text(code);
            reply.Byte((byte)'}');
        }
        reply.Raw("}}"u8);
    }
}

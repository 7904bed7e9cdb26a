using System.Text;
using System.Text.Json;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Faults;
using Microsoft.Extensions.Logging;

namespace Dsdn.DaServer.Rpc;

/// <summary>How an answer ends.</summary>
internal enum ReplyEnd : byte
{
    Whole,

    /// <summary>The connection ends without an answer.</summary>
    Dropped,

    /// <summary>Half of the answer, and the connection ends.</summary>
    Torn,
}

/// <summary>An answer to one body.</summary>
/// <param name="Status">Of HTTP; a WebSocket knows none.</param>
/// <param name="IsText">Not JSON.</param>
internal sealed record Reply(int Status, byte[] Body, ReplyEnd End = ReplyEnd.Whole, bool IsText = false)
{
    public static readonly Reply Dropped = new(0, [], ReplyEnd.Dropped);

    public static Reply Text(int status, string text) => new(status, Encoding.UTF8.GetBytes(text), IsText: true);

    public static Reply Of(RpcId? id, RpcFailure failure) => new(failure.HttpStatus, RpcReply.Encode(id, failure));
}

/// <summary>From bytes to bytes: go-jsonrpc's checks in go-jsonrpc's order, then the method, then what faults make of its answer.</summary>
internal sealed class Dispatcher
{
    /// <summary>What a call may take at most: the write timeout of the node's server.</summary>
    private const int CallMsMax = 300_000;

    private const long HugeReplyBytes = 64 * 1024 * 1024;

    private readonly DaNode _node;
    private readonly MethodTable _methods;

    public Dispatcher(DaNode node) => (_node, _methods) = (node, new MethodTable(node));

    public async Task<Reply> AnswerAsync(ReadOnlyMemory<byte> body, Caller caller)
    {
        if (body.Length > _node.Preset.BodyBytesMax) return Refused(RpcFailure.TooLarge(_node.Preset.BodyBytesMax));
        if (RpcRequest.TryRead(body.Span, out IReadOnlyList<RpcRequest>? requests, out bool isBatch) is { } unread) return Refused(unread);
        if (requests is null || requests.Count == 0) return Refused(RpcFailure.Empty());
        if (!isBatch) return await AnswerOneAsync(requests[0], caller);
        // A WebSocket takes single requests only.
        if (caller.Session is not null) return Refused(RpcFailure.Unparsable());
        List<byte[]> replies = [];
        foreach (RpcRequest request in requests)
        {
            Reply reply = await AnswerOneAsync(request, caller);
            if (reply.End != ReplyEnd.Whole || reply.IsText) return reply;
            if (reply.Body.Length > 0) replies.Add(reply.Body);
        }
        return new Reply(200, Joined(replies));
    }

    private async Task<Reply> AnswerOneAsync(RpcRequest request, Caller caller)
    {
        bool isKnown = _methods.TryFind(request.Method, out RpcMethod? method, out Handler? handler);
        string counted = isKnown ? request.Method : "unknown";
        if (!MethodTable.IsOwn(request.Method) && Intercepted(request.Method) is { } intercepted) return Counted(intercepted, counted, "fault");
        Reply reply;
        string outcome = "error";
        try
        {
            CallResult result = method is null || handler is null
                ? CallResult.Fail(RpcFailure.UnknownMethod(request.Method))
                : await RunAsync(method, handler, request, caller);
            if (result.Write is not null) outcome = "ok";
            reply = Encoded(request, result);
        }
        catch (OperationCanceledException) when (caller.Cancelled.IsCancellationRequested)
        {
            return Counted(Reply.Dropped, counted, "gone");
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            DaServerLog.MethodFailed(_node.Log, counted, failure);
            return Counted(request.Id is null ? new Reply(500, []) : Reply.Of(request.Id, RpcFailure.Panic(request.Method)), counted, "panic");
        }
        return Counted(MethodTable.IsOwn(request.Method) ? reply : await SpoiledAsync(request.Method, reply, caller), counted, outcome);
    }

    private static async Task<CallResult> RunAsync(RpcMethod method, Handler handler, RpcRequest request, Caller caller)
    {
        if (method.IsSubscription && caller.Session is null) return CallResult.Fail(RpcFailure.NeedsWebSocket(method.Name));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(caller.Cancelled);
        limit.CancelAfter(CallMsMax);
        Call call = new(request, caller with { Cancelled = limit.Token });
        if (method.ParamCount != MethodTable.AnyCount && !call.Params.HasCount(method.ParamCount)) return CallResult.Fail(call.Params.Failure ?? RpcFailure.Unparsable());
        Func<Task<CallResult>> run = handler(call);
        if (call.Params.Failure is { } failure) return CallResult.Fail(failure);
        if (!caller.May(method.Permission)) return CallResult.Fail(RpcFailure.MissingPermission(method.Name, method.Permission));
        try
        {
            return await run();
        }
        catch (OperationCanceledException) when (!caller.Cancelled.IsCancellationRequested)
        {
            return CallResult.Fail(ErrorText.DeadlineExceeded);
        }
    }

    /// <summary>A notification gets no reply.</summary>
    private static Reply Encoded(RpcRequest request, CallResult result)
    {
        if (request.Id is not { } id) return new Reply(result.Write is null ? result.Failure.HttpStatus : 200, []);
        return result.Write is { } write ? new Reply(200, RpcReply.Encode(id, write)) : Reply.Of(id, result.Failure);
    }

    /// <summary>What faults put in the way before a method is called.</summary>
    private Reply? Intercepted(string method)
    {
        if (_node.Faults.Find(FaultKind.Down, method) is { Rule.Value: null } && _node.Faults.Take(FaultKind.Down, method) is not null) return Reply.Dropped;
        if (_node.Faults.Take(FaultKind.Unauthorized, method) is not null) return Reply.Text(401, "");
        if (_node.Faults.Take(FaultKind.Busy, method) is not null) return Reply.Text(503, ErrorText.ServerBusy);
        return _node.Faults.Take(FaultKind.RateLimited, method) is not null ? Reply.Text(429, ErrorText.RateLimited) : null;
    }

    /// <summary>What faults do to an answer.</summary>
    private async Task<Reply> SpoiledAsync(string method, Reply reply, Caller caller)
    {
        if (_node.Faults.Take(FaultKind.Delay, method) is { } delay)
        {
            try
            {
                await Task.Delay((int)Math.Min(delay.Rule.Value ?? 1_000, int.MaxValue), caller.Cancelled);
            }
            catch (OperationCanceledException)
            {
                return Reply.Dropped;
            }
        }
        if (_node.Faults.Take(FaultKind.DropReply, method) is not null) return Reply.Dropped;
        if (_node.Faults.Take(FaultKind.HugeReply, method) is { } huge) reply = Filled(reply, Math.Min(huge.Rule.Value ?? HugeReplyBytes, 16 * HugeReplyBytes));
        return _node.Faults.Take(FaultKind.TornReply, method) is not null ? reply with { Body = reply.Body[..(reply.Body.Length / 2)], End = ReplyEnd.Torn } : reply;
    }

    private Reply Counted(Reply reply, string method, string outcome)
    {
        _node.Metrics.Called(method, reply.End == ReplyEnd.Whole ? outcome : "dropped");
        return reply;
    }

    private Reply Refused(RpcFailure failure) => Counted(Reply.Of(null, failure), "unknown", "refused");

    /// <summary>The same JSON with white space behind it.</summary>
    private static Reply Filled(Reply reply, long bytes)
    {
        if (reply.Body.Length >= bytes) return reply;
        byte[] filled = new byte[bytes];
        reply.Body.CopyTo(filled, 0);
        filled.AsSpan(reply.Body.Length).Fill((byte)' ');
        return reply with { Body = filled };
    }

    private static byte[] Joined(List<byte[]> replies) => DaJson.Write(json =>
    {
        json.WriteStartArray();
        foreach (byte[] reply in replies) json.WriteRawValue(reply, skipInputValidation: true);
        json.WriteEndArray();
    });
}

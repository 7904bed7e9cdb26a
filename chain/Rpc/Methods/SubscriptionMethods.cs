using System.Text;
using System.Text.Json;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Filters;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.WebSockets;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>eth_subscribe and eth_unsubscribe; only on a WebSocket.</summary>
internal static class SubscriptionMethods
{
    private const int NameBytesShown = 64;

    public static RpcError? Subscribe(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (context.Session is null) return RpcError.NotificationsUnsupported;
        ReadOnlySpan<byte> name = args.RawText("string");
        if (args.Error is { } badName) return badName;
        SubscriptionKind kind;
        LogCriteria criteria = LogCriteria.Everything;
        if (name.SequenceEqual("newHeads"u8))
        {
            kind = SubscriptionKind.NewHeads;
        }
        else if (name.SequenceEqual("logs"u8))
        {
            kind = SubscriptionKind.Logs;
            if (LogCriteriaReader.Read(ref args, context.Options, out criteria) is { } badCriteria) return badCriteria;
        }
        else if (name.SequenceEqual("newPendingTransactions"u8))
        {
            if (ReadFull(ref args, out bool full) is { } badFull) return badFull;
            kind = full ? SubscriptionKind.PendingTransactions : SubscriptionKind.PendingHashes;
        }
        else
        {
            string shown = Encoding.UTF8.GetString(name[..Math.Min(name.Length, NameBytesShown)]);
            return new RpcError(RpcError.MethodNotFoundCode, $"no \"{shown}\" subscription in eth namespace");
        }
        if (args.End() is { } tooMany) return tooMany;
        if (context.Session.Subscribe(kind, criteria, out string id) is { } refused) return refused;
        reply.Text(id);
        return null;
    }

    public static RpcError? Unsubscribe(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (context.Session is null) return RpcError.NotificationsUnsupported;
        if (FilterMethods.ReadId(ref args, out string id) is { } error) return error;
        if (!context.Session.Unsubscribe(id)) return RpcError.SubscriptionNotFound;
        reply.Bool(true);
        return null;
    }

    /// <summary>Absent or null: hashes.</summary>
    private static RpcError? ReadFull(ref ParamReader args, out bool full)
    {
        full = false;
        if (!args.Next()) return null;
        if (args.Token is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null)
        {
            full = args.Token == JsonTokenType.True;
            return null;
        }
        return args.Unmarshal(args.GoKind(), "bool");
    }
}

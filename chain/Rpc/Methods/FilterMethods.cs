using System.Text;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Filters;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.Rendering;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Filters that a client polls.</summary>
internal static class FilterMethods
{
    public static RpcError? NewFilter(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if ((LogCriteriaReader.Read(ref args, context.Options, out LogCriteria criteria) ?? args.End()) is { } error) return error;
        if (context.Node.Filters.InstallLogs(criteria, context.Head.Number, out string id) is { } refused) return refused;
        reply.Text(id);
        return null;
    }

    public static RpcError? NewBlockFilter(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        if (context.Node.Filters.InstallBlocks(context.Head.Number, out string id) is { } refused) return refused;
        reply.Text(id);
        return null;
    }

    /// <summary>The optional argument (full objects, geth) has no meaning for polling clients here: hashes are answered.</summary>
    public static RpcError? NewPendingTransactionFilter(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        if (context.Node.Filters.InstallPending(out string id) is { } refused) return refused;
        reply.Text(id);
        return null;
    }

    public static RpcError? GetFilterChanges(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (ReadId(ref args, out string id) is { } error) return error;
        FilterRegistry filters = context.Node.Filters;
        switch (filters.Find(id))
        {
            case LogsFilter logs:
                LogJson.WriteAll(reply, filters.Changes(logs, context.Head.Number));
                return null;
            case BlocksFilter blocks:
                WriteHashes(reply, filters.Changes(blocks, context.Head));
                return null;
            case PendingFilter pending:
                WriteHashes(reply, filters.Changes(pending));
                return null;
            default:
                return RpcError.FilterNotFound;
        }
    }

    public static RpcError? GetFilterLogs(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (ReadId(ref args, out string id) is { } error) return error;
        return context.Node.Filters.Find(id) is LogsFilter filter
            ? LogMethods.Write(context, filter.Criteria, reply)
            : RpcError.FilterNotFound;
    }

    public static RpcError? UninstallFilter(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (ReadId(ref args, out string id) is { } error) return error;
        reply.Bool(context.Node.Filters.Uninstall(id));
        return null;
    }

    public static RpcError? ReadId(ref ParamReader args, out string id)
    {
        id = "";
        ReadOnlySpan<byte> text = args.RawText("rpc.ID");
        if (args.End() is { } error) return error;
        id = Encoding.UTF8.GetString(text);
        return null;
    }

    private static void WriteHashes(ReplyWriter reply, IReadOnlyList<Hash256> hashes)
    {
        reply.Byte((byte)'[');
        for (int i = 0; i < hashes.Count; i++)
        {
            if (i > 0) reply.Byte((byte)',');
            reply.Hex(hashes[i]);
        }
        reply.Byte((byte)']');
    }
}

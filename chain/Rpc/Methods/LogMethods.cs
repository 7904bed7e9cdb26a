using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Filters;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.Rendering;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Logs of decided blocks.</summary>
internal static class LogMethods
{
    public static RpcError? GetLogs(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if ((LogCriteriaReader.Read(ref args, context.Options, out LogCriteria criteria) ?? args.End()) is { } error) return error;
        return Write(context, criteria, reply);
    }

    public static RpcError? Write(CallContext context, LogCriteria criteria, ReplyWriter reply)
    {
        if (criteria.BlockHash is { } hash)
        {
            if (context.Chain.BlockByHash(hash) is not { } data) return RpcError.UnknownBlock;
            WriteBlock(data, criteria, reply);
            return null;
        }
        if (criteria.Resolve(context.Head.Number, context.Options, out ulong from, out ulong to) is { } error) return error;
        IReadOnlyList<LocatedLog> logs = context.Chain.FindLogs(criteria.Over(from, to), context.Options.LogResultsMax);
        if (logs.Count > context.Options.LogResultsMax)
            return new RpcError(RpcError.LimitExceededCode, $"query returned more than {context.Options.LogResultsMax} results");
        LogJson.WriteAll(reply, logs);
        return null;
    }

    private static void WriteBlock(BlockData data, LogCriteria criteria, ReplyWriter reply)
    {
        Block block = data.Block;
        reply.Byte((byte)'[');
        bool isFirst = true;
        for (int i = 0; i < data.Receipts.Count; i++)
        {
            IReadOnlyList<LogEntry> logs = data.Receipts[i].Logs;
            for (int j = 0; j < logs.Count; j++)
            {
                if (!criteria.Matches(logs[j])) continue;
                if (!isFirst) reply.Byte((byte)',');
                isFirst = false;
                LogJson.Write(reply, logs[j], block.Header, block.Hash, block.Transactions[i].Hash, (uint)i, data.FirstLogIndex(i) + (uint)j);
            }
        }
        reply.Byte((byte)']');
    }
}

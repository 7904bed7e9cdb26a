using Dsdn.Chain.Execution;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>From what a caller names to a block or a state.</summary>
internal static class Blocks
{
    /// <summary>The block, or null where there is none (unknown hash, above the head).</summary>
    public static RpcError? Find(CallContext context, in BlockSelector selector, out BlockData? data)
    {
        ChainHead head = context.Head;
        data = null;
        switch (selector.Kind)
        {
            case BlockKind.Latest:
                data = head.Data;
                return null;
            case BlockKind.Pending:
                data = context.Chain.Pending().Data;
                return null;
            case BlockKind.Hash:
                data = selector.Hash == head.Block.Hash ? head.Data : context.Chain.BlockByHash(selector.Hash);
                return null;
            default:
                if (selector.Number == head.Number) data = head.Data;
                else if (selector.Number < head.Number) data = context.Chain.BlockAt(selector.Number);
                return data is null && selector.Number < head.Number ? RpcError.Pruned : null;
        }
    }

    /// <summary>Like <see cref="Find"/>, but a block that does not exist is an error.</summary>
    public static RpcError? Require(CallContext context, in BlockSelector selector, out BlockData data)
    {
        RpcError? error = Find(context, selector, out BlockData? found);
        data = found ?? context.Head.Data;
        if (error is not null) return error;
        if (found is not null) return null;
        return selector.Kind == BlockKind.Hash ? RpcError.HeaderForHashNotFound : RpcError.HeaderNotFound;
    }

    /// <exception cref="HistoryUnavailableException">outside the retention window</exception>
    public static RpcError? State(CallContext context, in BlockSelector selector, out IStateView state)
    {
        ChainHead head = context.Head;
        state = head.State;
        switch (selector.Kind)
        {
            case BlockKind.Latest:
                return null;
            case BlockKind.Pending:
                state = context.Chain.Pending().State;
                return null;
        }
        if (Height(context, selector, out ulong number) is { } error) return error;
        if (number != head.Number) state = context.Chain.StateAt(number);
        return null;
    }

    /// <summary>The height of a decided block; pending counts as the head.</summary>
    public static RpcError? Height(CallContext context, in BlockSelector selector, out ulong number)
    {
        number = context.Head.Number;
        switch (selector.Kind)
        {
            case BlockKind.Hash:
                if (selector.Hash == context.Head.Block.Hash) return null;
                if (context.Chain.BlockByHash(selector.Hash) is not { } data) return RpcError.HeaderForHashNotFound;
                number = data.Block.Header.Number;
                return null;
            case BlockKind.Number:
                if (selector.Number > number) return RpcError.HeaderNotFound;
                number = selector.Number;
                return null;
            default:
                return null;
        }
    }
}

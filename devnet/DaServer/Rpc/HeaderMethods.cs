using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Blocks;

namespace Dsdn.DaServer.Rpc;

/// <summary>header.*</summary>
internal sealed class HeaderMethods(DaNode node)
{
    public void AddTo(MethodTable table)
    {
        table.Bind(RpcMethod.NetworkHead, call => () => At(call, node.Heights.Heads(call.Method).Network));
        table.Bind(RpcMethod.LocalHead, call => () => At(call, node.Heights.Heads(call.Method).Local));
        table.Bind(RpcMethod.Tail, call => () => At(call, node.Heights.Tail(call.Method)));
        table.Bind(RpcMethod.GetByHeight, GetByHeight);
        table.Bind(RpcMethod.WaitForHeight, WaitForHeight);
        table.Bind(RpcMethod.GetByHash, GetByHash);
        table.Bind(RpcMethod.GetRangeByHeight, GetRangeByHeight);
        table.Bind(RpcMethod.SyncState, call => () => SyncState(call));
        table.Bind(RpcMethod.SyncWait, call => () => SyncWait(call));
        table.Bind(RpcMethod.SubscribeHeaders, call => () => Task.FromResult(node.Subscribe(call, block =>
        {
            ExtendedHeader header = node.Tampering.Header(call.Method, block);
            return json => HeaderJson.Write(json, header, HasNumberHeight);
        })));
    }

    private bool HasNumberHeight => node.Preset.Version == NodeVersion.V0_16;

    /// <summary>Of a height that is known to be there.</summary>
    private Task<CallResult> At(Call call, ulong height) =>
        Task.FromResult(node.Ledger.Find(height) is { } block ? Answer(call, block) : CallResult.Fail(ErrorText.HeaderNotFound));

    private Func<Task<CallResult>> GetByHeight(Call call)
    {
        ulong height = call.Params.Number(0);
        return () => node.WithBlock(call, height, needsData: false, block => Answer(call, block));
    }

    private Func<Task<CallResult>> WaitForHeight(Call call)
    {
        ulong height = call.Params.Number(0);
        return async () =>
        {
            if (height > 0) await node.Ledger.WaitAsync(height, call.Cancelled);
            return await node.WithBlock(call, height, needsData: false, block => Answer(call, block));
        };
    }

    private Func<Task<CallResult>> GetByHash(Call call)
    {
        Hash256 hash = call.Params.HexHash(0);
        return () => node.Ledger.HeightOf(hash) is { } height
            ? node.WithBlock(call, height, needsData: false, block => Answer(call, block))
            : Task.FromResult(CallResult.Fail(ErrorText.HeaderNotFound));
    }

    /// <summary>The headers between two heights, without both.</summary>
    private Func<Task<CallResult>> GetRangeByHeight(Call call)
    {
        call.Params.Header(0, out ExtendedHeader? from);
        ulong to = call.Params.Number(1);
        return async () =>
        {
            if (from is null || to <= from.Height) return CallResult.Fail(ErrorText.RangeOrder);
            if (to - from.Height - 1 > (ulong)node.Preset.HeaderRangeMax) return CallResult.Fail(ErrorText.RangeLimit);
            ulong network = node.Heights.Heads(call.Method).Network;
            if (to - 1 > network + 1) return CallResult.Fail(ErrorText.Future(network, to - 1));
            List<ExtendedHeader> headers = [];
            for (ulong height = from.Height + 1; height < to; height++)
            {
                (ServedBlock? block, RpcFailure failure) = await node.Heights.BlockAsync(call.Method, height, needsData: false, call.Cancelled);
                if (block is null) return CallResult.Fail(failure);
                headers.Add(node.Tampering.Header(call.Method, block));
            }
            return CallResult.Of(json =>
            {
                json.WriteStartArray();
                foreach (ExtendedHeader header in headers) HeaderJson.Write(json, header, HasNumberHeight);
                json.WriteEndArray();
            });
        };
    }

    private Task<CallResult> SyncState(Call call)
    {
        (ulong network, ulong local) = node.Heights.Heads(call.Method);
        if (node.Ledger.Find(local) is not { } block) return Task.FromResult(CallResult.Fail(ErrorText.HeaderNotFound));
        SyncState state = new(local, node.Heights.Tail(call.Method), network, "");
        return Task.FromResult(CallResult.Of(json => state.Write(json, Convert.ToHexString(block.Header.Hash.Span), block.Header.Header.Time.ToString())));
    }

    private async Task<CallResult> SyncWait(Call call)
    {
        const int PollMs = 100;
        while (node.Heights.Heads(call.Method) is var (network, local) && local < network) await Task.Delay(PollMs, call.Cancelled);
        return CallResult.Null;
    }

    private CallResult Answer(Call call, ServedBlock block)
    {
        ExtendedHeader header = node.Tampering.Header(call.Method, block);
        return CallResult.Of(json => HeaderJson.Write(json, header, HasNumberHeight));
    }
}

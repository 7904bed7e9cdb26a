using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Control of a development chain in manual block mode.</summary>
internal static class DevMethods
{
    /// <summary>Decides one block now. The optional time argument is accepted and ignored: blocks take the node's clock.</summary>
    public static async ValueTask<RpcError?> Mine(CallContext context, ReadOnlyMemory<byte> paramsJson, ReplyWriter reply)
    {
        await context.Node.Hooks.Mine!(context.Cancelled);
        reply.Raw("\"0x0\""u8);
        return null;
    }
}

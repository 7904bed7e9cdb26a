using System.Text.Json;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.Rendering;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Calls that run on a copy of the state and leave nothing.</summary>
internal static class CallMethods
{
    public static RpcError? Call(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (Read(context, ref args, out CallArguments call, out ulong? height) is { } error) return error;
        SimulationResult result = context.Chain.Simulate(Simulated(call), height);
        if (Failure(result, "out of gas") is { } failure) return failure;
        reply.Hex(result.ReturnData.Span);
        return null;
    }

    public static RpcError? EstimateGas(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (Read(context, ref args, out CallArguments call, out ulong? height) is { } error) return error;
        SimulationResult result = context.Chain.Estimate(Simulated(call), height);
        if (Failure(result, $"gas required exceeds allowance ({call.Gas ?? context.Head.Block.Header.GasLimit})") is { } failure) return failure;
        reply.Quantity(result.GasUsed);
        return null;
    }

    /// <summary>Native modules need no declared slots, so the list is what the caller gave; a failing call is told in "error" (geth).</summary>
    public static RpcError? CreateAccessList(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (Read(context, ref args, out CallArguments call, out ulong? height) is { } error) return error;
        SimulationResult result = context.Chain.Simulate(Simulated(call), height);
        if (result.Rejection is { } rejection) return RpcError.Of(rejection);
        reply.Raw("{\"accessList\":"u8);
        TransactionJson.WriteAccessList(reply, call.AccessList ?? []);
        if (Failure(result, "out of gas") is { } failure)
        {
            reply.Raw(",\"error\":"u8);
            reply.Text(failure.Message);
        }
        reply.Raw(",\"gasUsed\":"u8);
        reply.Quantity(result.GasUsed);
        reply.Byte((byte)'}');
        return null;
    }

    public static SimulatedCall Simulated(CallArguments call) => new(
        call.From ?? Address.Zero, call.To, call.Value ?? Uint256.Zero, call.Data, call.Gas,
        call.GasPrice ?? call.MaxFeePerGas, call.GasPrice ?? call.MaxPriorityFeePerGas, call.AccessList ?? []);

    public static RpcError? Failure(SimulationResult result, string outOfGas)
    {
        if (result.Rejection is { } rejection) return RpcError.Of(rejection);
        return result.Status switch
        {
            CallStatus.Success => null,
            CallStatus.Reverted => Revert.Error(result.ReturnData),
            _ => RpcError.Server(outOfGas),
        };
    }

    /// <param name="height">Null for the pending block.</param>
    private static RpcError? Read(
        CallContext context, ref ParamReader args, out CallArguments call, out ulong? height)
    {
        height = null;
        if (CallArguments.Read(ref args, out call) is { } badCall) return badCall;
        BlockSelector block = args.Block();
        if (args.Error is { } badBlock) return badBlock;
        if (RefuseOverrides(ref args) is { } overrides) return overrides;
        if (call.ChainId is { } chainId && chainId != context.Chain.ChainId)
            return RpcError.Server($"chainId does not match node's (have={chainId}, want={context.Chain.ChainId})");
        if (block.Kind == BlockKind.Pending) return null;
        if (Blocks.Height(context, block, out ulong number) is { } missing) return missing;
        height = number;
        return null;
    }

    /// <summary>State and block overrides (geth's third and fourth argument): accepted only when they override nothing.</summary>
    private static RpcError? RefuseOverrides(ref ParamReader args)
    {
        for (int i = 0; i < 2 && args.Next(); i++)
        {
            if (args.Token == JsonTokenType.Null) continue;
            if (args.Token != JsonTokenType.StartObject) return args.Unmarshal(args.GoKind(), "override.StateOverride");
            if (args.Json.Read() && args.Token != JsonTokenType.EndObject) return RpcError.InvalidParams("state and block overrides are not supported");
        }
        return args.End();
    }
}

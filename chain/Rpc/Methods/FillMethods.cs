using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.Rendering;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>
/// eth_fillTransaction: an unsigned transaction with everything the caller left out (nonce, gas, prices, chain id), as
/// {raw, tx}; "raw" is what is to be signed over, with an empty signature (geth).
/// </summary>
internal static class FillMethods
{
    public static RpcError? FillTransaction(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if ((CallArguments.Read(ref args, out CallArguments call) ?? args.End()) is { } error) return error;
        if (call.ChainId is { } chainId && chainId != context.Chain.ChainId)
            return RpcError.Server($"chainId does not match node's (have={chainId}, want={context.Chain.ChainId})");
        if (call.To is null && call.Data.IsEmpty) return RpcError.Server("contract creation without any data provided");
        Address from = call.From ?? Address.Zero;
        ulong nonce = call.Nonce ?? context.Chain.Pool.PendingNonce(from);
        Uint256? gasPrice = call.GasPrice, cap = call.MaxFeePerGas, tip = call.MaxPriorityFeePerGas;
        if (gasPrice is null)
        {
            tip ??= context.Node.TipOracle.Suggest(context.Head);
            if (cap is null)
            {
                Uint256 baseFee = context.Chain.NextBaseFee.BaseUnits;
                cap = tip + baseFee + baseFee; // geth: room for the base fee to double
            }
            if (cap < tip) return RpcError.Server($"maxFeePerGas ({cap}) < maxPriorityFeePerGas ({tip})");
        }
        ulong gas = call.Gas ?? 0;
        if (call.Gas is null)
        {
            var simulated = new SimulatedCall(from, call.To, call.Value ?? Uint256.Zero, call.Data, null, null, null, call.AccessList ?? []);
            SimulationResult estimate = context.Chain.Estimate(simulated, null);
            if (CallMethods.Failure(estimate, "gas required exceeds allowance") is { } failure) return failure;
            gas = estimate.GasUsed;
        }
        bool isDynamic = gasPrice is null;
        var draft = new TransactionDraft
        {
            Type = isDynamic ? TransactionType.DynamicFee : call.AccessList is null ? TransactionType.Legacy : TransactionType.AccessList,
            ChainId = context.Chain.ChainId,
            Nonce = nonce,
            MaxFeePerGas = gasPrice ?? cap ?? Uint256.Zero,
            MaxPriorityFeePerGas = gasPrice ?? tip ?? Uint256.Zero,
            GasLimit = gas,
            To = call.To,
            Value = call.Value ?? Uint256.Zero,
            Data = call.Data,
            AccessList = call.AccessList ?? [],
        };
        Write(reply, draft.WithSignature(Uint256.Zero, Uint256.Zero, 0), from);
        return null;
    }

    private static void Write(ReplyWriter reply, Transaction unsigned, Address from)
    {
        bool isDynamic = unsigned.Type == TransactionType.DynamicFee;
        reply.Raw("{\"raw\":"u8);
        reply.Hex(unsigned.Raw.Span);
        reply.Raw(",\"tx\":{\"type\":"u8);
        reply.Quantity((ulong)unsigned.Type);
        reply.Raw(",\"chainId\":"u8);
        reply.Quantity(unsigned.ChainId ?? 0);
        reply.Raw(",\"nonce\":"u8);
        reply.Quantity(unsigned.Nonce);
        reply.Raw(",\"from\":"u8);
        reply.Hex(from);
        reply.Raw(",\"to\":"u8);
        reply.HexOrNull(unsigned.To);
        reply.Raw(",\"gas\":"u8);
        reply.Quantity(unsigned.GasLimit);
        reply.Raw(",\"gasPrice\":"u8);
        if (isDynamic) reply.Raw("null,\"maxFeePerGas\":"u8);
        reply.Quantity(unsigned.MaxFeePerGas);
        if (isDynamic)
        {
            reply.Raw(",\"maxPriorityFeePerGas\":"u8);
            reply.Quantity(unsigned.MaxPriorityFeePerGas);
        }
        reply.Raw(",\"value\":"u8);
        reply.Quantity(unsigned.Value);
        reply.Raw(",\"input\":"u8);
        reply.Hex(unsigned.Data.Span);
        if (unsigned.Type != TransactionType.Legacy)
        {
            reply.Raw(",\"accessList\":"u8);
            TransactionJson.WriteAccessList(reply, unsigned.AccessList);
            reply.Raw(",\"yParity\":\"0x0\""u8);
        }
        reply.Raw(",\"v\":\"0x0\",\"r\":\"0x0\",\"s\":\"0x0\",\"hash\":"u8);
        reply.Hex(unsigned.Hash);
        reply.Raw("}}"u8);
    }
}

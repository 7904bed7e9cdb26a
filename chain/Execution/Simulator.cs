using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>
/// eth_call and eth_estimateGas: a call as a transaction of its sender at the given state, with geth's defaults and texts,
/// on an overlay that is dropped. No nonce or signature is asked for; without fee fields the gas is free.
/// </summary>
public sealed class Simulator(ulong chainId, ulong transactionGasMax, IModuleKernel kernel)
{
    /// <summary>geth's default --rpc.gascap: what an eth_call may use at most, and its gas where none is given.</summary>
    public const ulong CallGasMax = 50_000_000;

    private const int RpcCode = -32000;

    /// <param name="block">The block whose state and context the call sees.</param>
    public SimulationResult Call(SimulatedCall call, IStateView state, BlockContext block)
    {
        ulong gas = Math.Min(call.Gas ?? CallGasMax, CallGasMax);
        return Run(call, state, block, gas, out TransactionError? error) is { } result ? result : Refuse(error, gas);
    }

    /// <summary>The smallest gas limit with which the call succeeds; a failing call gives its failure at the highest.</summary>
    public SimulationResult Estimate(SimulatedCall call, IStateView state, BlockContext block)
    {
        ulong highest = HighestGas(call, block);
        if (call.MaxFeePerGas is { IsZero: false } price)
        {
            if (Allowance(call, state, price, out PoolRejection? poor) is not { } allowance) return Rejected(poor);
            if (allowance < highest) highest = allowance;
        }
        if (Run(call, state, block, highest, out TransactionError? error) is not { } atHighest) return Refuse(error, highest);
        if (atHighest.Status == CallStatus.OutOfGas) return Rejected(Exceeds(highest));
        if (atHighest.Status != CallStatus.Success) return atHighest;
        ulong needed = SmallestGas(call, state, block, atHighest.GasUsed, highest);
        return atHighest with { GasUsed = needed };
    }

    /// <summary>Tries what the call used first: mostly that is the answer, and one below it fails.</summary>
    private ulong SmallestGas(SimulatedCall call, IStateView state, BlockContext block, ulong used, ulong highest)
    {
        if (Succeeds(call, state, block, used)) return used; // less than it uses can never be enough
        ulong failing = used, succeeding = highest;
        while (succeeding - failing > 1)
        {
            ulong middle = failing + ((succeeding - failing) / 2);
            if (Succeeds(call, state, block, middle)) succeeding = middle;
            else failing = middle;
        }
        return succeeding;
    }

    private bool Succeeds(SimulatedCall call, IStateView state, BlockContext block, ulong gas) =>
        Run(call, state, block, gas, out _) is { Status: CallStatus.Success };

    private ulong HighestGas(SimulatedCall call, BlockContext block)
    {
        ulong bound = Math.Min(Math.Min(transactionGasMax, block.GasLimit), CallGasMax);
        return call.Gas is { } asked && asked >= IntrinsicGas.Transaction ? Math.Min(asked, bound) : bound;
    }

    /// <summary>Gas that the sender's balance pays at this price after the value.</summary>
    private static ulong? Allowance(SimulatedCall call, IStateView state, Uint256 price, out PoolRejection? rejection)
    {
        rejection = null;
        state.TryGetAccount(call.From, out Account sender);
        Uint256 balance = sender.Balance.BaseUnits;
        if (call.Value >= balance && !call.Value.IsZero)
        {
            rejection = new PoolRejection(RpcCode, "insufficient funds for transfer", "DSDN-E-CALL-FUNDS");
            return null;
        }
        Uint256 gas = (balance - call.Value) / price;
        return gas.FitsUInt64 ? gas.ToUInt64() : ulong.MaxValue;
    }

    private SimulationResult? Run(SimulatedCall call, IStateView state, BlockContext block, ulong gas, out TransactionError? error)
    {
        var overlay = new StateOverlay(state);
        overlay.TryGetAccount(call.From, out Account sender);
        bool isFree = (call.MaxFeePerGas ?? Uint256.Zero).IsZero && (call.MaxPriorityFeePerGas ?? Uint256.Zero).IsZero;
        var tx = new Transaction
        {
            Type = TransactionType.DynamicFee,
            ChainId = chainId,
            Nonce = sender.Nonce,
            MaxFeePerGas = call.MaxFeePerGas ?? Uint256.Zero,
            MaxPriorityFeePerGas = call.MaxPriorityFeePerGas ?? Uint256.Zero,
            GasLimit = gas,
            To = call.To,
            Value = call.Value,
            Data = call.Data,
            AccessList = call.AccessList,
            Hash = Hash256.Zero,
            Raw = default,
            Sender = call.From,
        };
        var executor = new TransactionExecutor(overlay, isFree ? block with { BaseFee = Amount.Zero } : block, kernel);
        error = executor.Execute(tx, ulong.MaxValue, out TransactionEffect effect);
        return error is null ? new SimulationResult(effect.Status, effect.ReturnData, effect.GasUsed, effect.Logs, null) : null;
    }

    /// <summary>geth wraps what happens before the call runs, except that funds are told as they are.</summary>
    private static SimulationResult Refuse(TransactionError? error, ulong gas)
    {
        TransactionError known = error ?? throw new InvalidOperationException("a call that did not run has its reason");
        string text = known.Code == ExecutionFaults.FundsCode ? known.Message : $"err: {known.Message} (supplied gas {gas})";
        return Rejected(new PoolRejection(RpcCode, text, known.Code));
    }

    private static PoolRejection Exceeds(ulong allowance) =>
        new(RpcCode, $"gas required exceeds allowance ({allowance})", "DSDN-E-CALL-ALLOWANCE");

    private static SimulationResult Rejected(PoolRejection? rejection) => new(CallStatus.Reverted, default, 0, [], rejection);
}

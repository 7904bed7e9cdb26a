using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>
/// Runs transactions of one block, one after the other, on its overlay: checks against the state, gas bought, value moved,
/// module called inside a checkpoint, gas returned, fees settled (chain-decisions 1.5). A faulty transaction changes nothing.
/// What needs no state was checked before, by <see cref="TransactionRules"/>.
/// </summary>
internal sealed class TransactionExecutor(StateOverlay state, BlockContext block, IModuleKernel kernel)
{
    /// <summary>EIP-3529: at most this part of the gas used is given back.</summary>
    private const ulong RefundQuotient = 5;

    private static readonly IReadOnlyList<LogEntry> NoLogs = [];

    private readonly FeeLedger _fees = new(state, block.Coinbase, kernel.FeePool);

    /// <summary>Writes fees that are earned but not yet in the overlay. Call before anything else reads the overlay.</summary>
    public void Settle() => _fees.Settle();

    /// <param name="tx">Sender recovered; passes <see cref="TransactionRules"/>.</param>
    /// <param name="gasRest">Gas left in the block.</param>
    /// <param name="effect">Meaningful where null is returned.</param>
    public TransactionError? Execute(Transaction tx, ulong gasRest, out TransactionEffect effect)
    {
        effect = default;
        if (tx.GasLimit > gasRest) return ExecutionFaults.BlockGas;
        ulong intrinsic = IntrinsicGas.Standard(tx), floor = IntrinsicGas.Floor(tx.Data.Span);
        if (tx.GasLimit < intrinsic) return ExecutionFaults.IntrinsicGas(tx, intrinsic);
        if (tx.GasLimit < floor) return ExecutionFaults.FloorGas(tx, floor);
        if (CheckFees(tx) is { } feeFault) return feeFault;
        if (tx.To is not { } to) return TransactionError.Creation;

        if (_fees.Concerns(tx.Sender) || _fees.Concerns(to)) _fees.Settle();
        state.TryGetAccount(tx.Sender, out Account sender);
        if (tx.Nonce != sender.Nonce) return ExecutionFaults.Nonce(tx, sender.Nonce);
        if (tx.Nonce == ulong.MaxValue) return TransactionError.NonceMax;
        if (!TransactionCost.TryUpfront(tx, out Uint256 upfront) || upfront > sender.Balance.BaseUnits) return ExecutionFaults.Funds(tx, sender.Balance);

        Amount price = TransactionCost.EffectiveGasPrice(tx, block.BaseFee);
        effect = kernel.IsModule(to)
            ? CallModule(tx, to, sender, intrinsic, floor, price)
            : Transfer(tx, to, sender, Math.Max(intrinsic, floor), price);
        _fees.Earn(Times(price - block.BaseFee, effect.GasUsed), Times(block.BaseFee, effect.GasUsed));
        return null;
    }

    private TransactionError? CheckFees(Transaction tx)
    {
        if (!tx.MaxFeePerGas.FitsUInt128) return ExecutionFaults.FeeRange(tx);
        if (tx.MaxPriorityFeePerGas > tx.MaxFeePerGas) return ExecutionFaults.TipAboveFeeCap(tx);
        return tx.MaxFeePerGas < block.BaseFee.BaseUnits ? ExecutionFaults.FeeCapBelowBaseFee(tx, block.BaseFee) : null;
    }

    /// <summary>To an account without code: data is accepted and charged, nothing runs (chain-decisions 1.15).</summary>
    private TransactionEffect Transfer(Transaction tx, in Address to, in Account sender, ulong gasUsed, Amount price)
    {
        var value = new Amount(tx.Value.ToUInt128());
        Amount fee = Times(price, gasUsed);
        if (to == tx.Sender)
        {
            state.SetAccount(to, sender with { Nonce = sender.Nonce + 1, Balance = sender.Balance - fee });
        }
        else
        {
            state.SetAccount(tx.Sender, sender with { Nonce = sender.Nonce + 1, Balance = sender.Balance - fee - value });
            Credit(to, value);
        }
        return new TransactionEffect(CallStatus.Success, gasUsed, price, default, NoLogs);
    }

    private TransactionEffect CallModule(Transaction tx, in Address to, in Account sender, ulong intrinsic, ulong floor, Amount price)
    {
        _fees.Settle(); // a module may read any balance
        var value = new Amount(tx.Value.ToUInt128());
        Amount bought = Times(price, tx.GasLimit);
        state.SetAccount(tx.Sender, sender with { Nonce = sender.Nonce + 1, Balance = sender.Balance - bought });

        int checkpoint = state.Checkpoint();
        Debit(tx.Sender, value);
        Credit(to, value);
        CallOutput output = kernel.Call(state, block, new CallInput(tx.Sender, to, value, tx.Data, tx.GasLimit - intrinsic) { AccessList = tx.AccessList });
        bool succeeded = output.Status == CallStatus.Success;
        if (!succeeded) state.Revert(checkpoint);

        ulong gasUsed = GasUsed(tx.GasLimit, intrinsic, floor, output);
        Credit(tx.Sender, Times(price, tx.GasLimit - gasUsed));
        return new TransactionEffect(output.Status, gasUsed, price, output.ReturnData, succeeded ? output.Logs : NoLogs);
    }

    private static ulong GasUsed(ulong gasLimit, ulong intrinsic, ulong floor, CallOutput output)
    {
        if (output.Status == CallStatus.OutOfGas) return gasLimit;
        ulong used = intrinsic + output.GasUsed;
        if (used > gasLimit) throw new InvalidOperationException($"a module used {output.GasUsed} of {gasLimit - intrinsic} gas");
        if (output.Status == CallStatus.Success) used -= Math.Min(output.Refund, used / RefundQuotient);
        return Math.Max(used, floor);
    }

    private void Debit(in Address address, Amount amount)
    {
        if (amount.IsZero) return;
        state.TryGetAccount(address, out Account account);
        state.SetAccount(address, account with { Balance = account.Balance - amount });
    }

    private void Credit(in Address address, Amount amount)
    {
        if (amount.IsZero) return;
        state.TryGetAccount(address, out Account account);
        state.SetAccount(address, account with { Balance = account.Balance + amount });
    }

    private static Amount Times(Amount price, ulong gas) => new(price.BaseUnits * gas);
}

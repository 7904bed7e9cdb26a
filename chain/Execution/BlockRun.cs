using Dsdn.Chain.Blocks;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>
/// One block while it is executed, the same for builder and validator: begin hooks, transactions, end hooks, each hook as
/// a system transaction where it left something. Order of calls: <see cref="Begin"/>, <see cref="Add"/>..., <see cref="End"/>.
/// </summary>
/// <param name="bytesMax">For the canonical encodings of all transactions.</param>
internal sealed class BlockRun(StateOverlay state, BlockContext context, IModuleKernel kernel, TransactionBounds bounds, int bytesMax)
{
    /// <summary>No system transaction is longer: type byte, list header, three integers of at most nine bytes.</summary>
    private const int SystemBytesMax = 29;

    private readonly TransactionExecutor _executor = new(state, context, kernel);
    private readonly List<Transaction> _transactions = [];
    private readonly List<Receipt> _receipts = [];

    public StateOverlay State => state;
    public BlockContext Context => context;
    public IReadOnlyList<Transaction> Transactions => _transactions;
    public IReadOnlyList<Receipt> Receipts => _receipts;
    public ulong GasUsed { get; private set; }
    public int TransactionBytes { get; private set; }

    public ulong GasRest => context.GasLimit - GasUsed;

    /// <summary>Free for users' transactions; the end hook's always finds room.</summary>
    public int BytesRest => bytesMax - SystemBytesMax - TransactionBytes;

    public void Begin() => AddHook(kernel.BeginBlock(state, context), SystemPhase.Begin);

    public void End()
    {
        _executor.Settle();
        AddHook(kernel.EndBlock(state, context), SystemPhase.End);
    }

    /// <summary>Null, or why the transaction was not added; then it changed nothing.</summary>
    public TransactionError? Add(Transaction tx)
    {
        if (TransactionRules.Check(tx, bounds) is { } unacceptable) return unacceptable;
        if (tx.Raw.Length > BytesRest) return ExecutionFaults.BlockBytes;
        if (_executor.Execute(tx, GasRest, out TransactionEffect effect) is { } fault) return fault;
        GasUsed += effect.GasUsed;
        Append(tx, effect.Status == CallStatus.Success, effect.GasUsed, effect.Logs);
        return null;
    }

    private void AddHook(HookOutput output, SystemPhase phase)
    {
        if (!output.WroteState && output.Logs.Count == 0) return;
        Append(SystemTransaction.Create(context.ChainId, context.Height, phase), succeeded: true, gasUsed: 0, output.Logs);
    }

    private void Append(Transaction tx, bool succeeded, ulong gasUsed, IReadOnlyList<LogEntry> logs)
    {
        _transactions.Add(tx);
        _receipts.Add(new Receipt(tx.Type, succeeded, gasUsed, GasUsed, logs.Count == 0 ? Bloom.Empty : Bloom.Of(logs), logs));
        TransactionBytes += tx.Raw.Length;
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Execution;

/// <summary>Computes the roots of a block that has run; state on one side, transactions and receipts on the other.</summary>
internal sealed class BlockSealer(StateStore store, IModuleKernel kernel, IParallel parallel)
{
    /// <summary>Modules 0 to 15 have a place in the module-roots hash.</summary>
    public const int ModuleCount = 16;

    /// <summary>Below it, waking another core takes longer than the work.</summary>
    private const int TransactionsForTwoCores = 64;

    /// <param name="transactionsRoot">Where it is known already.</param>
    public SealedRun Seal(BlockRun run, StateVersion parent, Hash256? transactionsRoot)
    {
        ValidatorSet next = kernel.Validators(run.State);
        StateChanges? changes = null;
        StateVersion? version = null;
        Hash256 ofTransactions = default, receiptsRoot = default;
        Bloom? bloom = null;
        (run.Transactions.Count < TransactionsForTwoCores ? Sequential.Instance : parallel).Run(
            () =>
            {
                changes = run.State.Changes();
                version = store.Derive(parent, changes);
            },
            () =>
            {
                ofTransactions = transactionsRoot ?? OrderedTrie.TransactionsRoot(run.Transactions);
                receiptsRoot = OrderedTrie.ReceiptsRoot(run.Receipts);
                bloom = Bloom.Union(run.Receipts.Select(static receipt => receipt.LogsBloom));
            });
        if (changes is null || version is null || bloom is null) throw new InvalidOperationException("a piece of work did not run");
        var roots = new ExecutionRoots(
            run.GasUsed, ofTransactions, receiptsRoot, bloom, version.Root, ModuleRoots(version), BlockHashes.Validators(next));
        return new SealedRun(roots, changes, version, next);
    }

    private static Hash256 ModuleRoots(StateVersion version)
    {
        Span<Hash256> roots = stackalloc Hash256[ModuleCount];
        for (int module = 0; module < roots.Length; module++) roots[module] = version.ModuleRoot(module);
        return BlockHashes.ModuleRoots(roots);
    }
}

internal sealed record SealedRun(ExecutionRoots Roots, StateChanges Changes, StateVersion Version, ValidatorSet NextValidators);

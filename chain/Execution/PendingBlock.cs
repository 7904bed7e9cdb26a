using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Execution;

/// <summary>
/// What the next block would be, for readers: executed like any block, never proposed. Its state root and the hashes that
/// depend on it are zero, because trees are derived for proposals only.
/// </summary>
public static class PendingBlock
{
    /// <param name="candidates">In the pool's order.</param>
    public static ChainHead Make(ChainServices services, ChainHead head, ValidatorSet validators, IReadOnlyList<Transaction> candidates)
    {
        ulong parentMs = head.Block.Consensus?.TimeMs ?? head.Block.Header.Timestamp * 1000;
        var tip = new Tip(head.Block, services.State.Current, head.State, null, validators, validators);
        var frame = new BlockFrame(services.Chain, tip, parentMs + services.Chain.Parameters.BlockIntervalMs + 1, validators.Validators[0], default);
        var overlay = new StateOverlay(head.State);
        var run = new BlockRun(overlay, frame.Context, services.Kernel, services.Chain.Bounds, (int)services.Chain.Parameters.BlockBytesMax);
        run.Begin();
        BlockBuilder.Fill(run, candidates, null);
        run.End();
        var roots = ExecutionRoots.None with
        {
            GasUsed = run.GasUsed,
            TransactionsRoot = OrderedTrie.TransactionsRoot(run.Transactions),
            ReceiptsRoot = OrderedTrie.ReceiptsRoot(run.Receipts),
            LogsBloom = Bloom.Union(run.Receipts.Select(static receipt => receipt.LogsBloom)),
        };
        (Header header, ConsensusHeader consensus) = frame.Headers(roots);
        var block = new Block(HeaderCodec.Hash(header), header, consensus, run.Transactions, null, default, default);
        return new ChainHead(
            new BlockData(block, run.Receipts, BlockCodec.EthereumSize(header, run.Transactions)), new PatchedState(head.State, overlay.Changes()));
    }

    /// <summary>How many of the pool's transactions could fit.</summary>
    public static int CandidatesMax(ChainParams parameters) => (int)Math.Min(parameters.BlockGasMax / IntrinsicGas.Transaction, int.MaxValue);
}

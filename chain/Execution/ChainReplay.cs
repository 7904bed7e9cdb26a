using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <param name="Code">The rule of a block that failed (DSDN-E-...), or what differs between replay and store.</param>
public sealed record ReplayDivergence(ulong Height, string Code, string Detail);

/// <summary>
/// Executes stored blocks again and compares everything they led to with what is stored; the first difference is named
/// (`dsdn state verify --replay`). Reads only; the replayed chain lives in a store of its own.
/// </summary>
public static class ChainReplay
{
    /// <summary>From genesis to the head: every header field, sender, receipt and certificate, then every flat account and record.</summary>
    /// <param name="scratch">Empty; holds the replayed chain afterwards.</param>
    /// <param name="progress">Told each height that was found equal.</param>
    /// <returns>Null if nothing differs.</returns>
    public static ReplayDivergence? FromGenesis(ChainServices stored, GenesisBlock genesis, IKeyValueStore scratch, Action<ulong>? progress = null) =>
        FromGenesis(stored.Store, stored.Blocks, genesis, stored.Kernel, stored.Parallel, scratch, progress);

    /// <summary>As above, for a store whose state may be too damaged to be opened.</summary>
    /// <exception cref="StorageException">there is no chain, or the store cannot be read</exception>
    public static ReplayDivergence? FromGenesis(
        IKeyValueReader stored, ChainStore blocks, GenesisBlock genesis, IModuleKernel kernel, IParallel parallel, IKeyValueStore scratch, Action<ulong>? progress = null)
    {
        OpenChain replay = ChainOpening.Open(scratch, new StateOptions(), genesis, kernel, parallel);
        if (replay.Head.Number != 0) throw new ArgumentException("the scratch store is not empty");
        if (blocks.GenesisHash != genesis.Block.Hash) return new ReplayDivergence(0, "DSDN-E-REPLAY-GENESIS", $"stored {blocks.GenesisHash}, genesis {genesis.Block.Hash}");
        ChainExecution execution = replay.Execution(NoTransactions.Instance, NoTransactions.Instance);
        ulong head = blocks.Height ?? throw new StoreCorruptException("no height");
        for (ulong height = 1; height <= head; height++)
        {
            if (ReplayBlock(stored, blocks, replay.Services.Chain, execution, scratch, height) is { } divergence) return divergence;
            progress?.Invoke(height);
        }
        return StateComparison.FirstDifference(stored, scratch) is { } difference ? new ReplayDivergence(head, "DSDN-E-REPLAY-STATE", difference) : null;
    }

    private static ReplayDivergence? ReplayBlock(
        IKeyValueReader stored, ChainStore blocks, ChainConstants chain, ChainExecution execution, IKeyValueStore scratch, ulong height)
    {
        if (blocks.ReadBlock(height) is not { } data) return new ReplayDivergence(height, "DSDN-E-REPLAY-BODY", "the block is not stored");
        if (!BlockCodec.TryDecode(BlockCodec.Encode(data.Block), int.MaxValue, out Block? received)) return new ReplayDivergence(height, "DSDN-E-REPLAY-BODY", "the block does not decode");
        BlockVerdict verdict = execution.Execute(received); // recovers senders anew
        if (!verdict.IsValid) return new ReplayDivergence(height, verdict.Code ?? "", verdict.Detail ?? "");
        for (int i = 0; i < received.Transactions.Count; i++)
        {
            Transaction recovered = received.Transactions[i];
            if (recovered.Sender != data.Block.Transactions[i].Sender)
                return new ReplayDivergence(height, "DSDN-E-REPLAY-SENDER", $"transaction {i}: stored {data.Block.Transactions[i].Sender}, recovered {recovered.Sender}");
            if (blocks.Locate(recovered.Hash) != new TransactionLocation(height, (uint)i))
                return new ReplayDivergence(height, "DSDN-E-REPLAY-INDEX", $"transaction {i} {recovered.Hash} is not indexed at its place");
        }
        if (blocks.ReadCertificate(height) is not { } certificate) return new ReplayDivergence(height, "DSDN-E-REPLAY-CERTIFICATE", "absent");
        if (CertificateRules.Check(certificate, height, received.Hash, execution.Validators) is { } what) return new ReplayDivergence(height, "DSDN-E-REPLAY-CERTIFICATE", what);
        if (CertificateRules.CheckSignatures(certificate, chain, execution.Validators) is { } forged) return new ReplayDivergence(height, "DSDN-E-REPLAY-CERTIFICATE", forged);
        execution.Commit(received.Hash, certificate);
        byte[] key = StoreKeys.OfHeight(height);
        return SameBytes(stored, scratch, ColumnFamily.Receipts, key) ? null : new ReplayDivergence(height, "DSDN-E-REPLAY-RECEIPTS", "stored receipts differ");
    }

    /// <summary>
    /// Each block from <paramref name="first"/> on above the stored state of its parent, against the stored state after it: names
    /// the first key that a block wrote otherwise, without replaying the chain before it.
    /// </summary>
    /// <exception cref="HistoryUnavailableException">the state before <paramref name="first"/> is outside the retention window</exception>
    public static ReplayDivergence? FromHeight(ChainServices stored, ulong first, Action<ulong>? progress = null)
    {
        ulong head = stored.Blocks.Height ?? throw new StoreCorruptException("no height");
        for (ulong height = Math.Max(first, 1); height <= head; height++)
        {
            if (stored.Blocks.ReadBlock(height) is not { } data) return new ReplayDivergence(height, "DSDN-E-REPLAY-BODY", "the block is not stored");
            if (CompareWrites(stored, data) is { } divergence) return divergence;
            progress?.Invoke(height);
        }
        return null;
    }

    private static ReplayDivergence? CompareWrites(ChainServices stored, BlockData data)
    {
        Header header = data.Block.Header;
        ConsensusHeader consensus = data.Block.Consensus ?? throw new StoreCorruptException($"consensus header of block {header.Number}");
        if (!EvidenceCodec.TryDecodeList(data.Block.Evidence.Span, out IReadOnlyList<EvidenceItem>? evidence)) return new ReplayDivergence(header.Number, "DSDN-E-BLOCK-EVIDENCE", "the evidence does not decode");
        var context = new BlockContext(
            stored.Chain.ChainId, header.Number, consensus.TimeMs, header.Coinbase, consensus.Proposer, header.BaseFeePerGas, header.GasLimit, header.MixHash)
        {
            ParentHash = header.ParentHash,
            GenesisHash = stored.Chain.GenesisHash,
            LastCommit = data.Block.LastCommit,
            Evidence = evidence,
        };
        var overlay = new StateOverlay(stored.State.At(header.Number - 1));
        var run = new BlockRun(overlay, context, stored.Kernel, stored.Chain.Bounds, int.MaxValue);
        run.Begin();
        for (int i = 0; i < data.Block.Transactions.Count; i++)
        {
            Transaction tx = data.Block.Transactions[i];
            if (tx.Type != TransactionType.System && run.Add(tx) is { } error) return new ReplayDivergence(header.Number, error.Code, $"transaction {i}: {error.Message}");
        }
        run.End();
        if (BlockRules.CheckSystemTransactions(data.Block.Transactions, run.Transactions) is { IsValid: false } verdict) return new ReplayDivergence(header.Number, verdict.Code ?? "", verdict.Detail ?? "");
        if (!ReceiptsRecord.Encode(run.Receipts).AsSpan().SequenceEqual(ReceiptsRecord.Encode(data.Receipts))) return new ReplayDivergence(header.Number, "DSDN-E-REPLAY-RECEIPTS", "stored receipts differ");
        return StateComparison.FirstDifference(overlay.Changes(), stored.State.At(header.Number)) is { } difference
            ? new ReplayDivergence(header.Number, "DSDN-E-REPLAY-STATE", difference)
            : null;
    }

    private static bool SameBytes(IKeyValueReader left, IKeyValueReader right, ColumnFamily family, byte[] key) =>
        left.Get(family, key).AsSpan().SequenceEqual(right.Get(family, key));
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>
/// The chain above a store: proposals are executed into overlays on the last decided state, one of them is committed by one
/// synced batch over all column families, the others are dropped. Nothing else writes blocks or state. Single-threaded.
/// </summary>
public sealed class ChainExecution : IExecution
{
    private readonly IKeyValueStore _store;
    private readonly StateStore _state;
    private readonly ChainStore _blocks;
    private readonly ChainConstants _chain;
    private readonly IModuleKernel _kernel;
    private readonly ITransactionSource _source;
    private readonly ICommitSink _sink;
    private readonly IParallel _parallel;
    private readonly BlockSealer _sealer;
    private readonly ProposalTable _proposals = new();
    private readonly EpochSeed _seed;
    private Tip _tip;
    private bool _failed;

    internal ChainExecution(ChainServices services, Tip tip, ITransactionSource source, ICommitSink sink)
    {
        _store = services.Store;
        _state = services.State;
        _blocks = services.Blocks;
        _chain = services.Chain;
        _kernel = services.Kernel;
        _parallel = services.Parallel;
        _source = source;
        _sink = sink;
        _sealer = new BlockSealer(_state, _kernel, _parallel);
        _seed = new EpochSeed(_blocks, _chain);
        _tip = tip;
        Evidence = new EvidencePool(_store, _chain, _kernel, tip);
    }

    public Block Decided => _tip.Block;

    public Certificate? DecidedBy => _tip.Certificate;

    public ValidatorSet Deciders => _tip.Deciders;

    public ValidatorSet Validators => _tip.Validators;

    public Hash256 ProposerSeed => _seed.Of(_tip.Number + 1);

    public EvidencePool Evidence { get; }

    /// <summary>Executed and neither committed nor dropped.</summary>
    public int LiveProposals => _proposals.Count;

    public Block Build(BuildRequest request)
    {
        RefuseAfterFailure();
        if (BlockRules.CheckLastCommit(request.LastCommit, _tip) is { IsValid: false } verdict) throw new ArgumentException($"{verdict.Code}: {verdict.Detail}");
        Validator proposer = _tip.FindValidator(request.Proposer) ?? throw new ArgumentException($"{request.Proposer} is no validator");
        ReadOnlyMemory<byte> vrfProof = BlockRules.CheckVrfProof(request.VrfProof, _chain, _tip, proposer).IsValid ? request.VrfProof : default;
        ulong timeMs = Math.Max(request.TimeMs, _tip.TimeMs + 1);
        byte[] evidence = EvidenceRules.Keep(request.Evidence.Span, _chain, _kernel, _tip, timeMs);
        var extras = new BlockExtras(request.LastCommit, evidence, vrfProof);
        var frame = new BlockFrame(_chain, _tip, timeMs, proposer, extras);
        BlockRun run = NewRun(frame, extras);
        run.Begin();
        BlockBuilder.Fill(run, _source, request.BudgetSpent);
        run.End();
        Proposal proposal = Seal(frame, run, extras, null);
        _proposals.Add(proposal);
        return proposal.Data.Block;
    }

    public BlockVerdict Execute(Block block, VerifiedVrfProof? verified = null)
    {
        RefuseAfterFailure();
        if (_proposals.Find(block.Hash) is not null) return BlockVerdict.Valid;
        if (BlockRules.CheckBinding(block) is { IsValid: false } unbound) return unbound; // not remembered: the hash may be another, honest block's
        if (_proposals.FindRejected(block.Hash) is { } known) return known;
        BlockVerdict verdict = TryExecute(block, verified, out Proposal? proposal);
        if (proposal is not null) _proposals.Add(proposal);
        else _proposals.Reject(block.Hash, verdict);
        return verdict;
    }

    /// <exception cref="DivergedException">the certified block was found invalid here</exception>
    /// <exception cref="StorageException">the disk failed: nothing more is accepted until the node was restarted</exception>
    public void Commit(Hash256 blockHash, Certificate certificate, bool durable = true)
    {
        RefuseAfterFailure();
        ulong height = _tip.Number + 1;
        if (_proposals.FindRejected(blockHash) is { } rejected) throw new DivergedException(height, blockHash, rejected);
        Proposal proposal = _proposals.Find(blockHash) ?? throw new ArgumentException($"block {blockHash} was not executed");
        if (CertificateRules.Check(certificate, height, blockHash, _tip.Validators) is { } detail) throw new ArgumentException(detail);
        _failed = true;
        Write(proposal, certificate, durable);
        _failed = false;

        _tip = new Tip(proposal.Data.Block, proposal.Version, _state.Head, certificate, _tip.Validators, proposal.NextValidators);
        _proposals.Clear();
        Evidence.OnCommitted(_tip);
        _sink.OnCommitted(new ChainHead(proposal.Data, _state.Head), proposal.Changes, BaseFee.Next(proposal.Data.Block.Header, _chain.Parameters));
    }

    private void Write(Proposal proposal, Certificate certificate, bool durable)
    {
        using IWriteBatch batch = _store.CreateBatch();
        _blocks.Stage(batch, proposal.Data, certificate, proposal.NextValidators);
        _state.Stage(batch, proposal.Data.Block.Header.Number, proposal.Version, proposal.Changes);
        _store.Write(batch, sync: durable);
        _state.Promote(proposal.Version);
    }

    private BlockVerdict TryExecute(Block block, VerifiedVrfProof? verified, out Proposal? proposal)
    {
        proposal = null;
        BlockVerdict verdict = BlockRules.CheckPlace(block, _chain, _tip, out Validator? proposer);
        if (!verdict.IsValid || block.Consensus is null || proposer is null) return verdict;
        var extras = new BlockExtras(block.LastCommit, block.Evidence, block.VrfProof);
        var frame = new BlockFrame(_chain, _tip, block.Consensus.TimeMs, proposer, extras);
        (Header header, ConsensusHeader consensus) = frame.Headers(ExecutionRoots.None);
        verdict = BlockRules.CheckFrame(block, header, consensus);
        if (!verdict.IsValid) return verdict;
        verdict = BlockRules.CheckCommitSignatures(block.LastCommit, _chain, _tip);
        if (!verdict.IsValid) return verdict;
        verdict = EvidenceRules.CheckAll(block.Evidence.Span, _chain, _kernel, _tip, block.Consensus.TimeMs);
        if (!verdict.IsValid) return verdict;
        verdict = BlockRules.CheckVrfProof(block.VrfProof, _chain, _tip, proposer, verified);
        if (!verdict.IsValid) return verdict;
        verdict = BlockSenders.Set(block, _chain.ChainId, _tip.State, _source, _parallel);
        if (!verdict.IsValid) return verdict;

        BlockRun run = NewRun(frame, extras);
        verdict = Run(run, block.Transactions);
        if (!verdict.IsValid) return verdict;
        Proposal ours = Seal(frame, run, extras, block.Header.TransactionsRoot);
        verdict = BlockRules.CheckResult(block, ours.Data.Block.Header, ours.Data.Block.Consensus ?? throw new InvalidOperationException("made by Seal"));
        if (verdict.IsValid) proposal = ours;
        return verdict.Code is "DSDN-E-BLOCK-STATE-ROOT" or "DSDN-E-BLOCK-MODULE-ROOTS-HASH" ? verdict with { Detail = $"{verdict.Detail}; {Roots(ours.Version)}" } : verdict;
    }

    /// <summary>For operators of two nodes to compare: which module's storage differs.</summary>
    private static string Roots(StateVersion version) =>
        string.Join(", ", Enumerable.Range(0, BlockSealer.ModuleCount).Select(module => $"module {module} {version.ModuleRoot(module)}"));

    private static BlockVerdict Run(BlockRun run, IReadOnlyList<Transaction> transactions)
    {
        run.Begin();
        for (int i = 0; i < transactions.Count; i++)
        {
            if (transactions[i].Type == TransactionType.System) continue; // made again here and compared below
            if (run.Add(transactions[i]) is { } fault) return BlockVerdict.Invalid(fault.Code, $"transaction {i} {transactions[i].Hash}: {fault.Message}");
        }
        run.End();
        return BlockRules.CheckSystemTransactions(transactions, run.Transactions);
    }

    private BlockRun NewRun(BlockFrame frame, BlockExtras extras) => new(
        new StateOverlay(_tip.State), frame.Context, _kernel, _chain.Bounds, (int)_chain.Parameters.BlockBytesMax - extras.Bytes);

    private Proposal Seal(BlockFrame frame, BlockRun run, BlockExtras extras, Hash256? transactionsRoot)
    {
        SealedRun done = _sealer.Seal(run, _tip.Version, transactionsRoot);
        (Header header, ConsensusHeader consensus) = frame.Headers(done.Roots);
        var block = new Block(HeaderCodec.Hash(header), header, consensus, run.Transactions, extras.LastCommit, extras.Evidence, extras.VrfProof);
        return new Proposal(new BlockData(block, run.Receipts, BlockCodec.EthereumSize(header, run.Transactions)), done.Changes, done.Version, done.NextValidators);
    }

    private void RefuseAfterFailure()
    {
        if (_failed) throw new InvalidOperationException("a commit failed: restart from the disk");
    }
}

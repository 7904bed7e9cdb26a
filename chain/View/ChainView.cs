using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Storage;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.View;

/// <summary>
/// A chain for its readers. Give it to the execution as source and sink: <c>open.Execution(view, view)</c>. Readers never
/// wait for a block: a commit ends in one swap of <see cref="Head"/>, under the pool's lock together with the pool.
/// </summary>
public sealed class ChainView : IChainView, ITransactionSource, ICommitSink
{
    private readonly ChainServices _services;
    private readonly GuardedPool _pool;
    private readonly RecentBlocks _recent;
    private readonly LoadedBlocks _loaded;
    private readonly Simulator _simulator;
    private readonly PendingCache _pending;
    private readonly Observers _observers = new();

    /// <param name="nowMs">The node's clock.</param>
    public ChainView(OpenChain chain, PoolOptions options, IReadOnlyList<ModuleDescription> modules, Func<ulong> nowMs)
    {
        _services = chain.Services;
        Modules = modules;
        var pool = new TransactionPool(options, _services.Chain.Bounds, chain.NextBaseFee);
        _pool = new GuardedPool(pool, chain.Head, _services.Parallel, nowMs, _observers.TellPooled);
        _recent = new RecentBlocks(chain.Head.Data);
        _loaded = new LoadedBlocks(_services.Blocks.ReadBlock);
        _simulator = new Simulator(_services.Chain.ChainId, _services.Chain.Parameters.TransactionGasMax, _services.Kernel);
        _pending = new PendingCache(_services, _pool, nowMs);
    }

    public ulong ChainId => _services.Chain.ChainId;

    public ChainParams Parameters => _services.Chain.Parameters;

    public Hash256 GenesisHash => _services.Chain.GenesisHash;

    public ChainHead Head => _pool.Head;

    public IPoolView Pool => _pool;

    public IReadOnlyList<ModuleDescription> Modules { get; }

    public Amount NextBaseFee => BaseFee.Next(Head.Block.Header, _services.Chain.Parameters);

    public BlockData? BlockAt(ulong number)
    {
        ChainHead head = Head;
        if (number == head.Number) return head.Data;
        if (number > head.Number) return null;
        return _recent.Find(number) ?? _loaded.Find(number);
    }

    public BlockData? BlockByHash(in Hash256 hash)
    {
        ChainHead head = Head;
        if (hash == head.Block.Hash) return head.Data;
        return _services.Blocks.NumberOf(hash) is { } number ? BlockAt(number) : null;
    }

    public Header? HeaderAt(ulong number)
    {
        ChainHead head = Head;
        if (number == head.Number) return head.Block.Header;
        if (number > head.Number) return null;
        return _recent.Find(number)?.Block.Header ?? _services.Blocks.ReadHeader(number)?.Header;
    }

    public TransactionLocation? Locate(in Hash256 transactionHash)
    {
        TransactionLocation? location = _services.Blocks.Locate(transactionHash);
        return location is not null && location.BlockNumber <= Head.Number ? location : null;
    }

    public Certificate? CertificateAt(ulong number) => number <= Head.Number ? _services.Blocks.ReadCertificate(number) : null;

    public ValidatorSet ValidatorsAt(ulong number)
    {
        ChainHead head = Head;
        if (number > head.Number + 1) throw new ArgumentOutOfRangeException(nameof(number), number, "above the block after the head");
        if (number == head.Number + 1) return _services.Kernel.Validators(head.State);
        ulong voted = Math.Max(number, 1); // nobody votes on block 0; the first set is named
        if (voted > head.Number) return _services.Kernel.Validators(head.State);
        ConsensusHeader? consensus = BlockAt(voted)?.Block.Consensus ?? _services.Blocks.ReadHeader(voted)?.Consensus;
        if (consensus is null) throw new StoreCorruptException($"consensus header of block {voted}");
        return _services.Blocks.ReadValidators(consensus.ValidatorsHash) ?? throw new StoreCorruptException($"validator set {consensus.ValidatorsHash}");
    }

    public LightBlock? LightBlockAt(ulong number) => number == 0 || number > Head.Number ? null : LightBlock.Read(_services.Blocks, number);

    public IStateView StateAt(ulong number)
    {
        ChainHead head = Head;
        return number == head.Number ? head.State : _services.State.At(number);
    }

    public AccountProof Prove(ulong number, in Address address, IReadOnlyList<Hash256> slots) => _services.State.Prove(number, address, slots);

    /// <exception cref="HistoryUnavailableException">the range reaches below the oldest block whose receipts are kept</exception>
    public IReadOnlyList<LocatedLog> FindLogs(LogFilter filter, int limit)
    {
        ulong oldest = _services.Blocks.OldestBody;
        if (oldest > 0 && filter.FromBlock < oldest) throw new HistoryUnavailableException(oldest);
        var found = new List<LocatedLog>();
        LogFilter bounded = filter with { ToBlock = Math.Min(filter.ToBlock, Head.Number) };
        if (bounded.FromBlock > bounded.ToBlock) return found;
        foreach (ulong number in _services.Blocks.CandidateBlocks(bounded))
        {
            BlockData data = BlockAt(number) ?? throw new HistoryUnavailableException(_services.Blocks.OldestBody); // pruned meanwhile
            LogSearch.AddMatches(data, bounded, found, limit + 1);
            if (found.Count > limit) break;
        }
        return found;
    }

    public SimulationResult Simulate(SimulatedCall call, ulong? number)
    {
        (IStateView state, BlockContext context) = At(number);
        return _simulator.Call(call, state, context);
    }

    public SimulationResult Estimate(SimulatedCall call, ulong? number)
    {
        (IStateView state, BlockContext context) = At(number);
        return _simulator.Estimate(call, state, context);
    }

    public ChainHead Pending() => _pending.Get();

    public void Subscribe(IChainObserver observer) => _observers.Add(observer);

    public void Unsubscribe(IChainObserver observer) => _observers.Remove(observer);

    /// <summary>Drops transactions that waited too long; the host calls it now and then.</summary>
    public int ExpirePool() => _pool.Expire();

    IReadOnlyList<Transaction> ITransactionSource.Candidates(Amount baseFee, int countMax, int bytesMax) => _pool.Candidates(baseFee, countMax, bytesMax);

    Transaction? ITransactionSource.Find(in Hash256 hash) => _pool.Find(hash);

    void ICommitSink.OnCommitted(ChainHead head, StateChanges changes, Amount nextBaseFee)
    {
        _recent.Add(head.Data);
        _pool.Swap(head, changes, nextBaseFee);
        _observers.TellHead(head);
    }

    /// <exception cref="ArgumentOutOfRangeException">above the head</exception>
    private (IStateView State, BlockContext Context) At(ulong? number)
    {
        ChainHead head = Head;
        if (number is not { } height)
        {
            ChainHead pending = Pending();
            return (pending.State, ContextOf(pending.Block.Header, pending.Block.Consensus));
        }
        if (height == head.Number) return (head.State, ContextOf(head.Block.Header, head.Block.Consensus));
        if (height > head.Number) throw new ArgumentOutOfRangeException(nameof(number), height, "above the head");
        IStateView state = StateAt(height);
        if (_recent.Find(height) is { } recent) return (state, ContextOf(recent.Block.Header, recent.Block.Consensus));
        StoredHeader stored = _services.Blocks.ReadHeader(height) ?? throw new StoreCorruptException($"header of block {height}");
        return (state, ContextOf(stored.Header, stored.Consensus));
    }

    private BlockContext ContextOf(Header header, ConsensusHeader? consensus) => new(
        ChainId, header.Number, consensus?.TimeMs ?? header.Timestamp * 1000, header.Coinbase, consensus?.Proposer ?? header.Coinbase,
        header.BaseFeePerGas, header.GasLimit, header.MixHash)
    {
        GenesisHash = GenesisHash,
    };
}

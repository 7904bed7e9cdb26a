using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Sync;
using Dsdn.Genesis;
using Dsdn.Modules;

namespace Dsdn.Simulator.Wan;

/// <summary>
/// One production chain for all nodes of a run: each block is executed once, and every node is told the same verdict. What is
/// measured here is consensus and gossip; execution takes virtual time only.
/// </summary>
internal sealed class SharedChain
{
    private const int BytesPerTransaction = 100_000;

    private readonly GenesisBlock _genesis;
    private readonly TransactionPool _pool;
    private readonly OpenChain _chain;
    private readonly ChainExecution _execution;
    private readonly List<(Block Block, ValidatorSet Deciders, ValidatorSet Next, Hash256 Seed)> _decided = [];
    private readonly int _blockBytes;
    private ulong _filled;

    public SharedChain(GenesisBlock genesis, int blockBytes)
    {
        (_genesis, _blockBytes) = (genesis, blockBytes);
        _chain = ChainOpening.Open(new MemoryStore(), World.State, genesis, DsdnModules.Kernel(), Sequential.Instance);
        _pool = new TransactionPool(PoolOptions.Default, genesis.Parameters.Bounds(genesis.ChainId), _chain.NextBaseFee);
        var source = new PoolSource(_pool);
        _execution = _chain.Execution(source, source);
        Note();
    }

    public ulong Height => _execution.Decided.Header.Number;

    public Block At(ulong height) => _decided[(int)height].Block;

    public ReplicaHead Head(ulong height, Certificate? certificate, ReadOnlySpan<byte> consensusKey)
    {
        (Block block, ValidatorSet deciders, ValidatorSet next, Hash256 seed) = _decided[(int)height];
        Address self = Address.Zero;
        foreach (Validator validator in next.Validators)
        {
            if (validator.ConsensusKey.Span.SequenceEqual(consensusKey)) self = validator.Operator;
        }
        return new ReplicaHead(height, block.Hash, block.Consensus?.TimeMs ?? block.Header.Timestamp * 1_000, certificate, deciders, next, seed, self, height == 0 ? 0UL : 1);
    }

    /// <summary>Null where the height is decided already.</summary>
    public Block? Build(ulong height, Address proposer, byte[] consensusSeed, Certificate? lastCommit, ulong nowMs)
    {
        if (height != Height + 1) return null;
        Fill(height);
        return _execution.Build(new BuildRequest(nowMs, proposer, lastCommit) { VrfProof = VrfBeacon.Prove(consensusSeed, _genesis.ChainId, height, _execution.Decided.Header.MixHash) });
    }

    public BlockVerdict Execute(Block block)
    {
        ulong height = block.Header.Number;
        if (height <= Height) return At(height).Hash == block.Hash ? BlockVerdict.Valid : BlockVerdict.Invalid("DSDN-E-SIMULATED", "another was decided");
        return _execution.Execute(block);
    }

    public void Commit(Block block, Certificate certificate)
    {
        ulong height = block.Header.Number;
        if (height <= Height)
        {
            if (At(height).Hash != block.Hash) throw new Engine.BrokenInvariant($"two blocks of height {height}");
            return;
        }
        _execution.Commit(block.Hash, certificate);
        Note();
    }

    public PeerMessage.Blocks Answer(PeerMessage.BlocksRequest request) => BlockServer.Answer(_chain.Services.Blocks, request);

    private void Note() => _decided.Add((_execution.Decided, _execution.Deciders, _execution.Validators, _execution.ProposerSeed));

    /// <summary>So many bytes of transactions a block.</summary>
    private void Fill(ulong height)
    {
        if (_filled == height) return;
        _filled = height;
        for (int i = 0; i < _blockBytes / BytesPerTransaction; i++)
        {
            Address sender = DevnetKeys.Account(i);
            _chain.Services.State.Head.TryGetAccount(sender, out Account account);
            var draft = new TransactionDraft
            {
                Type = TransactionType.DynamicFee, ChainId = _genesis.ChainId, Nonce = account.Nonce, MaxFeePerGas = Amount.Gwei(50).BaseUnits,
                MaxPriorityFeePerGas = Amount.Gwei(1).BaseUnits, GasLimit = 16_000_000, To = sender, Data = new byte[BytesPerTransaction - 150],
            };
            Transaction transaction = draft.Sign(DevnetKeys.PrivateKey(i)) ?? throw new InvalidOperationException("a devnet key signs");
            if (_pool.Add(transaction, account, 0).Rejection is { } refused) throw new InvalidOperationException($"not pooled: {refused}");
        }
    }
}

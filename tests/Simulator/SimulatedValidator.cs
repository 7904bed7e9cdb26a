using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;
using Dsdn.Consensus.Solo;
using Dsdn.Modules;

namespace Dsdn.Simulator;

/// <summary>What survives a crash of a validator beside its store.</summary>
internal sealed class DurableSigner(byte[] seed)
{
    private readonly SortedDictionary<(ulong Height, uint Round), Hash256> _signed = [];

    public (ulong Height, uint Round) Last { get; private set; }

    public int Signatures { get; private set; }

    /// <summary>Two different blocks under one height and round are a broken invariant.</summary>
    public byte[] Sign(ulong chainId, in Hash256 genesisHash, SoloEffect.SignPrecommit request)
    {
        (ulong, uint) step = (request.Height, request.Round);
        if (_signed.TryGetValue(step, out Hash256 before) && before != request.BlockHash) throw new BrokenInvariant($"signed {before} and {request.BlockHash} at height {request.Height} round {request.Round}");
        _signed[step] = request.BlockHash;
        Last = step;
        Signatures++;
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(SignBytes.Precommit(chainId, genesisHash, request.Height, request.Round, request.BlockHash), seed, signature);
        return signature;
    }
}

/// <summary>
/// One run of the validator's process, in virtual time: the production core, execution, pool and state over the
/// simulated disk. Dropped at a crash.
/// </summary>
internal sealed class SimulatedValidator
{
    private readonly GenesisBlock _genesis;
    private readonly DurableSigner _signer;
    private readonly OpenChain _chain;
    private readonly TransactionPool _pool;
    private readonly ChainExecution _execution;
    private readonly SoloCore _core;
    private SoloState? _state;

    public SimulatedValidator(GenesisBlock genesis, CrashingStore disk, DurableSigner signer, Address self, ulong nowMs)
    {
        (_genesis, _signer) = (genesis, signer);
        _chain = ChainOpening.Open(disk, new StateOptions(), genesis, DsdnModules.Kernel(), Sequential.Instance);
        _pool = new TransactionPool(PoolOptions.Default, genesis.Parameters.Bounds(genesis.ChainId), _chain.NextBaseFee);
        var source = new PoolSource(_pool);
        _execution = _chain.Execution(source, source);
        _core = new SoloCore(self, new BlockPolicy(genesis.Parameters.BlockIntervalMs, genesis.Parameters.BlockIntervalMs, Manual: false));
        Block decided = _execution.Decided;
        ulong next = decided.Header.Number + 1;
        uint round = signer.Last.Height == next ? signer.Last.Round + 1 : 0;
        Effects = Step(new SoloInput.Started(next - 1, TimeOf(decided), _chain.HeadCertificate, round, TransactionsWait: false, nowMs));
    }

    /// <summary>What the core asked for last and nobody did yet.</summary>
    public IReadOnlyList<SoloEffect> Effects { get; private set; }

    public Block Decided => _execution.Decided;

    public IStateView State => _chain.Services.State.Head;

    public PoolResult Submit(Transaction transaction, ulong nowMs)
    {
        State.TryGetAccount(transaction.Sender, out Account account);
        PoolResult result = _pool.Add(transaction, account, nowMs);
        return result;
    }

    public ulong NextNonce(in Address sender)
    {
        State.TryGetAccount(sender, out Account account);
        return _pool.PendingNonce(sender, account.Nonce);
    }

    /// <summary>Lets the timer fire, unless the core already asked for more than time.</summary>
    public void Wake(ulong nowMs)
    {
        if (Effects.All(static effect => effect is SoloEffect.SetTimer)) Effects = Step(new SoloInput.TimerFired(nowMs));
    }

    /// <summary>Carries out one effect; false when there is none to carry out.</summary>
    public bool Advance(ulong nowMs)
    {
        SoloEffect? effect = Effects.FirstOrDefault(static effect => effect is not SoloEffect.SetTimer);
        switch (effect)
        {
            case null:
                return false;
            case SoloEffect.Build build:
                Block block = _execution.Build(build.Request);
                Effects = Step(new SoloInput.BlockBuilt(block.Hash, TimeOf(block), _execution.Validators));
                return true;
            case SoloEffect.SignPrecommit sign:
                Effects = Step(new SoloInput.PrecommitSigned(_signer.Sign(_genesis.ChainId, _genesis.Block.Hash, sign)));
                return true;
            case SoloEffect.Commit commit:
                _execution.Commit(commit.BlockHash, commit.Certificate);
                Effects = Step(new SoloInput.BlockCommitted(_pool.PendingCount > 0, nowMs));
                return true;
            case SoloEffect.Halt halt:
                throw new BrokenInvariant($"halted: {halt.Reason}");
            default:
                throw new InvalidOperationException($"unknown effect {effect.GetType().Name}");
        }
    }

    private IReadOnlyList<SoloEffect> Step(SoloInput input)
    {
        (_state, IReadOnlyList<SoloEffect> effects) = _core.Step(_state, input);
        return effects;
    }

    private static ulong TimeOf(Block block) => block.Consensus?.TimeMs ?? block.Header.Timestamp * 1000;
}

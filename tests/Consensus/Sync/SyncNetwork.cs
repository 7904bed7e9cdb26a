using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;
using Dsdn.Modules;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Staking;

namespace Dsdn.Consensus.Tests.Sync;

/// <summary>A network of validators with the real modules: its genesis, its keys, and a chain that grows as it is told.</summary>
internal sealed class SyncNetwork
{
    public const ulong ChainId = 17847;
    public const ulong GenesisMs = 1_800_000_000_000;
    public const ulong UnbondingMs = 60_000;

    private readonly byte[][] _seeds;

    public SyncNetwork(int validators = 4, uint epochBlocks = 10)
    {
        _seeds = [.. Enumerable.Range(0, validators).Select(i => Keccak.Hash(System.Text.Encoding.ASCII.GetBytes($"sync validator {i}")).ToArray())];
        var parameters = new ChainParams
        {
            BlockGasMax = 400_000_000, BlockGasTarget = 200_000_000, BlockIntervalMs = 1_000, EpochBlocks = epochBlocks, UnbondingMs = UnbondingMs, LivenessWindowBlocks = 20,
        };
        var modules = new ModuleGenesis
        {
            Staking = new StakingGenesis
            {
                Params = new StakingParams { EpochBlocks = epochBlocks, UnbondingMs = UnbondingMs, LivenessWindowBlocks = 20, JailMs = 10_000 },
                Validators = [.. Enumerable.Range(0, validators).Select(GenesisOf)],
            },
            Economics = new EconomicsGenesis { Treasury = Amount.Nusa(1_000), RewardPool = Amount.Nusa(1_000_000), RewardPoolStartMs = GenesisMs },
        };
        using var empty = new MemoryStore();
        var state = new StateOverlay(StateStore.Open(empty, new StateOptions()).Head);
        for (int i = 0; i < 20; i++) state.SetAccount(Account(i), new Account(0, Amount.Nusa(1_000_000)));
        modules.Apply(state, ChainId, GenesisMs);
        Genesis = GenesisBlock.Make(ChainId, parameters, GenesisMs / 1000, Amount.Gwei(1), Keccak.Hash("sync test genesis"u8), state.Changes());
        Leader = NewNode();
    }

    public GenesisBlock Genesis { get; }

    /// <summary>The node that has every block.</summary>
    public SyncNode Leader { get; }

    public static byte[] PrivateKey(int account)
    {
        byte[] key = new byte[32];
        key[0] = 1;
        key[31] = (byte)(account + 1);
        return key;
    }

    /// <summary>Validator i is operated by account i.</summary>
    public static Address Account(int index)
    {
        Assert.True(Secp256k1.TryAddress(PrivateKey(index), out Address address));
        return address;
    }

    public SyncNode NewNode(IKeyValueStore? store = null) => new(this, store ?? new MemoryStore());

    public void Grow(int blocks, Func<ulong, Transaction[]>? traffic = null)
    {
        for (int i = 0; i < blocks; i++) Leader.Step(traffic?.Invoke(Leader.Height + 1) ?? []);
    }

    public Certificate Certify(Block block, ValidatorSet validators, int signers = int.MaxValue, bool forge = false, uint round = 0)
    {
        byte[] message = SignBytes.Precommit(ChainId, Genesis.Block.Hash, block.Header.Number, round, block.Hash);
        byte[] bitmap = new byte[(validators.Validators.Count + 7) / 8];
        var signatures = new List<ReadOnlyMemory<byte>>();
        for (int i = 0; i < Math.Min(signers, validators.Validators.Count); i++)
        {
            byte[] signature = new byte[64];
            Ed25519.Sign(message, SeedOf(validators.Validators[i].ConsensusKey.Span), signature);
            if (forge) signature[3] ^= 1;
            bitmap[i >> 3] |= (byte)(1 << (i & 7));
            signatures.Add(signature);
        }
        return new Certificate(block.Header.Number, round, block.Hash, bitmap, signatures);
    }

    public byte[] SeedOf(ReadOnlySpan<byte> consensusKey)
    {
        byte[] key = new byte[32];
        foreach (byte[] seed in _seeds)
        {
            Ed25519.PublicKey(seed, key);
            if (consensusKey.SequenceEqual(key)) return seed;
        }
        throw new InvalidOperationException("no such key");
    }

    public static Transaction Send(int from, ulong nonce, Address to, UInt128 value, byte[]? data = null, ulong gas = 21_000) => new TransactionDraft
    {
        Type = TransactionType.DynamicFee, ChainId = ChainId, Nonce = nonce, MaxFeePerGas = Amount.Gwei(100).BaseUnits,
        MaxPriorityFeePerGas = Amount.Gwei(1).BaseUnits, GasLimit = gas, To = to, Value = value, Data = data ?? default(ReadOnlyMemory<byte>),
    }.Sign(PrivateKey(from)) ?? throw new InvalidOperationException("key");

    /// <summary>A call of a module's method.</summary>
    public static Transaction Call(int from, ulong nonce, byte module, string method, Amount value, params AbiValue[] arguments) => Send(
        from, nonce, ModuleTable.AddressOf(module), value.BaseUnits,
        DsdnModules.Table.Modules.First(one => one.Number == module).Methods.First(one => one.Abi.Name == method).Abi.EncodeCall(arguments), 2_000_000);

    private GenesisValidator GenesisOf(int i)
    {
        byte[] bytes = new byte[32];
        Ed25519.PublicKey(_seeds[i], bytes);
        var key = new Hash256(bytes);
        byte[] proof = new byte[64];
        Ed25519.Sign(ProofOfPossession.ConsensusMessage(ChainId, Account(i), key), _seeds[i], proof);
        return new GenesisValidator(Account(i), key, proof, Account(i), 2_000, Amount.Nusa(100_000UL - (ulong)i));
    }
}

/// <summary>One node's chain on its store, driven by hand.</summary>
internal sealed class SyncNode : ITransactionSource, ICommitSink
{
    private readonly SyncNetwork _network;
    private Transaction[] _waiting = [];

    public SyncNode(SyncNetwork network, IKeyValueStore store)
    {
        _network = network;
        Store = store;
        Open = ChainOpening.Open(store, new StateOptions(), network.Genesis, DsdnModules.Kernel(), Sequential.Instance);
        Execution = Open.Execution(this, this);
    }

    public IKeyValueStore Store { get; }
    public OpenChain Open { get; }
    public ChainExecution Execution { get; }
    public ulong Height => Execution.Decided.Header.Number;

    public Block Build(params Transaction[] transactions)
    {
        _waiting = transactions;
        ulong timeMs = SyncNetwork.GenesisMs + ((Height + 1) * 1_000);
        Block block = Execution.Build(new BuildRequest(timeMs, Execution.Validators.Validators[(int)(Height % (ulong)Execution.Validators.Validators.Count)].Operator, Execution.DecidedBy) { Evidence = Execution.Evidence.Pending() });
        _waiting = [];
        return block;
    }

    public Block Step(params Transaction[] transactions)
    {
        Block block = Build(transactions);
        Execution.Commit(block.Hash, _network.Certify(block, Execution.Validators));
        return block;
    }

    /// <summary>As a shell applies a synced block: null, or why it is refused.</summary>
    public string? Apply(Block block, Certificate certificate)
    {
        if (block.Header.Number != Height + 1) return $"the head is {Height}";
        if (CertificateRules.Check(certificate, Height + 1, block.Hash, Execution.Validators) is { } what) return what;
        if (CertificateRules.CheckSignatures(certificate, SyncNetwork.ChainId, _network.Genesis.Block.Hash, Execution.Validators) is { } forged) return forged;
        BlockVerdict verdict = Execution.Execute(block);
        if (!verdict.IsValid) return $"{verdict.Code}: {verdict.Detail}";
        Execution.Commit(block.Hash, certificate, durable: false);
        return null;
    }

    public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax) => [.. _waiting.Take(countMax)];

    public Transaction? Find(in Hash256 hash) => null;

    public void OnCommitted(ChainHead head, StateChanges changes, Amount nextBaseFee)
    {
    }
}

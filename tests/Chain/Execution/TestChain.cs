using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>A chain of one validator on a store, driven by hand.</summary>
internal sealed class TestChain : ITransactionSource, ICommitSink
{
    public const ulong ChainId = 17847;
    public const ulong GenesisSeconds = 1_700_000_000;

    public static readonly Address Coinbase = Address.Parse("0x00000000000000000000000000000000c01ba5e0");
    public static readonly byte[] ValidatorSeed = [.. Enumerable.Repeat((byte)7, 32)];
    public static readonly ChainParams Parameters = new()
    {
        BlockGasMax = 30_000_000, BlockGasTarget = 15_000_000, BlockIntervalMs = 1_000, EpochBlocks = 60, UnbondingMs = 60_000, LivenessWindowBlocks = 60,
    };

    private readonly List<Transaction> _waiting = [];
    private PoolSource? _pool;

    public TestChain(IKeyValueStore? store = null, Action<FakeKernel>? configure = null, ChainParams? parameters = null, IParallel? parallel = null,
        Address? coinbase = null)
    {
        Store = store ?? new MemoryStore();
        Kernel = new FakeKernel(coinbase is { } payout ? new ValidatorSet([Set.Validators[0] with { Payout = payout }]) : Set);
        configure?.Invoke(Kernel);
        Genesis = GenesisOf(parameters ?? Parameters);
        Open = ChainOpening.Open(Store, new StateOptions(), Genesis, Kernel, parallel ?? Sequential.Instance);
        Head = Open.Head;
        Execution = Open.Execution(this, this);
    }

    public static ValidatorSet Set { get; } = new([new Validator(Key(100).Address, PublicKey(), 50_000, Coinbase)]);

    public static Address Operator => Set.Validators[0].Operator;

    public IKeyValueStore Store { get; }
    public FakeKernel Kernel { get; }
    public GenesisBlock Genesis { get; }
    public OpenChain Open { get; }
    public ChainExecution Execution { get; }
    public ChainHead Head { get; private set; }
    public StateChanges? LastChanges { get; private set; }
    public Certificate? Certificate { get; private set; }

    /// <summary>Accounts 0..9 with 1,000 NUSA each.</summary>
    public static (byte[] Private, Address Address) Key(int index)
    {
        byte[] key = new byte[32];
        key[31] = (byte)(index + 1);
        key[0] = 1;
        Assert.True(Secp256k1.TryAddress(key, out Address address));
        return (key, address);
    }

    public static Address Account(int index) => Key(index).Address;

    public static Transaction Send(
        int from, ulong nonce, Address to, UInt128 value, byte[]? data = null, ulong gas = 21_000, ulong maxFeeGwei = 10, ulong tipGwei = 1, ulong chainId = ChainId)
    {
        Transaction? tx = new TransactionDraft
        {
            Type = TransactionType.DynamicFee, ChainId = chainId, Nonce = nonce, MaxFeePerGas = Amount.Gwei(maxFeeGwei).BaseUnits,
            MaxPriorityFeePerGas = Amount.Gwei(tipGwei).BaseUnits, GasLimit = gas, To = to, Value = value, Data = data ?? default(ReadOnlyMemory<byte>),
        }.Sign(Key(from).Private);
        return tx ?? throw new InvalidOperationException("key");
    }

    /// <summary>The next built block takes these, in this order.</summary>
    public void Wait(params Transaction[] transactions) => _waiting.AddRange(transactions);

    public void Forget() => _waiting.Clear();

    public void UsePool(TransactionPool pool) => _pool = new PoolSource(pool);

    public Block Build(ulong timeMs = 0) => Execution.Build(new BuildRequest(timeMs, Operator, Certificate));

    public void Commit(Block block)
    {
        Certificate certificate = Certify(block);
        Execution.Commit(block.Hash, certificate);
        Certificate = certificate;
    }

    public BlockData Step(params Transaction[] transactions)
    {
        Wait(transactions);
        Commit(Build());
        _waiting.Clear();
        return Head.Data;
    }

    public Certificate Certify(Block block) => Certify(block, Genesis.Block.Hash);

    public static Certificate Certify(Block block, Hash256 genesisHash, uint round = 0)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(SignBytes.Precommit(ChainId, genesisHash, block.Header.Number, round, block.Hash), ValidatorSeed, signature);
        return new Certificate(block.Header.Number, round, block.Hash, new byte[] { 1 }, [signature]);
    }

    public Amount Balance(Address address)
    {
        Head.State.TryGetAccount(address, out Account account);
        return account.Balance;
    }

    public ulong Nonce(Address address)
    {
        Head.State.TryGetAccount(address, out Account account);
        return account.Nonce;
    }

    public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax) =>
        _pool?.Candidates(baseFee, countMax, bytesMax) ?? [.. _waiting.Take(countMax)];

    public Transaction? Find(in Hash256 hash) => _pool?.Find(hash);

    public void OnCommitted(ChainHead head, StateChanges changes, Amount nextBaseFee)
    {
        Head = head;
        LastChanges = changes;
        _pool?.OnCommitted(head, changes, nextBaseFee);
    }

    public static GenesisBlock GenesisOf(ChainParams parameters)
    {
        var accounts = new List<KeyValuePair<Address, Account>>
        {
            new(FakeKernel.Pool, new Account(0, Amount.Zero, true)), new(FakeKernel.Module, new Account(0, Amount.Zero, true)),
        };
        for (int i = 0; i < 10; i++) accounts.Add(new(Account(i), new Account(0, Amount.Nusa(1_000))));
        accounts.Sort(static (x, y) => x.Key.CompareTo(y.Key));
        return GenesisBlock.Make(ChainId, parameters, GenesisSeconds, Amount.Gwei(1), Keccak.Hash("test genesis"u8), new StateChanges(accounts, []));
    }

    private static byte[] PublicKey()
    {
        byte[] key = new byte[32];
        Ed25519.PublicKey(ValidatorSeed, key);
        return key;
    }
}

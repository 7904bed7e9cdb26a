using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.View;
using Dsdn.Genesis;
using Dsdn.Modules;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>
/// The real chain (execution, pool, stores, view) with one validator in manual block mode and a JSON-RPC server on a free
/// port: the set-up of the recorded corpus.
/// </summary>
internal sealed class RpcTestNode : IAsyncDisposable
{
    public const ulong ChainId = 17847;
    public const ulong GenesisSeconds = 1_700_000_000;

    /// <summary>The ten accounts of "test test ... junk".</summary>
    public static readonly Address[] Accounts = [.. new[]
    {
        "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0x70997970c51812dc3a010c7d01b50e0d17dc79c8", "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
        "0x90f79bf6eb2c4f870365e785982e1f101e93b906", "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65", "0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc",
        "0x976ea74026e726554db657fa54763abd0c3a0aa9", "0x14dc79964da2c08b23698b3d3cc7ca32193d9955", "0x23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f",
        "0xa0ee7a142d267c1f36714e4a8f75612f20a79720",
    }.Select(Address.Parse)];

    /// <summary>Keys of accounts that only tests have: the last ten funded ones.</summary>
    private static readonly byte[][] Keys = [.. Enumerable.Range(1, 10).Select(i => Enumerable.Repeat((byte)i, 32).ToArray())];

    private static readonly Address TestOperator = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly byte[] TestSeed = [.. Enumerable.Repeat((byte)7, 32)];

    private static readonly ChainParams Parameters = new()
    {
        BlockGasMax = 30_000_000, BlockGasTarget = 15_000_000, BlockIntervalMs = 1_000, EpochBlocks = 60, UnbondingMs = 60_000,
        LivenessWindowBlocks = 60, BaseFeeFloor = new Amount(7),
    };

    private readonly Lock _stepping = new();
    private readonly List<(string Method, Exception Exception)> _faults = [];
    private readonly byte[] _validatorSeed;
    private Certificate? _certificate;
    private ulong _nowMs = GenesisSeconds * 1000;

    private RpcTestNode(
        GenesisBlock genesis, IModuleKernel kernel, Address validator, byte[] validatorSeed, IReadOnlyList<ModuleDescription> modules,
        Func<RpcOptions, RpcOptions>? options, Func<RpcHooks, RpcHooks>? hooks)
    {
        Genesis = genesis;
        Operator = validator;
        _validatorSeed = validatorSeed;
        OpenChain open = ChainOpening.Open(new MemoryStore(), new StateOptions(), Genesis, kernel, new ThreadParallel(2));
        View = new ChainView(open, PoolOptions.Default, modules, () => _nowMs);
        Execution = open.Execution(View, View);
        var standard = new RpcOptions { Port = 0, Namespaces = ["eth", "net", "web3", "txpool", "debug", "dsdn", "rpc", "evm"] };
        var hook = new RpcHooks { Mine = _ => Task.Run(Step), OnFault = (method, exception) => { lock (_faults) _faults.Add((method, exception)); } };
        Server = new RpcServer(View, options?.Invoke(standard) ?? standard, hooks?.Invoke(hook) ?? hook);
    }

    public Address Operator { get; }

    public GenesisBlock Genesis { get; }

    public ChainView View { get; }

    public ChainExecution Execution { get; }

    public RpcServer Server { get; }

    public Uri Url => new($"http://127.0.0.1:{Server.Port}/");

    public Uri WebSocketUrl => new($"ws://127.0.0.1:{Server.Port}/");

    /// <summary>Failures inside methods (-32603), which no request may cause.</summary>
    public IReadOnlyList<(string Method, Exception Exception)> Faults
    {
        get
        {
            lock (_faults) return [.. _faults];
        }
    }

    /// <summary>A chain whose one module is <see cref="TestKernel"/>.</summary>
    public static Task<RpcTestNode> Start(
        Func<RpcOptions, RpcOptions>? options = null, Func<RpcHooks, RpcHooks>? hooks = null, Func<ulong, bool>? endWrites = null)
    {
        byte[] publicKey = new byte[32];
        Ed25519.PublicKey(TestSeed, publicKey);
        var set = new ValidatorSet([new Dsdn.Chain.Blocks.Validator(TestOperator, publicKey, 50_000, Address.Parse("0x00000000000000000000000000000000000000bb"))]);
        var kernel = new TestKernel(set);
        if (endWrites is not null) kernel.EndWrites = endWrites;
        var module = new ModuleDescription("Test", TestKernel.Module, """[{"type":"function","name":"x"}]""", "interface ITest {}");
        return Started(new RpcTestNode(TestGenesis(), kernel, TestOperator, TestSeed, [module], options, hooks));
    }

    /// <summary>The network "conformance" with the modules of this chain, as a node runs it.</summary>
    public static Task<RpcTestNode> StartConformance()
    {
        GenesisSpec spec = GenesisChecker.Check(NetworkSpecs.Read("conformance")!).Spec!;
        return Started(new RpcTestNode(
            GenesisBuilder.Build(spec), DsdnModules.Kernel(), DevnetKeys.Operator(0), DevnetKeys.ConsensusSeed(0), DsdnModules.Descriptions, null, null));
    }

    private static async Task<RpcTestNode> Started(RpcTestNode node)
    {
        await node.Server.StartAsync();
        return node;
    }

    /// <summary>Decides one block of what is pooled.</summary>
    public Block Step()
    {
        lock (_stepping)
        {
            Block block = Execution.Build(new BuildRequest(_nowMs += 1000, Operator, _certificate));
            byte[] signature = new byte[64];
            Ed25519.Sign(SignBytes.Precommit(ChainId, Genesis.Block.Hash, block.Header.Number, 0, block.Hash), _validatorSeed, signature);
            _certificate = new Certificate(block.Header.Number, 0, block.Hash, new byte[] { 1 }, [signature]);
            Execution.Commit(block.Hash, _certificate);
            return block;
        }
    }

    public static Address Sender(int key)
    {
        Assert.True(Secp256k1.TryAddress(Keys[key], out Address address));
        return address;
    }

    /// <summary>A signed dynamic-fee transaction of one of the ten test keys.</summary>
    public static Transaction Sign(int key, ulong nonce, Address to, UInt128 value, byte[]? data = null, ulong gas = 21_000, ulong tipGwei = 1) =>
        new TransactionDraft
        {
            Type = TransactionType.DynamicFee, ChainId = ChainId, Nonce = nonce, MaxFeePerGas = Amount.Gwei(10).BaseUnits,
            MaxPriorityFeePerGas = Amount.Gwei(tipGwei).BaseUnits, GasLimit = gas, To = to, Value = value, Data = data ?? default(ReadOnlyMemory<byte>),
        }.Sign(Keys[key])!;

    /// <summary>Puts a transaction into the pool without going through the server.</summary>
    public Transaction Pool(Transaction transaction)
    {
        Assert.Null(View.Pool.Submit([transaction.Raw])[0].Rejection);
        return transaction;
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Block 1 has the README's base fee of 1 gwei: block 0 is empty, so its own is an eighth higher.</summary>
    private static GenesisBlock TestGenesis()
    {
        var accounts = new List<KeyValuePair<Address, Account>>
        {
            new(TestKernel.Fees, new Account(0, Amount.Zero, true)), new(TestKernel.Module, new Account(0, Amount.Zero, true)),
        };
        foreach (Address account in Accounts) accounts.Add(new(account, new Account(0, Amount.Nusa(10_000))));
        for (int i = 0; i < Keys.Length; i++) accounts.Add(new(Sender(i), new Account(0, Amount.Nusa(10_000))));
        accounts.Sort(static (x, y) => x.Key.CompareTo(y.Key));
        return GenesisBlock.Make(
            ChainId, Parameters, GenesisSeconds, new Amount(1_142_857_142), Keccak.Hash("conformance"u8), new StateChanges(accounts, []));
    }
}

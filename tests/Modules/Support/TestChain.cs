using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Modules.Agreements;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Staking;

namespace Dsdn.Modules.Tests.Support;

/// <summary>What a call did.</summary>
internal sealed record CallResult(CallOutput Output, AbiValue[] Values, RevertReason? Error)
{
    public bool Succeeded => Output.Status == CallStatus.Success;
    public ulong GasUsed => Output.GasUsed;
}

/// <summary>
/// The modules on a state in memory, with a stand-in for the executor that moves value and undoes failed calls. Every block
/// end commits, and checks invariants, supply, and that values and Moved logs explain every balance.
/// </summary>
internal sealed class TestChain
{
    public const ulong ChainId = 17847;
    public const ulong GenesisMs = 1_800_000_000_000;

    public static readonly Address StakingAddress = ModuleTable.AddressOf(0);
    public static readonly Address NodesAddress = ModuleTable.AddressOf(1);
    public static readonly Address CommitteeAddress = ModuleTable.AddressOf(2);
    public static readonly Address SlashingAddress = ModuleTable.AddressOf(5);
    public static readonly Address EconomicsAddress = ModuleTable.AddressOf(8);
    public static readonly Address AgreementsAddress = ModuleTable.AddressOf(10);

    public static readonly Hash256 GenesisHash = Keccak.Hash("genesis of the test chain"u8);

    private readonly ModuleKernel _kernel = DsdnModules.Kernel();
    private readonly Amount _supply;
    private SortedDictionary<Address, Amount> _expected = [];

    public TestChain(StakingParams? staking = null, int validators = 1, Amount? treasury = null, Amount? rewardPool = null, bool hasLog = true, params GenesisGrant[] grants)
    {
        Params = staking ?? new StakingParams { EpochBlocks = 10, UnbondingMs = 60_000, LivenessWindowBlocks = 20, JailMs = 10_000 };
        ModuleGenesis genesis = new()
        {
            Staking = new StakingGenesis { Params = Params, Validators = [.. Enumerable.Range(0, validators).Select(i => Genesis(i, Amount.Nusa(100_000)))] },
            Nodes = new NodesGenesis { Params = new NodesParams { UnbondingMs = 60_000, NodesPerOperatorMax = 3 } },
            Committee = hasLog ? LogCommittee() : null,
            Agreements = hasLog ? new AgreementsGenesis { Params = new AgreementsParams { GraceMs = 60_000 } } : null,
            Economics = new EconomicsGenesis
            {
                Treasury = treasury ?? Amount.Nusa(1_000), RewardPool = rewardPool ?? Amount.Nusa(1_000_000), RewardPoolStartMs = GenesisMs, Grants = grants,
            },
        };
        StateOverlay overlay = new(State);
        genesis.Apply(overlay, ChainId, GenesisMs);
        for (int i = 0; i < 20; i++) overlay.SetAccount(User(i), new Account(0, Amount.Nusa(1_000_000)));
        State.Apply(overlay.Changes());
        _supply = State.Supply;
        Pending = new StateOverlay(State);
        Context = new BlockContext(ChainId, 1, GenesisMs + 1_000, User(0), User(0), Amount.Gwei(1), 420_000_000, default) { GenesisHash = GenesisHash };
        Expect();
    }

    public MemoryView State { get; } = new();
    public StakingParams Params { get; }
    public StateOverlay Pending { get; private set; }
    public BlockContext Context { get; private set; }
    public List<LogEntry> Logs { get; } = [];

    /// <summary>A refused call must leave every byte as it was; long random runs look at invariants and supply instead.</summary>
    public bool ComparesFailures { get; set; } = true;

    public ModuleKernel Kernel => _kernel;

    public static Address User(int number) => new(Keccak.Hash(Encoding.ASCII.GetBytes($"user {number}")).Span[12..]);

    public static (byte[] Seed, Hash256 Key) Key(string name)
    {
        byte[] seed = SHA256.HashData(Encoding.ASCII.GetBytes(name));
        byte[] key = new byte[32];
        Ed25519.PublicKey(seed, key);
        return (seed, new Hash256(key));
    }

    public static byte[] Sign(byte[] seed, byte[] message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(message, seed, signature);
        return signature;
    }

    /// <summary>Key and proof of possession of a consensus key for an operator.</summary>
    public static (Hash256 Key, byte[] Proof) Consensus(Address keyOperator, string name, ulong chainId = ChainId)
    {
        (byte[] seed, Hash256 key) = Key(name);
        return (key, Sign(seed, ProofOfPossession.ConsensusMessage(chainId, keyOperator, key)));
    }

    public static (Hash256 Id, byte[] Proof) Node(Address nodeOperator, string name)
    {
        (byte[] seed, Hash256 key) = Key(name);
        return (key, Sign(seed, ProofOfPossession.NodeMessage(ChainId, nodeOperator, key)));
    }

    public Amount Balance(Address address) => Pending.TryGetAccount(address, out Account account) ? account.Balance : Amount.Zero;

    public CallResult Staking(Address from, string method, Amount value = default, params AbiValue[] arguments) => Call(0, from, method, value, ulong.MaxValue / 4, arguments);

    public CallResult Nodes(Address from, string method, Amount value = default, params AbiValue[] arguments) => Call(1, from, method, value, ulong.MaxValue / 4, arguments);

    public CallResult Committee(Address from, string method, params AbiValue[] arguments) => Call(2, from, method, default, ulong.MaxValue / 4, arguments);

    public CallResult Slashing(Address from, string method, params AbiValue[] arguments) => Call(5, from, method, default, ulong.MaxValue / 4, arguments);

    public CallResult Economics(Address from, string method, Amount value = default, params AbiValue[] arguments) => Call(8, from, method, value, ulong.MaxValue / 4, arguments);

    public CallResult Agreements(Address from, string method, Amount value = default, params AbiValue[] arguments) => Call(10, from, method, value, ulong.MaxValue / 4, arguments);

    public static AbiFunction Function(byte module, string method) =>
        DsdnModules.Table.Modules.First(one => one.Number == module).Methods.First(one => one.Abi.Name == method).Abi;

    public CallResult Call(byte module, Address from, string method, Amount value, ulong gas, params AbiValue[] arguments)
    {
        AbiFunction function = Function(module, method);
        ulong bound = DsdnModules.Table.Modules.First(one => one.Number == module).Methods.First(one => one.Abi.Name == method).GasMax;
        CallOutput output = Raw(from, ModuleTable.AddressOf(module), value, function.EncodeCall(arguments), gas);
        Assert.True(output.GasUsed <= bound || output.Status == CallStatus.OutOfGas, $"{method} used {output.GasUsed}, declared {bound}");
        AbiValue[] values = [];
        if (output.Status == CallStatus.Success) Assert.True(function.TryDecodeResult(output.ReturnData.Span, out values, out _));
        RevertReason? error = output.Status == CallStatus.Reverted ? RevertReason.Read(DsdnModules.Table, ModuleTable.AddressOf(module), output.ReturnData.Span) : null;
        if (output.Status == CallStatus.Reverted) Assert.NotNull(error);
        return new CallResult(output, values, error);
    }

    /// <summary>What the executor does around a call, without fees.</summary>
    public CallOutput Raw(Address from, Address to, Amount value, ReadOnlyMemory<byte> data, ulong gas, bool isStatic = false)
    {
        string? before = ComparesFailures ? Text(Pending.Changes()) : null;
        int checkpoint = Pending.Checkpoint();
        Pending.TryGetAccount(from, out Account sender);
        Assert.True(sender.Balance >= value, "the test's sender is too poor");
        Pending.SetAccount(from, sender with { Balance = sender.Balance - value });
        Pending.TryGetAccount(to, out Account target);
        Pending.SetAccount(to, target with { Balance = target.Balance + value });
        CallOutput output = _kernel.Call(Pending, Context, new CallInput(from, to, value, data, gas, isStatic));
        if (output.Status != CallStatus.Success)
        {
            Pending.Revert(checkpoint);
            if (before is not null) Assert.Equal(before, Text(Pending.Changes()));
            Assert.Empty(output.Logs);
            Assert.Equal(0UL, output.Refund);
            return output;
        }
        Logs.AddRange(output.Logs);
        Shift(from, to, value);
        Explain(output.Logs);
        return output;
    }

    /// <summary>A base fee arrives in the epoch fee pool.</summary>
    public void PayFee(Address from, Amount fee)
    {
        Pending.TryGetAccount(from, out Account sender);
        Pending.SetAccount(from, sender with { Balance = sender.Balance - fee });
        Pending.TryGetAccount(_kernel.FeePool, out Account pool);
        Pending.SetAccount(_kernel.FeePool, pool with { Balance = pool.Balance + fee });
        Shift(from, _kernel.FeePool, fee);
    }

    /// <summary>Runs a module's code as if it were the caller of published functions.</summary>
    public void AsModule(byte module, Action<ModuleContext> run)
    {
        HookOutput output = KernelWith(new Hook(module, "test", "once", run)).EndBlock(Pending, Context);
        Logs.AddRange(output.Logs);
        Explain(output.Logs);
    }

    /// <summary>Ends the block, checks everything, and begins the next.</summary>
    public HookOutput NextBlock(ulong milliseconds = 1_000, Certificate? lastCommit = null, params EvidenceItem[] evidence)
    {
        HookOutput end = _kernel.EndBlock(Pending, Context);
        Explain(end.Logs);
        Logs.AddRange(end.Logs);
        Commit();
        Context = Context with { Height = Context.Height + 1, TimeMs = Context.TimeMs + milliseconds, LastCommit = lastCommit, Evidence = evidence };
        HookOutput begin = _kernel.BeginBlock(Pending, Context);
        Explain(begin.Logs);
        Logs.AddRange(begin.Logs);
        return end;
    }

    /// <summary>Blocks until the next epoch has begun.</summary>
    public void NextEpoch(ulong milliseconds = 1_000)
    {
        do NextBlock(milliseconds);
        while ((Context.Height - 1) % Params.EpochBlocks != 0);
    }

    public ValidatorSet Validators => _kernel.Validators(Pending);

    public void Check()
    {
        Assert.Empty(_kernel.CheckInvariants(Pending));
        foreach ((Address address, Amount expected) in _expected) Assert.Equal(expected, Balance(address));
    }

    private static string Text(StateChanges changes) => string.Join('\n',
        changes.Accounts.Select(pair => $"{pair.Key} {pair.Value.Nonce} {pair.Value.Balance}")
            .Concat(changes.Records.Select(pair => Convert.ToHexString(pair.Key) + "=" + Convert.ToHexString(pair.Value.Span))));

    private void Commit()
    {
        Check();
        State.Apply(Pending.Changes());
        Assert.Equal(_supply, State.Supply);
        Pending = new StateOverlay(State);
    }

    private void Expect()
    {
        _expected = [];
        for (int i = 0; i < 20; i++) _expected[User(i)] = Balance(User(i));
        foreach (Address module in new[] { StakingAddress, NodesAddress, CommitteeAddress, SlashingAddress, EconomicsAddress, AgreementsAddress }) _expected[module] = Balance(module);
    }

    private void Explain(IEnumerable<LogEntry> logs)
    {
        foreach (LogEntry log in logs)
        {
            if (!KernelEvents.Moved.Abi.TryDecode(log.Topics, log.Data.Span, out AbiValue[] moved)) continue;
            Shift(moved[0].Address, moved[1].Address, new Amount(moved[2].Word.ToUInt128()));
        }
    }

    private void Shift(Address from, Address to, Amount amount)
    {
        _expected[from] = _expected.GetValueOrDefault(from) - amount;
        _expected[to] = _expected.GetValueOrDefault(to) + amount;
    }

    /// <summary>The same modules with one more hook, in the name of a module that may use the others.</summary>
    private static ModuleKernel KernelWith(Hook hook)
    {
        ModuleTable table = DsdnModules.Table;
        ModuleDeclaration outsider = new()
        {
            Number = hook.Module, Name = "Outsider", Summary = "", Methods = [], Events = [], Errors = [], Tables = [], Invariants = [], Uses = [0, 1, 2, 8],
        };
        return new ModuleKernel(new ModuleTable([.. table.Modules, outsider], [], [hook], table.Consensus), GasSchedule.Default);
    }

    /// <summary>Of validator 0.</summary>
    private static CommitteeGenesis LogCommittee()
    {
        (byte[] seed, Hash256 key) = Key("committee 0");
        return new CommitteeGenesis(User(0), key, Sign(seed, ProofOfPossession.CommitteeMessage(ChainId, User(0), key))) { Params = new CommitteeParams { AnchorsKept = 4, GraceBlocks = 6 } };
    }

    private static GenesisValidator Genesis(int number, Amount stake)
    {
        Address validatorOperator = User(number);
        (Hash256 key, byte[] proof) = Consensus(validatorOperator, $"validator {number}");
        return new GenesisValidator(validatorOperator, key, proof, default, 2_000, stake);
    }
}

using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;
using Dsdn.Genesis;
using Dsdn.Modules.Tests.Support;

namespace Dsdn.Modules.Tests.Slashing;

/// <summary>Real execution with the real modules and several validators, whose keys the test holds; all sign every block but those it names.</summary>
internal sealed class EvidenceChain : ITransactionSource, ICommitSink
{
    private readonly List<Transaction> _waiting = [];
    private ulong _timeMs;

    public EvidenceChain(int validators, uint epochBlocks = 5)
    {
        GenesisSpec spec = GenesisTemplates.Devnet(validators);
        spec = spec with
        {
            Params = spec.Params with { EpochBlocks = epochBlocks, LivenessWindowBlocks = 20 },
            Staking = spec.Staking with { EpochBlocks = epochBlocks, LivenessWindowBlocks = 20, ValidatorsMax = 100 },
        };
        Genesis = GenesisBuilder.Build(spec);
        _timeMs = spec.GenesisTimeMs;
        OpenChain open = ChainOpening.Open(new MemoryStore(), new StateOptions(), Genesis, DsdnModules.Kernel(), Sequential.Instance);
        Head = open.Head;
        Services = open.Services;
        Execution = open.Execution(this, this);
        for (int i = 0; i < validators; i++) Keys.Add(DevnetKeys.Operator(i), DevnetKeys.ConsensusSeed(i));
    }

    public GenesisBlock Genesis { get; }
    public ChainServices Services { get; }
    public ChainExecution Execution { get; }
    public ChainHead Head { get; private set; }

    /// <summary>Consensus seeds by operator: with which each votes now.</summary>
    public SortedDictionary<Address, byte[]> Keys { get; } = [];

    public Offence Offender(int validator) => new(Genesis.ChainId, Genesis.Block.Hash, DevnetKeys.Operator(validator), Keys[DevnetKeys.Operator(validator)]);

    public ulong Height => Head.Number;

    public Amount Balance(Address address)
    {
        Head.State.TryGetAccount(address, out Account account);
        return account.Balance;
    }

    public bool Votes(int validator) => Execution.Validators.Validators.Any(one => one.Operator == DevnetKeys.Operator(validator));

    /// <summary>Builds a block with what the pool of evidence holds, decides it by all but <paramref name="absent"/>, checks every invariant.</summary>
    public Block Step(int absent = -1, ReadOnlyMemory<byte>? evidence = null, ulong milliseconds = 1_000, Address? absentOperator = null)
    {
        _timeMs += milliseconds;
        Block built = Execution.Build(new BuildRequest(_timeMs, Execution.Validators.Validators[0].Operator, Execution.DecidedBy)
        {
            Evidence = evidence ?? Execution.Evidence.Pending(),
        });
        _waiting.Clear();
        Execution.Commit(built.Hash, Certify(built, absentOperator ?? (absent < 0 ? null : DevnetKeys.Operator(absent))));
        Assert.Empty(Services.Kernel.CheckInvariants(Head.State));
        CheckSupply();
        return built;
    }

    public void Send(int validator, ulong nonce, string method, Amount value, params AbiValue[] arguments) =>
        SendFrom(DevnetKeys.PrivateKey(DevnetKeys.Users + validator), nonce, method, value, arguments);

    public void SendFrom(byte[] key, ulong nonce, string method, Amount value, params AbiValue[] arguments) =>
        SendData(key, nonce, TestChain.StakingAddress, value, TestChain.Function(0, method).EncodeCall(arguments));

    public void SendData(byte[] key, ulong nonce, Address to, Amount value, byte[] data) => _waiting.Add(new TransactionDraft
    {
        Type = TransactionType.DynamicFee, ChainId = Genesis.ChainId, Nonce = nonce, MaxFeePerGas = Amount.Gwei(100).BaseUnits,
        MaxPriorityFeePerGas = Amount.Gwei(1).BaseUnits, GasLimit = 1_000_000, Value = value.BaseUnits, To = to, Data = data,
    }.Sign(key) ?? throw new InvalidOperationException("key"));

    public Certificate Certify(Block block, Address? absent)
    {
        byte[] message = SignBytes.Precommit(Genesis.ChainId, Genesis.Block.Hash, block.Header.Number, 0, block.Hash);
        IReadOnlyList<Validator> set = Execution.Validators.Validators;
        byte[] signers = new byte[(set.Count + 7) / 8];
        var signatures = new List<ReadOnlyMemory<byte>>();
        for (int i = 0; i < set.Count; i++)
        {
            if (set[i].Operator == absent) continue;
            byte[] signature = new byte[64];
            Ed25519.Sign(message, Keys[set[i].Operator], signature);
            Assert.True(Ed25519.Verify(message, signature, set[i].ConsensusKey.Span));
            signatures.Add(signature);
            signers[i / 8] |= (byte)(1 << (i % 8));
        }
        return new Certificate(block.Header.Number, 0, block.Hash, signers, signatures);
    }

    public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax) => _waiting;

    public Transaction? Find(in Hash256 hash) => null;

    public void OnCommitted(ChainHead head, StateChanges changes, Amount nextBaseFee) => Head = head;

    /// <summary>Base units of the accounts there were: slashing moves money and neither makes nor burns it. No test pays a new account.</summary>
    private void CheckSupply()
    {
        Amount now = Amount.Zero, before = Amount.Zero;
        foreach ((Address address, Account account) in Genesis.State.Accounts)
        {
            Head.State.TryGetAccount(address, out Account held);
            now += held.Balance;
            before += account.Balance;
        }
        Assert.Equal(before, now);
    }
}

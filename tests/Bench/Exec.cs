using System.Diagnostics;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.View;

namespace Dsdn.Bench;

/// <summary>
/// In-process build, execute and commit of full blocks of transfers on RocksDB, fsync per block: microseconds of wall and of
/// processor time a transfer, by phase. No JSON-RPC, no signature recovery (senders are known, as the pool knows them): those
/// are measured by the chain benchmark. The validator's chain is in memory, so that the disk shows in the proposer's commit only.
/// </summary>
public static class ExecBench
{
    private const int Senders = 2_000;
    private const int Blocks = 6;

    public static void Run(TextWriter output)
    {
        foreach (int size in new[] { 5_000, 20_000 })
        {
            foreach (int threads in new[] { 1, 2 }) Measure(output, size, threads);
        }
    }

    private static void Measure(TextWriter output, int transfers, int threads)
    {
        string directory = Path.Combine(Path.GetTempPath(), $"dsdn-exec-bench-{Environment.ProcessId}-{transfers}-{threads}");
        Directory.CreateDirectory(directory);
        try
        {
            using RocksDbStore store = RocksDbStore.Open(directory);
            var timed = new TimedStore(store);
            var chain = new BenchChain(timed, new ThreadParallel(threads));
            Spent build = default, execute = default, commit = default, write = default;
            for (int block = 0; block < Blocks; block++)
            {
                chain.Fill(transfers);
                (Spent b, Spent e, Spent c) = chain.Step(transfers);
                Spent w = timed.TakeWrite();
                if (block == 0) continue; // cold code
                (build, execute, commit, write) = (build + b, execute + e, commit + c, write + w);
            }
            int measured = (Blocks - 1) * transfers;
            foreach ((string phase, Spent spent) in new[] { ("build", build), ("validate", execute), ("commit", commit), ("write within commit", write) })
            {
                output.WriteLine(
                    $"{{\"name\":\"exec {phase}, {transfers} transfers, {threads} threads\",\"value\":{spent.WallUs / measured:F2},\"cpu\":{spent.CpuUs / measured:F2},\"unit\":\"us/transfer\"}}");
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Time on the clock and on all processors.</summary>
    private readonly record struct Spent(double WallUs, double CpuUs)
    {
        public static Spent operator +(Spent left, Spent right) => new(left.WallUs + right.WallUs, left.CpuUs + right.CpuUs);

        public static Spent Of(Action work)
        {
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            work();
            return new Spent(Stopwatch.GetElapsedTime(start).TotalMicroseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds);
        }
    }

    /// <summary>A proposer and a validator that executes the same blocks from their bytes; only the proposer is on disk.</summary>
    private sealed class BenchChain : ITransactionSource, ICommitSink
    {
        private readonly ChainExecution _proposer;
        private readonly ChainExecution _validator;
        private readonly List<Transaction> _waiting = [];
        private readonly Dictionary<Hash256, Transaction> _byHash = [];
        private readonly Address[] _senders = new Address[Senders];
        private readonly ulong[] _nonces = new ulong[Senders];
        private readonly GenesisBlock _genesis;
        private readonly byte[] _seed = [.. Enumerable.Repeat((byte)7, 32)];
        private Certificate? _certificate;
        private int _next;

        public BenchChain(IKeyValueStore store, IParallel parallel)
        {
            byte[] key = new byte[32];
            Ed25519.PublicKey(_seed, key);
            var set = new ValidatorSet([new Validator(Address.FromNumber(0x7001), key, 50_000, Address.FromNumber(0x7002))]);
            var accounts = new List<KeyValuePair<Address, Account>>();
            for (int i = 0; i < Senders; i++)
            {
                _senders[i] = new Address(Keccak.Hash(BitConverter.GetBytes(i)).Span[12..]);
                accounts.Add(new(_senders[i], new Account(0, Amount.Nusa(1_000))));
            }
            accounts.Sort(static (x, y) => x.Key.CompareTo(y.Key));
            var parameters = new ChainParams
            {
                BlockGasMax = 1_200_000_000, BlockGasTarget = 600_000_000, BlockIntervalMs = 1_000, EpochBlocks = 60, UnbondingMs = 60_000, LivenessWindowBlocks = 60,
            };
            _genesis = GenesisBlock.Make(17_847, parameters, 1_700_000_000, Amount.Gwei(1), Hash256.Zero, new StateChanges(accounts, []));
            var kernel = new TransfersOnly(set);
            _proposer = ChainOpening.Open(store, new StateOptions(), _genesis, kernel, parallel).Execution(this, this);
            _validator = ChainOpening.Open(new MemoryStore(), new StateOptions(), _genesis, kernel, parallel).Execution(this, NoTransactions.Instance);
        }

        public void Fill(int transfers)
        {
            _waiting.Clear();
            _byHash.Clear();
            for (int i = 0; i < transfers; i++)
            {
                int from = _next++ % Senders;
                Transaction tx = new TransactionDraft
                {
                    Type = TransactionType.DynamicFee, ChainId = 17_847, Nonce = _nonces[from]++, MaxFeePerGas = Amount.Gwei(100).BaseUnits,
                    MaxPriorityFeePerGas = Amount.Gwei(1).BaseUnits, GasLimit = 21_000, Value = UInt128.One,
                    To = new Address(Keccak.Hash(BitConverter.GetBytes(_next + 1_000_000)).Span[12..]),
                }.WithSignature(Uint256.MaxValue / 3UL, Uint256.MaxValue / 5UL, 1);
                tx.Sender = _senders[from];
                _waiting.Add(tx);
                _byHash.Add(tx.Hash, tx);
            }
        }

        public (Spent Build, Spent Execute, Spent Commit) Step(int expected)
        {
            Block? block = null;
            Spent build = Spent.Of(() => block = _proposer.Build(new BuildRequest(0, Address.FromNumber(0x7001), _certificate)));
            if (block is null || block.Transactions.Count != expected) throw new InvalidOperationException($"{block?.Transactions.Count} transfers in the block");
            if (!BlockCodec.TryDecode(BlockCodec.Encode(block), 1 << 24, out Block? received)) throw new InvalidOperationException("decode");
            BlockVerdict verdict = default;
            Spent execute = Spent.Of(() => verdict = _validator.Execute(received));
            if (!verdict.IsValid) throw new InvalidOperationException($"{verdict.Code} {verdict.Detail}");
            byte[] signature = new byte[64];
            Ed25519.Sign(SignBytes.Precommit(17_847, _genesis.Block.Hash, block.Header.Number, 0, block.Hash), _seed, signature);
            Certificate certificate = new(block.Header.Number, 0, block.Hash, new byte[] { 1 }, [signature]);
            _certificate = certificate;
            Spent commit = Spent.Of(() => _proposer.Commit(block.Hash, certificate));
            _validator.Commit(block.Hash, certificate);
            return (build, execute, commit);
        }

        public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax) => _waiting;

        public Transaction? Find(in Hash256 hash) => _byHash.GetValueOrDefault(hash);

        public void OnCommitted(ChainHead head, StateChanges changes, Amount nextBaseFee)
        {
        }
    }

    private sealed class TransfersOnly(ValidatorSet set) : IModuleKernel
    {
        private static readonly HookOutput Nothing = new(false, []);

        public Address FeePool { get; } = Address.FromNumber(0x7003);

        public bool IsModule(in Address address) => false;

        public CallOutput Call(StateOverlay state, BlockContext block, CallInput input) => throw new InvalidOperationException("there is no module");

        public HookOutput BeginBlock(StateOverlay state, BlockContext block) => Nothing;

        public HookOutput EndBlock(StateOverlay state, BlockContext block) => Nothing;

        public ValidatorSet Validators(IStateView state) => set;

        public Accused FindAccused(IStateView state, in Address validator, ulong height, ulong blockHeight, ulong blockTimeMs) => Accused.Unknown;

        public IReadOnlyList<string> CheckInvariants(IStateView state) => [];
    }

    /// <summary>Passes everything on and takes the time of writes.</summary>
    private sealed class TimedStore(IKeyValueStore inner) : IKeyValueStore
    {
        private Spent _write;

        public Spent TakeWrite()
        {
            Spent taken = _write;
            _write = default;
            return taken;
        }

        public void Write(IWriteBatch batch, bool sync) => _write += Spent.Of(() => inner.Write(batch, sync));

        public IWriteBatch CreateBatch() => inner.CreateBatch();

        public IKeyValueSnapshot Snapshot() => inner.Snapshot();

        public void Checkpoint(string directory) => inner.Checkpoint(directory);

        public long ApproximateBytes(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) => inner.ApproximateBytes(family, from, to);

        public void Compact(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) => inner.Compact(family, from, to);

        public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key) => inner.Get(family, key);

        public bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, out PinnedValue value) => inner.TryGet(family, key, out value);

        public byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys) => inner.MultiGet(family, keys);

        public KeyValueCursor Scan(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) => inner.Scan(family, from, to, descending);

        public void Dispose()
        {
        }
    }
}

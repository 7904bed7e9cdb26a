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
/// In-process build, execute and commit of full blocks of transfers on RocksDB, fsync per block: microseconds a transfer by
/// phase. No JSON-RPC, no signature recovery (senders are known, as the pool knows them): those are measured by the chain benchmark.
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
            double build = 0, execute = 0, commit = 0, write = 0;
            for (int block = 0; block < Blocks; block++)
            {
                chain.Fill(transfers);
                (double b, double e, double c) = chain.Step(transfers);
                double w = timed.TakeWriteUs();
                if (block == 0) continue; // cold code
                build += b;
                execute += e;
                commit += c;
                write += w;
            }
            double each = (Blocks - 1) * (double)transfers;
            output.WriteLine($"{{\"name\":\"exec transfer, {transfers} a block, {threads} threads\",\"buildUs\":{build / each:F2},\"validateUs\":{execute / each:F2},\"commitUs\":{commit / each:F2},\"ofCommitWriteUs\":{write / each:F2},\"unit\":\"us/transfer\"}}");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
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

        public (double BuildUs, double ExecuteUs, double CommitUs) Step(int expected)
        {
            long start = Stopwatch.GetTimestamp();
            Block block = _proposer.Build(new BuildRequest(0, Address.FromNumber(0x7001), _certificate));
            double build = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            if (block.Transactions.Count != expected) throw new InvalidOperationException($"{block.Transactions.Count} transfers in the block");
            if (!BlockCodec.TryDecode(BlockCodec.Encode(block), 1 << 24, out Block? received)) throw new InvalidOperationException("decode");
            start = Stopwatch.GetTimestamp();
            BlockVerdict verdict = _validator.Execute(received);
            double execute = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            if (!verdict.IsValid) throw new InvalidOperationException($"{verdict.Code} {verdict.Detail}");
            byte[] signature = new byte[64];
            Ed25519.Sign(SignBytes.Precommit(17_847, _genesis.Block.Hash, block.Header.Number, 0, block.Hash), _seed, signature);
            _certificate = new Certificate(block.Header.Number, 0, block.Hash, new byte[] { 1 }, [signature]);
            start = Stopwatch.GetTimestamp();
            _proposer.Commit(block.Hash, _certificate);
            double commit = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            _validator.Commit(block.Hash, _certificate);
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

        public IReadOnlyList<string> CheckInvariants(IStateView state) => [];
    }

    /// <summary>Passes everything on and takes the time of writes.</summary>
    private sealed class TimedStore(IKeyValueStore inner) : IKeyValueStore
    {
        private double _writeUs;

        public double TakeWriteUs()
        {
            double taken = _writeUs;
            _writeUs = 0;
            return taken;
        }

        public void Write(IWriteBatch batch, bool sync)
        {
            long start = Stopwatch.GetTimestamp();
            inner.Write(batch, sync);
            _writeUs += Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

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

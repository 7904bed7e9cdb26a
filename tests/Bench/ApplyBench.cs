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
using Dsdn.Genesis;
using Dsdn.Modules;

namespace Dsdn.Bench;

/// <summary>
/// What block sync does to a decided block once its bytes are here, on RocksDB with the real modules and four validators:
/// decode, verify its certificate and VRF proof, recover every sender (all that on the other core, one block ahead), execute, commit; the last
/// block of a run is durable. No network.
/// </summary>
public static class ApplyBench
{
    private const int Validators = 4;
    private const int Senders = 400;
    private const int RunBlocks = 64;

    public static void Run(TextWriter output)
    {
        Measure(output, "apply.empty_blocks", blocks: 6_000, transfers: 0);
        Measure(output, "apply.full_blocks", blocks: 16, transfers: 10_000);
    }

    private sealed record Recording(GenesisBlock Genesis, IReadOnlyList<(byte[] Block, byte[] Certificate)> Items, Hash256 Head);

    private static Recording Record(int blocks, int transfers)
    {
        var source = new SourceChain();
        (byte[], byte[])[] items = [.. Enumerable.Range(0, blocks).Select(_ => source.Next(transfers))];
        return new Recording(source.Genesis, items, source.Head);
    }

    private static void Measure(TextWriter output, string name, int blocks, int transfers)
    {
        Recording recorded = Record(blocks, transfers);
        string directory = Directory.CreateTempSubdirectory("dsdn-apply-bench-").FullName;
        try
        {
            using RocksDbStore store = RocksDbStore.Open(directory);
            ChainExecution execution = ChainOpening.Open(store, new StateOptions(), recorded.Genesis, DsdnModules.Kernel(), new ThreadParallel(Environment.ProcessorCount))
                .Execution(NoTransactions.Instance, NoTransactions.Instance);
            int warm = blocks / 4; // cold code
            TimeSpan cpu = default;
            long allocated = 0, start = 0;
            Hash256 beacon = recorded.Genesis.Block.Header.MixHash;
            Task<Prepared> next = Prepare(recorded, 0, execution.Validators, beacon);
            for (int i = 0; i < blocks; i++)
            {
                if (i == warm)
                {
                    cpu = Environment.CpuUsage.TotalTime;
                    allocated = GC.GetTotalAllocatedBytes(precise: true);
                    start = Stopwatch.GetTimestamp();
                }
                Prepared now = next.GetAwaiter().GetResult();
                if (i + 1 < blocks) next = Prepare(recorded, i + 1, execution.Validators, now.Block.Header.MixHash);
                BlockVerdict verdict = execution.Execute(now.Block, now.Proof);
                if (!verdict.IsValid) throw new InvalidOperationException($"{verdict.Code} {verdict.Detail}");
                execution.Commit(now.Block.Hash, now.Certificate, durable: i % RunBlocks == 0 || i == blocks - 1);
            }
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            int measured = blocks - warm;
            string note = $"{(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / measured:F0} us of processor time and {(GC.GetTotalAllocatedBytes(precise: true) - allocated) / measured} bytes allocated a block";
            new Figure(name, measured / took.TotalSeconds, "blocks/s", Note: note).Print(output);
            if (transfers > 0) new Figure(name + ".transactions", (double)measured * transfers / took.TotalSeconds, "tx/s").Print(output);
            if (execution.Decided.Hash != recorded.Head) throw new InvalidOperationException("another head");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private sealed record Prepared(Block Block, Certificate Certificate, VerifiedVrfProof? Proof);

    /// <summary>On another core, while the block before is executed and written. The set of this chain never changes.</summary>
    private static Task<Prepared> Prepare(Recording recorded, int index, ValidatorSet validators, Hash256 previousBeacon) => Task.Run(() =>
    {
        (byte[] bytes, byte[] signed) = recorded.Items[index];
        GenesisBlock genesis = recorded.Genesis;
        if (!BlockCodec.TryDecode(bytes, 1 << 24, out Block? block) || !CertificateCodec.TryDecode(signed, out Certificate? certificate)) throw new InvalidOperationException("decode");
        if (CertificateRules.Check(certificate, block.Header.Number, block.Hash, validators) is { } fault) throw new InvalidOperationException(fault);
        if (CertificateRules.CheckSignatures(certificate, genesis.ChainId, genesis.Block.Hash, validators) is { } forged) throw new InvalidOperationException(forged);
        BlockPreparation.RecoverSenders(block, genesis.ChainId, new ThreadParallel(Environment.ProcessorCount));
        return new Prepared(block, certificate, BlockPreparation.VerifyVrfProof(block, genesis.ChainId, validators, previousBeacon));
    });

    /// <summary>Makes blocks with certificates of three of the four validators.</summary>
    private sealed class SourceChain : ITransactionSource, ICommitSink
    {
        private readonly ChainExecution _execution;
        private readonly List<Transaction> _waiting = [];
        private readonly byte[][] _keys = [.. Enumerable.Range(0, Senders).Select(static i => Keccak.Hash(BitConverter.GetBytes(i)).ToArray())];
        private readonly SortedDictionary<Address, byte[]> _seeds = new(Enumerable.Range(0, Validators).ToDictionary(DevnetKeys.Operator, DevnetKeys.ConsensusSeed));
        private readonly ulong[] _nonces = new ulong[Senders];
        private int _next;

        public SourceChain()
        {
            Address[] senders = [.. _keys.Select(static key => Secp256k1.TryAddress(key, out Address address) ? address : throw new InvalidOperationException("key"))];
            Genesis = GenesisBuilder.Build(GenesisTemplates.Bench(senders, Amount.Nusa(10_000), Validators));
            _execution = ChainOpening.Open(new MemoryStore(), new StateOptions(), Genesis, DsdnModules.Kernel(), new ThreadParallel(2)).Execution(this, this);
        }

        public GenesisBlock Genesis { get; }

        public Hash256 Head => _execution.Decided.Hash;

        public (byte[] Block, byte[] Certificate) Next(int transfers)
        {
            _waiting.Clear();
            for (int i = 0; i < transfers; i++) _waiting.Add(Transfer(_next++));
            Validator proposer = _execution.Validators.Validators[0];
            Block block = _execution.Build(new BuildRequest(Genesis.Block.Header.Timestamp * 1000 + ((_execution.Decided.Header.Number + 1) * 1000), proposer.Operator, _execution.DecidedBy)
            {
                VrfProof = VrfBeacon.Prove(_seeds[proposer.Operator], Genesis.ChainId, _execution.Decided.Header.Number + 1, _execution.Decided.Header.MixHash),
            });
            if (block.Transactions.Count < transfers) throw new InvalidOperationException($"{block.Transactions.Count} transfers in the block");
            Certificate certificate = Certify(block);
            _execution.Commit(block.Hash, certificate);
            return (BlockCodec.Encode(block), CertificateCodec.Encode(certificate));
        }

        public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax) => _waiting;

        public Transaction? Find(in Hash256 hash) => null;

        public void OnCommitted(ChainHead head, StateChanges changes, Amount nextBaseFee)
        {
        }

        private Transaction Transfer(int number)
        {
            int from = number % Senders;
            Transaction tx = new TransactionDraft
            {
                Type = TransactionType.DynamicFee, ChainId = Genesis.ChainId, Nonce = _nonces[from]++, MaxFeePerGas = Amount.Gwei(100).BaseUnits,
                MaxPriorityFeePerGas = Amount.Gwei(1).BaseUnits, GasLimit = 21_000, Value = UInt128.One,
                To = new Address(Keccak.Hash(BitConverter.GetBytes(number + 1_000_000)).Span[12..]),
            }.Sign(_keys[from]) ?? throw new InvalidOperationException("key");
            return tx;
        }

        private Certificate Certify(Block block)
        {
            byte[] message = SignBytes.Precommit(Genesis.ChainId, Genesis.Block.Hash, block.Header.Number, 0, block.Hash);
            var signatures = new List<ReadOnlyMemory<byte>>();
            byte signers = 0;
            IReadOnlyList<Validator> set = _execution.Validators.Validators;
            for (int i = 0; i < set.Count; i++)
            {
                if (i == (int)(block.Header.Number % (ulong)set.Count)) continue;
                byte[] signature = new byte[64];
                Ed25519.Sign(message, _seeds[set[i].Operator], signature);
                signatures.Add(signature);
                signers |= (byte)(1 << i);
            }
            return new Certificate(block.Header.Number, 0, block.Hash, new[] { signers }, signatures);
        }
    }
}

using System.Diagnostics;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.Snapshots;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.View;
using Dsdn.Genesis;
using Dsdn.Modules;

namespace Dsdn.Bench;

/// <summary>
/// State sync of a chain with 1 M accounts (DSDN_LONG=1: 10 M too) on RocksDB, without a network: the snapshot is taken, then chunks
/// are read from files, checked, imported, the tree is rebuilt, its root compared with the certified header, and the chain opened.
/// </summary>
public static class StateSyncBench
{
    private const int Validators = 4;

    public static void Run(TextWriter output)
    {
        foreach (int accounts in Environment.GetEnvironmentVariable("DSDN_LONG") == "1" ? (int[])[1_000_000, 10_000_000] : [1_000_000])
        {
            string directory = Directory.CreateTempSubdirectory("dsdn-state-sync-bench-").FullName;
            try
            {
                Measure(output, accounts, directory);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static void Measure(TextWriter output, int accounts, string directory)
    {
        string size = $"{accounts / 1_000_000}M";
        GenesisBlock genesis = Genesis(accounts);
        SnapshotManifest manifest;
        LightBlock trusted;
        var watch = Stopwatch.StartNew();
        using (RocksDbStore source = RocksDbStore.Open(Path.Combine(directory, "source")))
        {
            OpenChain chain = ChainOpening.Open(source, new StateOptions(), genesis, DsdnModules.Kernel(), new ThreadParallel(Environment.ProcessorCount));
            Grow(chain, genesis, 3);
            trusted = LightBlock.Read(chain.Services.Blocks, 0) ?? throw new InvalidOperationException("no head");
            watch.Restart();
            using IKeyValueSnapshot version = source.Snapshot();
            manifest = ChainSnapshot.Export(version, chain.Services.Blocks, (index, bytes) => File.WriteAllBytes(Chunk(directory, index), bytes.Span));
            new Figure($"statesync.export.{size}", watch.Elapsed.TotalSeconds, "s", Note: $"{manifest.Chunks.Count} chunks").Print(output);
        }
        watch.Restart();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        using RocksDbStore store = RocksDbStore.Open(Path.Combine(directory, "restored"));
        SnapshotImport import = SnapshotImport.Open(store, manifest);
        for (int chunk = 0; chunk < manifest.Chunks.Count; chunk++)
        {
            if (import.Add(chunk, File.ReadAllBytes(Chunk(directory, chunk))) != SnapshotFault.None) throw new InvalidOperationException($"chunk {chunk}");
        }
        new Figure($"statesync.chunks.{size}", watch.Elapsed.TotalSeconds, "s").Print(output);
        if (ChainSnapshot.Finish(import, store, genesis, trusted, [], out string detail) != SnapshotFault.None) throw new InvalidOperationException(detail);
        OpenChain restored = ChainOpening.Open(store, new StateOptions(), genesis, DsdnModules.Kernel(), new ThreadParallel(Environment.ProcessorCount));
        if (restored.Head.Block.Hash != trusted.Hash) throw new InvalidOperationException("another head");
        string note = $"{(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F1} s of processor time, {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB at the peak, source included";
        new Figure($"statesync.{size}", watch.Elapsed.TotalSeconds, "s", "goal", 15.0 * accounts / 1_000_000, note).Print(output);
    }

    private static string Chunk(string directory, int index) => Path.Combine(directory, $"chunk-{index}");

    private static GenesisBlock Genesis(int accounts)
    {
        GenesisBlock small = GenesisBuilder.Build(GenesisTemplates.Bench([], Amount.Nusa(1), Validators));
        var all = new SortedDictionary<Address, Account>(small.State.Accounts.ToDictionary(static pair => pair.Key, static pair => pair.Value));
        for (int i = 0; i < accounts; i++) all[new Address(Keccak.Hash(BitConverter.GetBytes(i)).Span[12..])] = new Account((ulong)i & 63, new Amount(Amount.Nusa(1).BaseUnits + (UInt128)i));
        return GenesisBlock.Make(small.ChainId, small.Parameters, small.Block.Header.Timestamp, small.Block.Header.BaseFeePerGas, small.Block.Header.ExtraData,
            new StateChanges([.. all], small.State.Records));
    }

    private static void Grow(OpenChain chain, GenesisBlock genesis, int blocks)
    {
        ChainExecution execution = chain.Execution(NoTransactions.Instance, NoTransactions.Instance);
        var seeds = new SortedDictionary<Address, byte[]>(Enumerable.Range(0, Validators).ToDictionary(DevnetKeys.Operator, DevnetKeys.ConsensusSeed));
        for (int i = 0; i < blocks; i++)
        {
            IReadOnlyList<Validator> set = execution.Validators.Validators;
            Block block = execution.Build(new BuildRequest((genesis.Block.Header.Timestamp * 1000) + ((ulong)(i + 1) * 1000), set[0].Operator, execution.DecidedBy));
            byte[] message = SignBytes.Precommit(genesis.ChainId, genesis.Block.Hash, block.Header.Number, 0, block.Hash);
            var signatures = new List<ReadOnlyMemory<byte>>();
            foreach (Validator validator in set)
            {
                byte[] signature = new byte[64];
                Ed25519.Sign(message, seeds[validator.Operator], signature);
                signatures.Add(signature);
            }
            execution.Commit(block.Hash, new Certificate(block.Header.Number, 0, block.Hash, new[] { (byte)((1 << set.Count) - 1) }, signatures));
        }
    }
}

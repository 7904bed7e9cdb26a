using System.Diagnostics;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Bench;

/// <summary>
/// The root of the state, a touched account: 5,000 random accounts a block of 100 k, 1 M and, with DSDN_LONG=1, 10 M. Times are of the
/// processor, all threads, so that garbage collection counts and other load does not; the note has the best block by the clock.
/// The peer of a larger state is the smaller one, of vectors the scalar hash.
/// </summary>
public static class TrieBench
{
    private const int TouchedPerBlock = 5_000;
    private const int WarmUpBlocks = 20;
    private const int Blocks = 128;
    private const int FlushBlocks = 64;
    private const int LoadedPerStep = 50_000;

    public static void Run(TextWriter output)
    {
        Figure? smaller = null;
        bool isLong = Environment.GetEnvironmentVariable("DSDN_LONG") == "1";
        foreach (int accounts in isLong ? (int[])[100_000, 1_000_000, 10_000_000] : [100_000, 1_000_000])
        {
            string directory = Directory.CreateTempSubdirectory("dsdn-bench-").FullName;
            try
            {
                smaller = Measure(output, accounts, Path.Combine(directory, "db"), smaller);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static Figure Measure(TextWriter output, int accounts, string directory, Figure? smaller)
    {
        using RocksDbStore store = RocksDbStore.Open(directory);
        var pages = new TriePages(store);
        var options = new StateOptions();
        var tree = new StateTree(pages);
        TreeVersion version = TreeVersion.Empty;
        var watch = Stopwatch.StartNew();
        for (int first = 0; first < accounts; first += LoadedPerStep)
        {
            version = tree.Derive(version, Changes(Enumerable.Range(first, LoadedPerStep), 1));
            if (version.UnwrittenBytes > options.TrieFlushBytes) Flush(store, tree, version, options);
        }
        Flush(store, tree, version, options);
        string size = accounts % 1_000_000 == 0 ? $"{accounts / 1_000_000}M" : $"{accounts / 1_000}k";
        new Figure($"trie.load.{size}", watch.Elapsed.TotalSeconds, "s").Print(output);

        double scalar = Update(store, new StateTree(pages, KeccakPath.Scalar), ref version, accounts, options, flushes: false).Value;
        Timing best = Update(store, tree, ref version, accounts, options, flushes: false);
        Flush(store, tree, version, options);
        Timing flushed = Update(store, tree, ref version, accounts, options, flushes: true);
        var figure = new Figure($"trie.update.{size}", best.Value, "us/account", smaller?.Name, smaller?.Value, $"{KeccakBatch.BestPath}, best block {best.BestBlock:f2} us");
        figure.Print(output);
        new Figure($"trie.update.{size}.vectors", best.Value, "us/account", "scalar", scalar).Print(output);
        new Figure($"trie.update.{size}.flushed", flushed.Value, "us/account", "before flush", best.Value, $"every {FlushBlocks} blocks, synced").Print(output);
        new Figure($"trie.memory.{size}", TreeStore.Bytes(version) / 1048576.0, "MiB", Note: "nodes in memory after a flush").Print(output);
        return figure;
    }

    private readonly record struct Timing(double Value, double BestBlock);

    private static Timing Update(IKeyValueStore store, StateTree tree, ref TreeVersion version, int accounts, StateOptions options, bool flushes)
    {
        var random = new Random(accounts);
        TreeVersion start = version;
        TimeSpan before = default, prepared = default;
        double best = double.MaxValue;
        for (int block = -WarmUpBlocks; block < Blocks; block++)
        {
            if (block == 0) (before, prepared) = (Cpu(), TimeSpan.Zero);
            TimeSpan preparing = Cpu();
            StateChanges changes = Changes(Touched(random, accounts), random.Next(2, 200));
            prepared += Cpu() - preparing;
            long clock = Stopwatch.GetTimestamp();
            version = tree.Derive(version, changes);
            best = Math.Min(best, Stopwatch.GetElapsedTime(clock).TotalMicroseconds / TouchedPerBlock);
            if (flushes && (block + 1) % FlushBlocks == 0) Flush(store, tree, version, options);
        }
        double total = (Cpu() - before - prepared).TotalMicroseconds / ((double)Blocks * TouchedPerBlock);
        if (!flushes) version = start;
        return new Timing(total, best);
    }

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;

    private static void Flush(IKeyValueStore store, StateTree tree, TreeVersion version, StateOptions options)
    {
        using IWriteBatch batch = store.CreateBatch();
        TreeStore.Write(batch, 0, version);
        store.Write(batch, sync: true);
        TreeStore.MarkWritten(version);
        TreeStore.Evict(version, options.TrieCacheBytesMax, tree.Round);
        tree.Round++;
    }

    private static IEnumerable<int> Touched(Random random, int accounts)
    {
        var touched = new HashSet<int>();
        while (touched.Count < TouchedPerBlock) touched.Add(random.Next(accounts));
        return touched;
    }

    private static StateChanges Changes(IEnumerable<int> numbers, int nonce)
    {
        var accounts = new List<KeyValuePair<Address, Account>>();
        Span<byte> address = stackalloc byte[Address.Size];
        foreach (int number in numbers)
        {
            ulong mixed = unchecked(((ulong)number + 1) * 0x9E3779B97F4A7C15UL);
            BitConverter.TryWriteBytes(address, mixed);
            BitConverter.TryWriteBytes(address[8..], ~mixed);
            accounts.Add(new(new Address(address), new Account((ulong)nonce, new Amount(Amount.Nusa(1_000).BaseUnits + (UInt128)number + (UInt128)nonce))));
        }
        accounts.Sort((x, y) => x.Key.CompareTo(y.Key));
        return new StateChanges(accounts, []);
    }
}

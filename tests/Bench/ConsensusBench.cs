using System.Diagnostics;
using System.Text;
using Dsdn.Bench.Load;

namespace Dsdn.Bench;

/// <summary>
/// Four validators, a process each, over real links on this machine: throughput, finality, a killed proposer, and a fifth node that catches up.
/// There is no peer program to run beside it here; the published figures of others are in docs/figures.md.
/// </summary>
internal static class ConsensusBench
{
    private const int Senders = 400;
    private const int Connections = 8;
    private const int BatchSize = 100;

    public static void Run(TextWriter output, int seconds)
    {
        Finality(output);
        Throughput(output, seconds);
        EmptyBlocks(output);
    }

    private static void Throughput(TextWriter output, int seconds)
    {
        using var folder = new ScratchFolder();
        using BenchValidators network = StartLoaded(folder);
        (int warm, int steady) = Pace(output, network);

        IReadOnlyList<byte[]> keys = BenchNetwork.Keys(Senders);
        ulong nonce = (ulong)((warm + steady) / keys.Count);
        PresignedLoad full = Presigner.Create(BenchNetwork.ChainId, keys, 6_000 * seconds, 10_000, BatchSize, Connections, nonce);
        double before = network.ProcessorMicroseconds;
        LoadResult most = new LoadRun("127.0.0.1", network.Ports, full, 10_000).Run(TimeSpan.FromSeconds(4 * seconds));
        Say(output, "as fast as they are taken", most);
        new Figure("consensus.transfers_per_second", most.PerSecond, "tx/s", Note: $"4 validators, 4 processes, {seconds} s of load at most, every acknowledged one has its receipt; latency p50 {most.Percentile(0.5):F0} ms").Print(output);
        new Figure("consensus.cpu_per_transfer", (network.ProcessorMicroseconds - before) / most.Included, "us", Note: "of all four validators together; the limit is four recoveries").Print(output);
        if (most.Receipts < most.Sent) throw new InvalidOperationException($"{most.Sent - most.Receipts} acknowledged transfers have no receipt; refused {most.Refused}: {most.FirstError}");

        KilledProposer(output, network);
        CatchUp(output, network, "consensus.sync_transfers_per_second", warm + steady + most.Included, "tx/s");
    }

    /// <summary>What a transaction waits for where 1,500 a second arrive.</summary>
    public static void Paced(TextWriter output)
    {
        using var folder = new ScratchFolder();
        using BenchValidators network = StartLoaded(folder);
        Pace(output, network);
    }

    private static BenchValidators StartLoaded(ScratchFolder folder) => new(folder.Path, 18700, Senders, "--block-time", "1000");

    /// <summary>Transfers that were decided, before and while it was measured.</summary>
    private static (int Warm, int Steady) Pace(TextWriter output, BenchValidators network)
    {
        IReadOnlyList<byte[]> keys = BenchNetwork.Keys(Senders);
        int warm = WarmUp(network, keys);
        PresignedLoad steady = Presigner.Create(BenchNetwork.ChainId, keys, 1_500 * 30, 10_000, BatchSize / 2, Connections, (ulong)(warm / keys.Count));
        LoadResult paced = new LoadRun("127.0.0.1", network.Ports, steady, 20_000, perSecondMax: 1_500).Run(TimeSpan.FromSeconds(90));
        Say(output, "1,500 a second", paced);
        new Figure("consensus.final_p50_at_1500", paced.Percentile(0.5), "ms", Note: $"1 s blocks, submitted to seen in a block; {paced.Included} of {paced.Sent}").Print(output);
        new Figure("consensus.final_p99_at_1500", paced.Percentile(0.99), "ms").Print(output);
        return (warm, steady.Transactions);
    }

    /// <summary>What one transaction waits for where nothing else happens.</summary>
    public static void Finality(TextWriter output)
    {
        using var folder = new ScratchFolder();
        using var network = new BenchValidators(folder.Path, 18720, Senders, "--block-time", "0");
        int nonces = WarmUp(network, BenchNetwork.Keys(Senders)) / Senders;
        PresignedLoad load = Presigner.Create(BenchNetwork.ChainId, [BenchNetwork.Keys(1)[0]], 520, 10, 1, 1, (ulong)nonces);
        var latencies = new List<double>();
        using var submit = new RawHttpConnection("127.0.0.1", network.Ports[0]);
        Thread.Sleep(2_000);
        foreach (byte[] batch in load.BatchesOfConnection[0])
        {
            long started = Stopwatch.GetTimestamp();
            string reply = Encoding.UTF8.GetString(submit.Post(batch));
            string hash = reply[(reply.IndexOf("\"0x", StringComparison.Ordinal) + 1)..][..66];
            string question = $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_getTransactionReceipt\",\"params\":[\"{hash}\"]}}";
            while (submit.Post(question).IndexOf("\"status\""u8) < 0)
            {
                if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(20)) throw new TimeoutException($"{hash} was not decided");
                Thread.Sleep(1);
            }
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        double[] sorted = [.. latencies.Skip(20).Order()];
        new Figure("consensus.idle_finality_p50", sorted[sorted.Length / 2], "ms", Note: "--block-time 0, one transaction at a time, submitted to receipt").Print(output);
        new Figure("consensus.idle_finality_p99", sorted[(int)(sorted.Length * 0.99)], "ms").Print(output);
    }

    public static void EmptyBlocks(TextWriter output)
    {
        using var folder = new ScratchFolder();
        using var network = new BenchValidators(folder.Path, 18740, Senders, "--block-time", "1", "--empty-blocks", "1");
        Thread.Sleep(TimeSpan.FromSeconds(45));
        CatchUp(output, network, "consensus.sync_empty_blocks_per_second", Height(network.Ports[0]), "blocks/s");
    }

    /// <summary>A new node fetches the chain from one validator; the others are stopped, so that nobody makes blocks on these cores.</summary>
    private static void CatchUp(TextWriter output, BenchValidators network, string name, double amount, string unit)
    {
        foreach (ServerProcess other in network.Processes.Skip(1)) other.Kill();
        ulong target = (ulong)Height(network.Ports[0]);
        using ServerProcess follower = network.StartFollower();
        var clock = Stopwatch.StartNew();
        while (Height(follower.Port) < target)
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(5)) throw new TimeoutException($"the follower is at {Height(follower.Port)} of {target}: {follower.LastError}");
            Thread.Sleep(5);
        }
        new Figure(name, amount / clock.Elapsed.TotalSeconds, unit, Note: $"block sync of {target} blocks in {clock.Elapsed.TotalSeconds:F1} s from the first answer of the new node, from one peer on the same cores").Print(output);
    }

    /// <summary>Kills a validator and watches until it would have proposed.</summary>
    private static void KilledProposer(TextWriter output, BenchValidators network)
    {
        network.Processes[3].Kill();
        double longest = 0;
        ulong head = (ulong)Height(network.Ports[0]);
        var watch = Stopwatch.StartNew();
        var gap = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(30))
        {
            if ((ulong)Height(network.Ports[0]) is var now && now != head)
            {
                (longest, head) = (Math.Max(longest, gap.Elapsed.TotalMilliseconds), now);
                gap.Restart();
            }
            Thread.Sleep(2);
        }
        new Figure("consensus.longest_gap_after_kill", longest, "ms", Note: "one of four killed, 1 s blocks, 1 s propose timeout; a second of it passes before the next block is due").Print(output);
    }

    /// <summary>Until nothing is left to compile, as on a validator that runs for a while. Returns how many transfers were decided.</summary>
    private static int WarmUp(BenchValidators network, IReadOnlyList<byte[]> keys)
    {
        PresignedLoad load = Presigner.Create(BenchNetwork.ChainId, keys, 8 * Senders * 10, 10_000, BatchSize, Connections);
        _ = new LoadRun("127.0.0.1", network.Ports, load, 5_000).Run(TimeSpan.FromSeconds(60));
        double before = 0;
        for (int i = 0; i < 30 && network.ProcessorMicroseconds - before > 400_000; i++)
        {
            before = network.ProcessorMicroseconds;
            Thread.Sleep(1_000);
        }
        return load.Transactions;
    }

    private static double Height(int port)
    {
        using var connection = new RawHttpConnection("127.0.0.1", port);
        return LoadRun.BlockNumber(connection);
    }

    private static void Say(TextWriter output, string what, LoadResult result) => output.WriteLine(
        $"# {what}: {result.Included} of {result.Sent} transfers in {result.Blocks} blocks after {result.Seconds:F1} s, {result.Receipts} receipts, refused {result.Refused} {result.FirstError}");
}

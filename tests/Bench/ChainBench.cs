using Dsdn.Bench.Load;

namespace Dsdn.Bench;

/// <summary>
/// Durable end-to-end transfers per second over JSON-RPC: one generator, one set of pre-signed bytes, first against Anvil, then against
/// `dsdn node`, in one run. Receipts are fetched back and counted; a run counts only if every acknowledged transfer has one.
/// Anvil keeps its state in memory and computes no durable state; ours is one synced write and one state root a block.
/// </summary>
internal static class ChainBench
{
    private const int Senders = 400;
    private const int Connections = 4;
    private const int BatchSize = 100;
    private const int Recipients = 10_000;

    /// <param name="inFlightMax">Acknowledged and not yet seen in a block; the same for both servers.</param>
    public static void Run(TextWriter output, int seconds, int inFlightMax)
    {
        IReadOnlyList<byte[]> keys = BenchNetwork.Keys(Senders);
        LoadResult peer = Measure("anvil", keys, seconds, 9_000, inFlightMax, static () => BenchNetwork.StartAnvil(18645, Senders), output, out _);
        using var folder = new ScratchFolder();
        LoadResult ours = Measure("dsdn", keys, seconds, 20_000, inFlightMax, () => BenchNetwork.StartNode(18655, folder.Path, Senders), output, out ServerFigures figures);
        string receipts = $"{Senders} senders, {Connections} connections, batches of {BatchSize}, 1 s blocks, {ours.Receipts} receipts of {ours.Sent} acknowledged; peer {peer.Receipts} (counted for a minute at most) of {peer.Sent}";
        new Figure("chain.transfers_per_second", ours.PerSecond, "tx/s", "anvil 1.7.1", peer.PerSecond, receipts).Print(output);
        new Figure("chain.submit_to_block_p50", ours.Percentile(0.5), "ms", "anvil 1.7.1", peer.Percentile(0.5)).Print(output);
        new Figure("chain.submit_to_block_p99", ours.Percentile(0.99), "ms", "anvil 1.7.1", peer.Percentile(0.99)).Print(output);
        new Figure("chain.node_cpu_per_transfer", figures.ProcessorMicroseconds / ours.Included, "us", Note: "processor time of the node process, all threads; the limit is one secp256k1 recovery").Print(output);
        new Figure("chain.generator_cpu_per_transfer", figures.GeneratorMicroseconds / ours.Included, "us").Print(output);
        new Figure("chain.bytes_on_disk_per_transfer", (double)figures.DiskBytes / ours.Included, "bytes", Note: "data folder after the run, before compaction").Print(output);
        new Figure("chain.resident_memory", figures.ResidentBytes / 1048576.0, "MiB").Print(output);
        if (ours.Receipts != ours.Sent) throw new InvalidOperationException($"{ours.Sent - ours.Receipts} acknowledged transfers have no receipt; refused {ours.Refused}: {ours.FirstError}");
    }

    private static LoadResult Measure(string name, IReadOnlyList<byte[]> keys, int seconds, int expectedPerSecond, int inFlightMax, Func<BenchServer> start, TextWriter output, out ServerFigures figures)
    {
        using BenchServer server = start();
        server.Process.WaitReady(TimeSpan.FromSeconds(60));
        PresignedLoad warmUp = Presigner.Create(BenchNetwork.ChainId, keys, 8 * Senders * 5, Recipients, BatchSize, Connections);
        int warmNonces = warmUp.Transactions / keys.Count;
        _ = new LoadRun("127.0.0.1", server.Process.Port, warmUp, inFlightMax).Run(TimeSpan.FromSeconds(60));
        PresignedLoad load = Presigner.Create(BenchNetwork.ChainId, keys, seconds * expectedPerSecond, Recipients, BatchSize, Connections, (ulong)warmNonces);
        output.WriteLine($"# {name}: {load.Transactions} pre-signed transfers");
        TimeSpan serverBefore = server.Process.ProcessorTime, ownBefore = System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime;
        long diskBefore = server.DiskBytes();
        LoadResult result = new LoadRun("127.0.0.1", server.Process.Port, load, inFlightMax).Run(TimeSpan.FromSeconds(4 * seconds));
        figures = new ServerFigures(
            (server.Process.ProcessorTime - serverBefore).TotalMicroseconds,
            (System.Diagnostics.Process.GetCurrentProcess().TotalProcessorTime - ownBefore).TotalMicroseconds,
            server.DiskBytes() - diskBefore, server.Process.ResidentBytes);
        output.WriteLine($"# {name}: {result.Included} of {result.Sent} transfers in {result.Blocks} blocks after {result.Seconds:F1} s, {result.Receipts} receipts, refused {result.Refused} {result.FirstError}");
        return result;
    }

    private sealed record ServerFigures(double ProcessorMicroseconds, double GeneratorMicroseconds, long DiskBytes, long ResidentBytes);
}

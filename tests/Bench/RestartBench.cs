using Dsdn.Bench.Load;

namespace Dsdn.Bench;

/// <summary>From the start of a killed node's process to its first answer, on a chain whose blocks touched a million accounts.</summary>
internal static class RestartBench
{
    private const int Senders = 400;
    private const int Accounts = 1_000_000;

    public static void Run(TextWriter output)
    {
        using var folder = new ScratchFolder();
        IReadOnlyList<byte[]> keys = BenchNetwork.Keys(Senders);
        PresignedLoad load = Presigner.Create(BenchNetwork.ChainId, keys, Accounts, Accounts, batchSize: 100, connections: 4);
        long resident;
        LoadResult result;
        using (BenchServer node = BenchNetwork.StartNode(18685, folder.Path, Senders))
        {
            node.Process.WaitReady(TimeSpan.FromSeconds(60));
            result = new LoadRun("127.0.0.1", node.Process.Port, load, inFlightMax: 60_000).Run(TimeSpan.FromSeconds(600));
            resident = node.Process.ResidentBytes;
            node.Process.Kill();
        }
        using BenchServer again = BenchNetwork.StartNode(18685, folder.Path, Senders);
        TimeSpan ready = again.Process.WaitReady(TimeSpan.FromSeconds(120));
        new Figure("chain.restart_after_kill", ready.TotalSeconds, "s", Note: $"{result.Receipts} transfers to at most {Accounts} accounts; resident before the kill {resident / 1048576} MiB").Print(output);
    }
}

using Dsdn.Bench.Load;
using Dsdn.Chain.Primitives;

namespace Dsdn.Bench;

/// <summary>
/// JSON-RPC reads per second against Anvil, by wrk with the same bodies: single requests and batches of 100, idle and (ours)
/// while about 3,000 transfers a second commit. The ceiling is a constant reply by the same HTTP server (eth_chainId).
/// </summary>
internal static class ReadBench
{
    private const int Accounts = 10_000;
    private const int Senders = 400;
    private const int Transfers = 20_000;
    private const int Seconds = 4;

    public static void Run(TextWriter output)
    {
        using var folder = new ScratchFolder();
        IReadOnlyList<byte[]> keys = BenchNetwork.Keys(Senders);
        using BenchServer anvil = BenchNetwork.StartAnvil(18665, Senders);
        using BenchServer node = BenchNetwork.StartNode(18675, folder.Path, Senders);
        anvil.Process.WaitReady(TimeSpan.FromSeconds(60));
        node.Process.WaitReady(TimeSpan.FromSeconds(60));
        PresignedLoad load = Presigner.Create(BenchNetwork.ChainId, keys, Transfers, Accounts, batchSize: 100, connections: 2);
        foreach (BenchServer server in (BenchServer[])[anvil, node]) _ = new LoadRun("127.0.0.1", server.Process.Port, load, 60_000).Run(TimeSpan.FromSeconds(60));
        IReadOnlyList<string> hashes = BenchNetwork.TransactionHashes(node.Process.Port, 1_000);

        foreach ((string name, Func<int, string> call) in Calls(hashes))
        {
            Compare(output, $"rpc.{name}", anvil, node, [.. Enumerable.Range(0, 1_000).Select(i => Envelope(i, call(i)))], 1);
            Compare(output, $"rpc.{name}.batch100", anvil, node, [.. Enumerable.Range(0, 20).Select(batch => "[" + string.Join(',', Enumerable.Range(0, 100).Select(i => Envelope(i, call((batch * 100) + i)))) + "]")], 100);
        }
        UnderLoad(output, node, keys);
    }

    private static IEnumerable<(string, Func<int, string>)> Calls(IReadOnlyList<string> hashes)
    {
        Address[] accounts = Presigner.Recipients(Accounts);
        yield return ("eth_chainId", static _ => "\"method\":\"eth_chainId\",\"params\":[]");
        yield return ("eth_getBalance", i => $"\"method\":\"eth_getBalance\",\"params\":[\"{accounts[i * 7919 % Accounts]}\",\"latest\"]");
        yield return ("eth_call", i => $"\"method\":\"eth_call\",\"params\":[{{\"to\":\"{accounts[i * 7919 % Accounts]}\",\"data\":\"0x\"}},\"latest\"]");
        yield return ("eth_getTransactionReceipt", i => $"\"method\":\"eth_getTransactionReceipt\",\"params\":[\"{hashes[i % hashes.Count]}\"]");
    }

    private static void Compare(TextWriter output, string name, BenchServer anvil, BenchServer node, IReadOnlyList<string> bodies, int callsPerBody)
    {
        WrkResult peer = Wrk.Run(anvil.Process.Port, bodies, Seconds);
        WrkResult ours = Wrk.Run(node.Process.Port, bodies, Seconds);
        new Figure(name, ours.RequestsPerSecond * callsPerBody, "calls/s", "anvil 1.7.1", peer.RequestsPerSecond * callsPerBody, $"p99 {ours.P99Ms:F1} ms, peer {peer.P99Ms:F1} ms, errors {ours.Errors}").Print(output);
    }

    private static void UnderLoad(TextWriter output, BenchServer node, IReadOnlyList<byte[]> keys)
    {
        PresignedLoad load = Presigner.Create(BenchNetwork.ChainId, keys, 3_000 * (Seconds + 4), Accounts, batchSize: 100, connections: 1, firstNonce: Transfers / Senders);
        var run = new Thread(() => _ = new LoadRun("127.0.0.1", node.Process.Port, load, inFlightMax: 3_000).Run(TimeSpan.FromSeconds(60)));
        run.Start();
        Address[] accounts = Presigner.Recipients(Accounts);
        WrkResult ours = Wrk.Run(node.Process.Port, Enumerable.Range(0, 1_000).Select(i => Envelope(i, $"\"method\":\"eth_getBalance\",\"params\":[\"{accounts[i * 7919 % Accounts]}\",\"latest\"]")), Seconds);
        run.Join();
        new Figure("rpc.eth_getBalance.while_3000_tps_commit", ours.RequestsPerSecond, "calls/s", Note: $"p99 {ours.P99Ms:F1} ms, errors {ours.Errors}").Print(output);
    }

    private static string Envelope(int id, string call) => $"{{\"jsonrpc\":\"2.0\",\"id\":{id},{call}}}";
}

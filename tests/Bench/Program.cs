using System.Globalization;
using Dsdn.Bench;

(string Name, string What, Action Run)[] benches =
[
    ("chain", "durable transfers a second end to end, against Anvil, then reads, state root and restart", () =>
    {
        ChainBench.Run(Console.Out, Number(args, "--seconds", 30), Number(args, "--in-flight", 20_000));
        ReadBench.Run(Console.Out);
        TrieBench.Run(Console.Out);
        RestartBench.Run(Console.Out);
    }),
    ("transfers", "only the transfers of chain", () => ChainBench.Run(Console.Out, Number(args, "--seconds", 30), Number(args, "--in-flight", 20_000))),
    ("reads", "only the JSON-RPC reads of chain", () => ReadBench.Run(Console.Out)),
    ("restart", "kill to readiness", () => RestartBench.Run(Console.Out)),
    ("consensus", "four validators: throughput, finality, catching up, a killed proposer", () => ConsensusBench.Run(Console.Out, Number(args, "--seconds", 60))),
    ("finality", "only the idle finality of consensus", () => ConsensusBench.Finality(Console.Out)),
    ("paced", "only 1,500 transfers a second of consensus", () => ConsensusBench.Paced(Console.Out)),
    ("emptysync", "only the block sync of empty blocks of consensus", () => ConsensusBench.EmptyBlocks(Console.Out)),
    ("crypto", "hashes, signatures, key files", () => CryptoBench.Run(Console.Out)),
    ("da", "SHA-256 in lanes, share commitments, namespace verification, squares, attestations; then router and tia", () =>
    {
        DaBench.Run(Console.Out);
        RouterBench.RunAsync(Console.Out).GetAwaiter().GetResult();
        TiaBench.Run(Console.Out);
    }),
    ("tia", "what a day of the log costs on Celestia", () => TiaBench.Run(Console.Out)),
    ("router", "failover and reconciliation of batches, with outbox and archive on disk", () => RouterBench.RunAsync(Console.Out).GetAwaiter().GetResult()),
    ("log", "batches of the log: checked by their own signatures, and with every author's", () => LogBench.Run(Console.Out)),
    ("storage", "hashing, storing, coding and encrypting of chunks, each beside what it is made of", () =>
    {
        StorageBench.Run(Console.Out);
        StorageNetworkBench.Run(Console.Out);
    }),
    ("storage-network", "what a user of the storage network sees, on a network of processes, beside hashing and writing alone and nginx", () => StorageNetworkBench.Run(Console.Out)),
    ("trie", "the state root a touched account, at 100 k and 1 M accounts (DSDN_LONG=1: 10 M too)", () => TrieBench.Run(Console.Out)),
    ("mempool", "pool, decoding and block roots", () => MempoolBench.Run(Console.Out)),
    ("modules", "nanoseconds a gas of every module method", () => ModulesBench.Run(Console.Out)),
    ("rpc", "what a JSON-RPC call costs in process", () => RpcBench.Run(Console.Out)),
    ("exec", "block building by phase, in process", () => ExecBench.Run(Console.Out)),
    ("apply", "decided blocks a second as block sync applies them, in process", () => ApplyBench.Run(Console.Out)),
    ("statesync", "a chain of 1 M accounts restored from a snapshot (DSDN_LONG=1: 10 M too)", () => StateSyncBench.Run(Console.Out)),
];

string name = args.FirstOrDefault(static argument => !argument.StartsWith('-')) ?? "chain";
foreach ((string Name, string What, Action Run) bench in benches)
{
    if (bench.Name != name) continue;
    bench.Run();
    return 0;
}
Console.Error.WriteLine($"no bench '{name}'; there are:");
foreach ((string Name, string What, Action Run) bench in benches) Console.Error.WriteLine($"  {bench.Name,-10} {bench.What}");
return 2;

static int Number(string[] args, string flag, int standard)
{
    int at = Array.IndexOf(args, flag);
    return at >= 0 && at + 1 < args.Length && int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : standard;
}

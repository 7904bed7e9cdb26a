using System.Globalization;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis;

namespace Dsdn.Bench.Load;

/// <summary>Validators of one chain, a process each, over real links on this machine.</summary>
internal sealed class BenchValidators : IDisposable
{
    private const int Count = 4;
    private readonly string _folder;
    private readonly int _port;
    private readonly string[] _peers;
    private readonly string[] _more;
    private readonly List<ServerProcess> _processes = [];

    /// <param name="more">Settings of every node.</param>
    public BenchValidators(string folder, int port, int senders, params string[] more)
    {
        (_folder, _port, _more) = (folder, port, more);
        string genesis = Path.Combine(folder, "genesis.json");
        if (!File.Exists(genesis)) File.WriteAllText(genesis, SpecWriter.File(GenesisTemplates.Bench(BenchNetwork.Addresses(senders), Amount.Nusa(20_000), Count)));
        _peers = [.. Enumerable.Range(0, Count).Select(i => $"{NodeId(i)}@127.0.0.1:{Text(port + 100 + i)}")];
        for (int i = 0; i < Count; i++) _processes.Add(Start(i));
        foreach (ServerProcess process in _processes) process.WaitReady(TimeSpan.FromSeconds(60));
    }

    public IReadOnlyList<int> Ports => [.. _processes.Select(static process => process.Port)];

    public IReadOnlyList<ServerProcess> Processes => _processes;

    public double ProcessorMicroseconds => _processes.Sum(static process => process.ProcessorTime.TotalMicroseconds);

    /// <summary>One more node that only follows.</summary>
    public ServerProcess StartFollower(params string[] more)
    {
        ServerProcess follower = Start(Count, ["--follow", .. more]);
        follower.WaitReady(TimeSpan.FromSeconds(60));
        return follower;
    }

    public void Dispose()
    {
        foreach (ServerProcess process in _processes) process.Dispose();
    }

    private ServerProcess Start(int number, params string[] more)
    {
        string file = Environment.GetEnvironmentVariable("DSDN_PROGRAM") ?? throw new InvalidOperationException("DSDN_PROGRAM names no dsdn; run ./tests/bench");
        string data = Path.Combine(_folder, "data" + Text(number));
        NodeId(number);
        string peers = string.Join(',', _peers.Where((_, i) => i != number));
        string[] key = number < Count ? ["--dev-validator", Text(number)] : [];
        return new ServerProcess(
            file,
            [
                "node", "--network", Path.Combine(_folder, "genesis.json"), "--data", data, "--listen", $"127.0.0.1:{Text(_port + number)}",
                "--p2p", $"127.0.0.1:{Text(_port + 100 + number)}", "--peers", peers, "--pool-size", "1000000", "--pool-per-sender", "100000",
                "--log-level", "warning", "--snapshot-blocks", "0", .. key, .. _more, .. more,
            ],
            _port + number);
    }

    /// <summary>The node key is written before the node starts, so that the others know it.</summary>
    private string NodeId(int number)
    {
        string data = Path.Combine(_folder, "data" + Text(number));
        Directory.CreateDirectory(data);
        byte[] publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(Node.Configuration.NodeKeyFile.OpenOrCreate(Path.Combine(data, "node.key")), publicKey);
        return Hex.Encode(publicKey);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

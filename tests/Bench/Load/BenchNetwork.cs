using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet;
using Dsdn.Genesis;

namespace Dsdn.Bench.Load;

/// <summary>The same funded senders on both servers: accounts 100 and up of the development mnemonic.</summary>
internal static class BenchNetwork
{
    public const ulong ChainId = GenesisTemplates.DevnetChainId;
    private const int FirstAccount = 100;

    public static IReadOnlyList<byte[]> Keys(int count) => [.. Range(count).Select(static key => key.PrivateKey.ToArray())];

    public static IReadOnlyList<Address> Addresses(int count) => [.. Range(count).Select(static key => key.Address)];

    /// <summary>Anvil 1.7.1: 1 s blocks, gas limit raised, first come first served, no size limit, its history of states pruned.</summary>
    public static BenchServer StartAnvil(int port, int senders)
    {
        string file = Environment.GetEnvironmentVariable("DSDN_ANVIL") ?? throw new InvalidOperationException("DSDN_ANVIL names no anvil; run ./tests/bench");
        string[] arguments =
        [
            "--port", Text(port), "--chain-id", Text((int)ChainId), "--mnemonic", DevnetKeys.MnemonicPhrase, "--accounts", Text(FirstAccount + senders),
            "--balance", "20000", "--block-time", "1", "--gas-limit", "1200000000", "--no-request-size-limit", "--silent",
        ];
        return new BenchServer(new ServerProcess(file, arguments, port), dataFolder: null);
    }

    /// <param name="folder">Holds genesis and data; a later start on the same folder goes on with them.</param>
    public static BenchServer StartNode(int port, string folder, int senders, params string[] more)
    {
        string file = Environment.GetEnvironmentVariable("DSDN_PROGRAM") ?? throw new InvalidOperationException("DSDN_PROGRAM names no dsdn; run ./tests/bench");
        string genesis = Path.Combine(folder, "genesis.json");
        if (!File.Exists(genesis)) File.WriteAllText(genesis, SpecWriter.File(GenesisTemplates.Bench([.. Range(senders).Select(static key => key.Address)], Amount.Nusa(20_000))));
        string data = Path.Combine(folder, "data");
        string[] arguments =
        [
            "node", "--network", genesis, "--data", data, "--listen", $"127.0.0.1:{Text(port)}", "--block-time", "1000",
            "--pool-size", "1000000", "--pool-per-sender", "100000", "--log-level", "warning", .. more,
        ];
        return new BenchServer(new ServerProcess(file, arguments, port), data);
    }

    /// <summary>Hashes of transactions in the blocks near the head.</summary>
    public static IReadOnlyList<string> TransactionHashes(int port, int count)
    {
        using var connection = new RawHttpConnection("127.0.0.1", port);
        var hashes = new List<string>();
        for (int number = 1; hashes.Count < count && number < 1_000; number++)
        {
            string block = Encoding.UTF8.GetString(connection.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_getBlockByNumber\",\"params\":[\"0x{number:x}\",false]}}"));
            int list = block.IndexOf("\"transactions\":", StringComparison.Ordinal);
            if (list >= 0) hashes.AddRange(Regex.Matches(block[list..], "0x[0-9a-f]{64}").Select(static match => match.Value).Take(count - hashes.Count));
        }
        return hashes;
    }

    private static IEnumerable<HdKey> Range(int count)
    {
        if (!HdKey.TryFromSeed(Mnemonic.Seed(DevnetKeys.MnemonicPhrase, ""), out HdKey? master) || master is null) throw new InvalidOperationException("the mnemonic gives a key");
        for (int i = 0; i < count; i++) yield return master.Derive(HdPath.Ethereum((uint)(FirstAccount + i))) ?? throw new InvalidOperationException("the path gives a key");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Net.Http.Json;
using System.Text.Json;
using Dsdn.Host.Networks;
using Dsdn.Node.Tests.Cli;

namespace Dsdn.Node.Tests.Networks;

/// <summary>A whole development network in this process, over real sockets and disk.</summary>
public sealed class NetworkInProcessTests : IDisposable
{
    private const int Blocks = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-network-").FullName;

    [Fact]
    public async Task FourValidatorsDecideTheSameBlocksAndTellWhereTheyStand()
    {
        DevelopmentNetwork network = DevelopmentNetwork.Open(Path.Combine(_folder, "dev"), 4, 0, 0, "100", zones: 0);
        await using NetworkInProcess running = await NetworkInProcess.StartAsync(network, [new("log-level", "error")], hasServices: false, CancellationToken.None);
        Assert.Null(running.Logs);
        Assert.All(running.ProcessIds, id => Assert.Equal(Environment.ProcessId, id));
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(Patience);
        foreach (Endpoints endpoint in network.Endpoints)
        {
            while (await HeightAsync(http, endpoint, patience.Token) < Blocks || await PeersAsync(http, endpoint, patience.Token) < 3) await Task.Delay(50, patience.Token);
        }
        string[] hashes = await Task.WhenAll(network.Endpoints.Select(async endpoint =>
            (await CallAsync(http, endpoint, "eth_getBlockByNumber", $"0x{Blocks:x}", false, patience.Token)).GetProperty("hash").GetString() ?? ""));
        Assert.Single(hashes.Distinct());

        using CliRun run = new() { ["DSDN_RPC"] = network.Endpoints[2].RpcUrl };
        await run.ExpectAsync(0, "node status --json");
        Assert.Equal("voting", run.Json.GetProperty("mode").GetString());
        Assert.Equal(network.NodeIds[2].ToString(), run.Json.GetProperty("nodeId").GetString());
        Assert.Equal(4_000_000UL, run.Json.GetProperty("totalPower").GetUInt64());
        Assert.True(run.Json.GetProperty("lastSign").GetProperty("height").GetUInt64() >= Blocks);
        string[] peers = [.. run.Json.GetProperty("peers").EnumerateArray().Select(peer => peer.GetProperty("id").GetString() ?? "")];
        Assert.Equal(network.NodeIds.Where((_, i) => i != 2).Select(id => id.ToString()).Order(StringComparer.Ordinal), peers.Order(StringComparer.Ordinal));

        using var stop = new CancellationTokenSource();
        Task<NodeEnd?> ended = running.EndedAsync(stop.Token);
        await stop.CancelAsync();
        Assert.Null(await ended);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<ulong> HeightAsync(HttpClient http, Endpoints endpoint, CancellationToken cancel) =>
        Convert.ToUInt64((await CallAsync(http, endpoint, "eth_blockNumber", null, null, cancel)).GetString(), 16);

    private static async Task<ulong> PeersAsync(HttpClient http, Endpoints endpoint, CancellationToken cancel) =>
        Convert.ToUInt64((await CallAsync(http, endpoint, "net_peerCount", null, null, cancel)).GetString(), 16);

    private static async Task<JsonElement> CallAsync(HttpClient http, Endpoints endpoint, string method, string? block, bool? full, CancellationToken cancel)
    {
        object[] parameters = block is null || full is null ? [] : [block, full.Value];
        using HttpResponseMessage response = await http.PostAsJsonAsync(endpoint.RpcUrl, new { jsonrpc = "2.0", id = 1, method, @params = parameters }, cancel);
        JsonElement reply = await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
        return reply.GetProperty("result");
    }
}

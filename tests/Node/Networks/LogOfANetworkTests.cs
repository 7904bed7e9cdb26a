using System.Net.Http.Json;
using System.Text.Json;
using Dsdn.Host.Networks;

namespace Dsdn.Node.Tests.Networks;

/// <summary>A development network with its DA server and coordinator, over real sockets and disk.</summary>
public sealed class LogOfANetworkTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-log-").FullName;
    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _patience = new(Patience);

    [Fact]
    public async Task TheLogGoesOnAfterARestartAndAFollowerWithoutDataGetsAllOfIt()
    {
        DevelopmentNetwork network = DevelopmentNetwork.Open(Path.Combine(_folder, "dev"), 1, 0, 0, "250", zones: 0);
        string first;
        ulong before;
        await using (await StartAsync(network))
        {
            before = await SeqAsync(network, status => Number(status, "attestedSeq") >= 6 && Number(status.GetProperty("celestia"), "batches") > 0);
            first = await BatchAsync(network, 1);
            await CoordinatorAsync(network, status => status.GetProperty("anchoredSeq").GetUInt64() > 0 && status.GetProperty("mode").GetString() == "healthy");
        }
        Directory.Delete(Path.Combine(network.Homes[0].Data, "log"), recursive: true);
        await using (await StartAsync(network))
        {
            await SeqAsync(network, status => Number(status, "seq") > before && Number(status, "attestedSeq") > before);
            Assert.Equal(first, await BatchAsync(network, 1));
        }
    }

    /// <summary>Whatever the coordinator lost but its archive, signer and outbox: it goes on above what it signed.</summary>
    [Fact]
    public async Task ACoordinatorThatLostTheRecordOfTheBatchUnderWayGoesOn()
    {
        DevelopmentNetwork network = DevelopmentNetwork.Open(Path.Combine(_folder, "dev"), 1, 0, 0, "250", zones: 0);
        ulong before;
        await using (await StartAsync(network)) before = await SeqAsync(network, status => Number(status, "seq") >= 3);
        File.Delete(Path.Combine(network.Services.CoordinatorFolder, "batches.wal"));
        await using (await StartAsync(network)) await SeqAsync(network, status => Number(status, "seq") > before + 1);
    }

    /// <summary>Nothing is left but its keys: the log comes back from the validators, and nothing it signed is signed again.</summary>
    [Fact]
    public async Task ACoordinatorWithAnEmptyDiskTakesTheLogFromTheValidators()
    {
        DevelopmentNetwork network = DevelopmentNetwork.Open(Path.Combine(_folder, "dev"), 1, 0, 0, "250", zones: 0);
        ulong before;
        string last;
        await using (await StartAsync(network))
        {
            before = await SeqAsync(network, status => Number(status, "attestedSeq") >= 6 && Number(status.GetProperty("celestia"), "batches") > 2);
            last = await BatchAsync(network, before);
        }
        foreach (string entry in Directory.EnumerateFileSystemEntries(network.Services.CoordinatorFolder))
        {
            if (Path.GetFileName(entry) == "node.key") continue;
            if (Directory.Exists(entry)) Directory.Delete(entry, recursive: true);
            else File.Delete(entry);
        }
        await using (await StartAsync(network))
        {
            await SeqAsync(network, status => Number(status, "seq") > before + 2 && Number(status, "attestedSeq") > before + 2);
            Assert.Equal(last, await BatchAsync(network, before));
            await CoordinatorAsync(network, status => status.GetProperty("mode").GetString() == "healthy" && status.GetProperty("pending").GetUInt64() < 3);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _patience.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<NetworkInProcess> StartAsync(DevelopmentNetwork network) => NetworkInProcess.StartAsync(network, [new("log-level", "error")], hasServices: true, _patience.Token);

    private async Task<ulong> SeqAsync(DevelopmentNetwork network, Func<JsonElement, bool> holds)
    {
        while (true)
        {
            JsonElement status = await CallAsync(network, "dsdn_logStatus");
            if (status.ValueKind == JsonValueKind.Object && holds(status)) return Number(status, "seq");
            await Task.Delay(100, _patience.Token);
        }
    }

    private async Task CoordinatorAsync(DevelopmentNetwork network, Func<JsonElement, bool> holds)
    {
        while (!holds(await _http.GetFromJsonAsync<JsonElement>(network.Services.OperatorUrl + "/status", _patience.Token))) await Task.Delay(100, _patience.Token);
    }

    private async Task<string> BatchAsync(DevelopmentNetwork network, ulong seq) => (await CallAsync(network, "dsdn_getBatch", $"0x{seq:x}")).GetProperty("envelope").GetString() ?? "";

    private async Task<JsonElement> CallAsync(DevelopmentNetwork network, string method, params object[] parameters)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(network.Endpoints[0].RpcUrl, new { jsonrpc = "2.0", id = 1, method, @params = parameters }, _patience.Token);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(_patience.Token)).GetProperty("result");
    }

    private static ulong Number(JsonElement of, string name) => Convert.ToUInt64(of.GetProperty(name).GetString(), 16);
}

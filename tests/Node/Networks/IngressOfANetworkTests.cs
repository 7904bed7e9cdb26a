using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Host.Networks;
using Dsdn.Ingress;
using Dsdn.Services;
using Dsdn.Services.Batches;
using Dsdn.Services.Placements;
using Dsdn.Services.Placements.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Networks;

/// <summary>An ingress beside a development network, over real sockets and disk.</summary>
public sealed class IngressOfANetworkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-ingress-").FullName;
    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(120));

    [Fact]
    public async Task TheIngressFollowsTheLogItselfAndGoesOnWhenEverybodyIsGone()
    {
        DevelopmentNetwork network = DevelopmentNetwork.Open(Path.Combine(_folder, "dev"), 1, 0, 0, "250");
        var options = new IngressOptions
        {
            Network = network.Genesis,
            DataFolder = Path.Combine(_folder, "ingress"),
            Sources = [LogAddress.Parse(network.Services.LogSource)!, .. network.Services.ArchivePorts.Select(static port => new LogAddress("127.0.0.1", port, null))],
            Http = new HttpOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            Operator = new IPEndPoint(IPAddress.Loopback, 0),
        };
        ulong seq;
        NetworkInProcess running = await NetworkInProcess.StartAsync(network, [new("log-level", "error")], hasServices: true, _patience.Token);
        await using IngressProcess ingress = await IngressProcess.StartAsync(options, NullLoggerFactory.Instance, _patience.Token);
        try
        {
            while (ingress.Seq < 4) await Task.Delay(100, _patience.Token);
            await AsksTheCoordinatorAsync(network);
            seq = (await NotFoundAsync(ingress, "3")).GetProperty("seq").GetUInt64();
            Assert.True(seq >= 3);
            Assert.Contains("\"ok\"", await _http.GetStringAsync(new Uri($"http://127.0.0.1:{ingress.Port}/health"), _patience.Token), StringComparison.Ordinal);
        }
        finally
        {
            await running.DisposeAsync();
        }
        Assert.True((await NotFoundAsync(ingress, "3")).GetProperty("seq").GetUInt64() >= seq);
        using HttpResponseMessage behind = await GetAsync(ingress, ulong.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture));
        JsonElement error = await ErrorAsync(behind);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ServiceCodes.Behind, ulong.MaxValue), (behind.StatusCode, error.GetProperty("code").GetString(), error.GetProperty("minSeq").GetUInt64()));
        using HttpResponseMessage health = await _http.GetAsync(new Uri($"http://127.0.0.1:{ingress.OperatorPort}/health"), _patience.Token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Contains("dsdn_log_followed_seq", await _http.GetStringAsync(new Uri($"http://127.0.0.1:{ingress.OperatorPort}/metrics"), _patience.Token), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        _patience.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AsksTheCoordinatorAsync(DevelopmentNetwork network)
    {
        NetworkGenesis genesis = NetworkGenesis.Load(network.Genesis);
        using NodeIdentity identity = NodeIdentity.Create();
        using var channels = new ServiceChannels(identity, new ChainIdentity(genesis.Log!.ChainId, genesis.Log.LogId), TlsRole.Coordinator, TimeProvider.System);
        using var client = new PlacementClient(channels, new ServiceAddress("127.0.0.1", network.Services.CoordinatorPort));
        Assert.True((await client.NodesAsync(new NodesRequest { MinSeq = 2 }, _patience.Token)).Seq >= 2);
    }

    private async Task<JsonElement> NotFoundAsync(IngressProcess ingress, string minSeq)
    {
        using HttpResponseMessage response = await GetAsync(ingress, minSeq);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        return await ErrorAsync(response);
    }

    private Task<HttpResponseMessage> GetAsync(IngressProcess ingress, string minSeq) =>
        _http.GetAsync(new Uri($"http://127.0.0.1:{ingress.Port}/object/{new string('0', 64)}?min_seq={minSeq}"), _patience.Token);

    private async Task<JsonElement> ErrorAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>(_patience.Token)).GetProperty("error");
}

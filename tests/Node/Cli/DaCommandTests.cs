using System.Net;
using System.Text.Json;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Configuration;
using Dsdn.DaServer;
using Dsdn.DaServer.Faults;
using Dsdn.Host;

namespace Dsdn.Node.Tests.Cli;

/// <summary><c>dsdn da status|verify|cost</c> against the development server.</summary>
public sealed class DaCommandTests : IAsyncLifetime
{
    private readonly CliRun _run = new() { Host = static context => [DaCommand.Create(context)] };
    private DaServerProcess? _server;

    private DaServerProcess Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync()
    {
        _server = await DaServerProcess.StartAsync(new DaServerOptions { DataFolder = Path.Combine(_run.Home, "da"), Listen = new IPEndPoint(IPAddress.Loopback, 0), BlockTimeMs = 200 });
        _run["DA_RPC_URL"] = _server.Endpoint.ToString();
        _run["DA_AUTH_TOKEN_FILE"] = Path.Combine(_run.Home, "da", "tokens", "write.jwt");
        _run["DA_NAMESPACE"] = NamespaceText.Development;
        _run["DA_TRUST"] = "first-use";
        _run["DA_RETRY_COUNT"] = "0";
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _run.Dispose();
    }

    private async Task<ulong> PublishAsync(params int[] bytes)
    {
        Assert.True(DaConfiguration.TryLoad("mock", name => name == "DA_RPC_URL" ? Server.Endpoint.ToString() : null, Path.Combine(_run.Home, "da", "tokens", "write.jwt"), out CelestiaOptions? options).IsNone);
        await using var client = new CelestiaNode(options!);
        SubmitOutcome outcome = await client.SubmitAsync([.. bytes.Select((count, i) => OfBytes(options!, count, (byte)i))], CancellationToken.None);
        return Assert.IsType<SubmitOutcome.Included>(outcome).Height;
    }

    private static Blob OfBytes(CelestiaOptions options, int count, byte fill)
    {
        byte[] data = new byte[count];
        Array.Fill(data, (byte)(fill + 1));
        Assert.True(Blob.TryCreate(options.Namespace, data, out Blob? blob).IsValid);
        return blob!;
    }

    [Fact]
    public async Task StatusShowsEndpointsHeadBalanceAndChecks()
    {
        await _run.ExpectAsync(0, "da status --json");
        JsonElement status = _run.Json;
        Assert.Equal(("dsdn-da", true, true), (status.GetProperty("daChainId").GetString(), status.GetProperty("canRead").GetBoolean(), status.GetProperty("canWrite").GetBoolean()));
        Assert.Equal("1000000000000", status.GetProperty("balanceUtia").GetString());
        Assert.True(status.GetProperty("endpoints")[0].GetProperty("synced").GetBoolean());
        Assert.Contains(status.GetProperty("checks").EnumerateArray(), static check => check.GetProperty("check").GetString() == "permission" && check.GetProperty("level").GetString() == "good");
        await _run.ExpectAsync(0, "da status");
        Assert.DoesNotContain(Server.WriteToken, _run.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StatusOfAServerThatIsDownFailsWithAdvice()
    {
        await _run.ExpectAsync(3, "da status --rpc-url http://127.0.0.1:1 --lang id");
        Assert.Contains("DSDN-E-DA-UNREACHABLE", _run.Out, StringComparison.Ordinal);
        Assert.Contains("Jalankan light node", _run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MockIsTheRealDevelopmentServer()
    {
        _run["DA_NAMESPACE"] = null;
        _run["DA_TRUST"] = null;
        _run["DA_AUTH_TOKEN_FILE"] = null; // found in the home
        await _run.ExpectAsync(0, "da status mock --json");
        Assert.True(_run.Json.GetProperty("canWrite").GetBoolean());
    }

    [Theory]
    [InlineData("0102030405060708091011121314151617181920212223242526272829")]
    [InlineData("xyz")]
    public async Task NamespaceThatCelestiaRefusesIsRefusedHere(string name)
    {
        await _run.ExpectAsync(2, $"da status --namespace {name} --json");
        Assert.Equal("DSDN-E-DA-NAMESPACE", _run.Json.GetProperty("error").GetProperty("code").GetString());
        if (name[0] == '0') Assert.Contains("0000000000000000000000000000000000000020212223242526272829", _run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeightIsProvedBlobByBlob()
    {
        ulong height = await PublishAsync(100_000, 700);
        await _run.ExpectAsync(0, $"da verify --height {height} --json");
        JsonElement report = _run.Json;
        Assert.Equal((true, 2, 100_700), (report.GetProperty("valid").GetBoolean(), report.GetProperty("blobs").GetInt32(), report.GetProperty("bytes").GetInt32()));
        Assert.All(report.GetProperty("blobList").EnumerateArray(), static blob => Assert.True(blob.GetProperty("complete").GetBoolean() && blob.GetProperty("listed").GetBoolean() && blob.GetProperty("proved").GetBoolean()));
        await _run.ExpectAsync(0, $"da verify --from 1 --to {height}");
        await _run.ExpectAsync(0, "da verify --height 1 --json");
        Assert.Equal("absent", _run.Json.GetProperty("heights")[0].GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(FaultKind.WrongCommitment, "DSDN-E-DA-COMMITMENT")]
    [InlineData(FaultKind.WithheldRow, "DSDN-E-DA-ROWS")]
    [InlineData(FaultKind.InventedBlob, "DSDN-E-DA-INVENTED")]
    [InlineData(FaultKind.TruncatedProof, "DSDN-E-DA-PROOF")]
    public async Task TamperedServerIsNamedAndFailsWithClassFive(FaultKind kind, string code)
    {
        ulong height = await PublishAsync(100_000, 700);
        Server.Faults.Set(new FaultRule(kind));
        await _run.ExpectAsync(5, $"da verify --height {height} --json");
        Assert.Equal((false, true), (_run.Json.GetProperty("valid").GetBoolean(), _run.Json.GetProperty("tampered").GetBoolean()));
        Assert.Equal(code, _run.Json.GetProperty("faults")[0].GetProperty("code").GetString());
        await _run.ExpectAsync(5, $"da verify --height {height}");
    }

    [Fact]
    public async Task OutageIsNotTampering()
    {
        await _run.ExpectAsync(3, "da verify --height 1 --rpc-url http://127.0.0.1:1");
        await _run.ExpectAsync(2, "da verify --height 0");
        await _run.ExpectAsync(2, "da verify --from 9 --to 5 --json");
        Assert.Equal("DSDN-E-DA-RANGE", _run.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task CostsFollowTheFormulaOfCelestia()
    {
        await _run.ExpectAsync(0, "da cost --bytes 1048576 --json");
        Assert.Equal((8_988_596, "35955"), (_run.Json.GetProperty("gas").GetInt32(), _run.Json.GetProperty("feeUtia").GetString()));
        await _run.ExpectAsync(0, "da cost --uploads 10000 --nodes 9 --json");
        Assert.Equal(288, _run.Json.GetProperty("batchesPerDay").GetInt32());
        Assert.True(ulong.Parse(_run.Json.GetProperty("utiaPerDay").GetString()!, System.Globalization.CultureInfo.InvariantCulture) < 1_000_000);
        await _run.ExpectAsync(0, "da cost --bytes 1000 --gas-price 0.002 --json");
        Assert.Equal("176", _run.Json.GetProperty("feeUtia").GetString());
        await _run.ExpectAsync(2, "da cost --bytes 0");
        await _run.ExpectAsync(2, "da cost --gas-price cheap");
    }

    [Fact]
    public async Task SpendingIsObservedFromProvedBlobs()
    {
        await PublishAsync(5_000);
        await PublishAsync(6_000);
        await _run.ExpectAsync(0, "da cost --observe 100 --json");
        Assert.Equal((2, 11_000, 0), (_run.Json.GetProperty("blobs").GetInt32(), _run.Json.GetProperty("observedBytes").GetInt32(), _run.Json.GetProperty("unknownHeights").GetInt32()));
        Assert.NotEqual("0", _run.Json.GetProperty("observedUtia").GetString());
    }
}

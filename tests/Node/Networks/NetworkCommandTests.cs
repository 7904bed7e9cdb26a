using System.CommandLine;
using Dsdn.Cli;
using Dsdn.Host;
using Dsdn.Host.Networks;
using Dsdn.Node.Tests.Cli;

namespace Dsdn.Node.Tests.Networks;

/// <summary>The commands as a person types them; they work with the standard cost of passwords.</summary>
public sealed class NetworkCommandTests
{
    [Fact]
    public async Task TestnetSaysWhatItWroteAndRefusesToOverwrite()
    {
        using CliRun run = Run();
        string folder = Path.Combine(run.Home, "net");
        await run.ExpectAsync(0, $"testnet --development --validators 2 --out {folder} --rpc-port 9000 --p2p-port 46000 --json");
        Assert.Equal(17847UL, run.Json.GetProperty("chainId").GetUInt64());
        Assert.Equal(["http://127.0.0.1:9000", "http://127.0.0.1:9010"], run.Json.GetProperty("homes").EnumerateArray().Select(home => home.GetProperty("rpc").GetString()));
        await run.ExpectAsync(2, $"testnet --out {folder} --json");
        Assert.Equal("DSDN-E-NETWORK-EXISTS", run.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task TestnetShowsHowToStartEachInBothLanguages()
    {
        using CliRun run = Run();
        await run.ExpectAsync(0, $"testnet --validators 1 --out {run.Home}/en");
        Assert.Contains($"dsdn node --config {run.Home}/en/node0/config.json", run.Out);
        Assert.DoesNotContain(File.ReadLines($"{run.Home}/en/node0/password").First(), run.Out);
        await run.ExpectAsync(0, $"testnet --development --validators 1 --out {run.Home}/id --lang id");
        Assert.Contains("Jangan pakai jaringan ini", run.Out);
    }

    [Theory]
    [InlineData("--validators 0")]
    [InlineData("--validators 101")]
    [InlineData("--validators 8 --development")]
    [InlineData("--validators 3 --host a,b")]
    [InlineData("--host a/b")]
    [InlineData("--chain-id 17846")]
    [InlineData("--rpc-port 65530")]
    [InlineData("--stake 1nusa")]
    [InlineData("--name my/net")]
    public async Task AWrongOptionIsAnErrorOfUseAndWritesNothing(string options)
    {
        using CliRun run = Run();
        await run.ExpectAsync(2, $"testnet --out {run.Home}/net {options} --json");
        Assert.Equal("DSDN-E-NETWORK-PLAN", run.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(Directory.EnumerateFileSystemEntries(run.Home));
    }

    [Fact]
    public async Task TestnetWithoutAFolderNamesTheOption()
    {
        using CliRun run = Run();
        await run.ExpectAsync(2, "testnet");
        Assert.Contains("--out", run.Error);
    }

    [Fact]
    public async Task ADevelopmentNetworkOfAnotherSizeIsNotReplaced()
    {
        using CliRun run = Run();
        await run.ExpectAsync(0, $"testnet --development --validators 2 --out {run.Home}/dev");
        await run.ExpectAsync(2, $"dev up --validators 3 --json");
        Assert.Equal("DSDN-E-NETWORK-OTHER", run.Json.GetProperty("error").GetProperty("code").GetString());
        Directory.CreateDirectory(Path.Combine(run.Home, "other/photos"));
        await run.ExpectAsync(2, $"dev up --data {run.Home}/other --reset --json");
        Assert.Equal("DSDN-E-NETWORK-EXISTS", run.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.True(Directory.Exists(Path.Combine(run.Home, "other/photos")));
    }

    /// <summary>Processes of a network write their logs beside their folders.</summary>
    [Fact]
    public async Task ADevelopmentNetworkOfProcessesIsReplacedWithItsLogs()
    {
        using CliRun run = Run();
        string folder = Path.Combine(run.Home, "dev");
        await run.ExpectAsync(0, $"dev init --data {folder} --validators 1 --zones 1 --port 0 --p2p-port 0");
        foreach (string service in (string[])["da", "coordinator", "ingress", "storage0", "storage1"]) await File.WriteAllTextAsync(Path.Combine(folder, service + ".log"), "ready");
        await run.ExpectAsync(0, $"dev init --data {folder} --validators 2 --zones 1 --port 0 --p2p-port 0 --reset");
        Assert.Empty(Directory.EnumerateFiles(folder, "*.log"));
    }

    [Fact]
    public void ANetworkStartsAgainWithItsKeysAndWithPortsThatAreFree()
    {
        using CliRun run = Run();
        string folder = Path.Combine(run.Home, "dev");
        DevelopmentNetwork made = DevelopmentNetwork.Open(folder, 2, 0, 0, "0");
        string nodeKey = File.ReadAllText(made.Homes[0].NodeKey);
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        DevelopmentNetwork again = DevelopmentNetwork.Open(folder, null, port, 0, null);
        Assert.Equal(2, again.Homes.Count);
        Assert.Equal(nodeKey, File.ReadAllText(again.Homes[0].NodeKey));
        Assert.NotEqual(port, again.Endpoints[0].RpcPort);
        Assert.Equal(4, again.Endpoints.SelectMany(endpoint => new[] { endpoint.RpcPort, endpoint.P2pPort }).Distinct().Count());
        Assert.Contains(again.Endpoints[1].P2pDial, File.ReadAllText(again.Homes[0].Configuration));
        DevelopmentNetwork.Delete(folder);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void ServicesKeepTheirPortsAcrossARestartUnlessTakenByAnother()
    {
        using CliRun run = Run();
        string folder = Path.Combine(run.Home, "dev");
        NetworkServices made = DevelopmentNetwork.Open(folder, 1, 0, 0, "0").Services;
        using var stranger = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, made.CoordinatorPort);
        stranger.Start();
        using var node = Dsdn.StorageNode.StorageNodeFolder.Open(made.Storage[0].Directory);
        NetworkServices running = DevelopmentNetwork.Open(folder, null, 0, 0, null, servicesRun: true).Services;
        Assert.Equal((made.CoordinatorPort, made.DaPort), (running.CoordinatorPort, running.DaPort));
        Assert.Equal(made.Storage.Select(static home => home.Listen), running.Storage.Select(static home => home.Listen));
        NetworkServices moved = DevelopmentNetwork.Open(folder, null, 0, 0, null).Services;
        Assert.NotEqual(made.CoordinatorPort, moved.CoordinatorPort);
        Assert.Equal(made.OperatorPort, moved.OperatorPort);
    }

    [Fact]
    public void AReservedPortIsNoConnectionsAndStaysOpenToItsService()
    {
        var free = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, Endpoints.FreePort(System.Net.IPAddress.Loopback));
        using var reserved = PortReservation.Of([free]);
        using (var connection = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp))
        {
            // Nobody listens: without the reservation the kernel may in time connect such a socket with itself.
            Assert.Throws<System.Net.Sockets.SocketException>(() => connection.Connect(free));
        }
        using var service = new System.Net.Sockets.TcpListener(free);
        service.Start();
        using var client = new System.Net.Sockets.TcpClient();
        client.Connect(free);
        Assert.True(client.Connected);
    }

    private static CliRun Run() => new() { Host = static context => (IEnumerable<Command>)[NodeCommand.Create(context), TestnetCommand.Create(context), DevCommand.Create(context)] };
}

using System.Net;
using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Configuration;
using Dsdn.CelestiaClient.Tests.Doubles;
using Dsdn.DaServer;

namespace Dsdn.CelestiaClient.Tests.Integration;

/// <summary>What integration tests run against: the development server in this process, or the light node that DA_RPC_URL names.</summary>
internal sealed class Target : IAsyncDisposable
{
    public const string DevelopmentServer = "development server", LightNode = "light node";

    private readonly string? _folder;

    private Target(CelestiaOptions options, DaServerProcess? server, string? folder) => (Options, Server, _folder) = (options, server, folder);

    public static TheoryData<string> All => [DevelopmentServer, LightNode];

    public CelestiaOptions Options { get; }

    /// <summary>Null for a light node.</summary>
    public DaServerProcess? Server { get; }

    public static async Task<Target> OpenAsync(string name) => name == DevelopmentServer ? await StartServerAsync() : OfEnvironment();

    public static async Task<Target> StartServerAsync(NodeVersion version = NodeVersion.V0_31, int blockTimeMs = 300)
    {
        string folder = Directory.CreateTempSubdirectory("dsdn-da-target").FullName;
        DaServerProcess server = await DaServerProcess.StartAsync(new DaServerOptions
        {
            DataFolder = Path.Combine(folder, "da"), Listen = new IPEndPoint(IPAddress.Loopback, 0), BlockTimeMs = blockTimeMs, ApiVersion = version,
        });
        CelestiaOptions options = Clients.Options([server.Endpoint.ToString()], AccessToken.Of(server.WriteToken)) with
        {
            ChainId = "dsdn-da", BlockTimeMs = Math.Max(100, blockTimeMs), Subscribes = true, RetryCount = 3,
        };
        return new Target(options, server, folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private static Target OfEnvironment()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(DaVariable.Url))) Assert.Skip("DA_RPC_URL names no light node");
        DaFailure failure = DaConfiguration.TryLoad(DaConfiguration.FromEnvironment, Environment.GetEnvironmentVariable, null, out CelestiaOptions? options);
        Assert.True(failure.IsNone, failure.ToString());
        return new Target(options! with { TrustsOnFirstUse = options.Trusted is null }, null, null);
    }
}

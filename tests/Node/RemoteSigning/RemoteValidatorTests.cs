using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Node.Configuration;
using Dsdn.Node.RemoteSigning;
using Dsdn.Node.Validation;
using Dsdn.Sdk.Rpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.RemoteSigning;

/// <summary>A whole validator whose key is in a signer.</summary>
public sealed class RemoteValidatorTests : IAsyncDisposable
{
    private static readonly NetworkGenesis Network = NetworkGenesis.Load("devnet");

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-validator-").FullName;
    private readonly NodeIdentity _signerIdentity = NodeIdentity.Create();
    private readonly int _port = FreePort();
    private SignerServer? _server;
    private FileVoteSigner? _signer;

    private string Home => Path.Combine(_folder, "node");

    private string Record => Path.Combine(_folder, "last-sign");

    /// <summary>It is asked again until it answers, so that even a lone validator gets out of the round it stood in; its record lets no second message through.</summary>
    [Fact]
    public async Task AValidatorGoesOnWhenItsSignerIsBack()
    {
        await StartSignerAsync();
        await using ValidatorNode node = await ValidatorNode.StartAsync(Options(), NullLoggerFactory.Instance);
        for (int outage = 0; outage < 3; outage++)
        {
            await AboveAsync(node, node.Height + 2);
            await StopSignerAsync();
            Assert.Equal("away", await StateAsync(node));
            Assert.False(node.EndedAsync(CancellationToken.None).IsCompleted);
            await StartSignerAsync();
        }
        await AboveAsync(node, node.Height + 3);
        Assert.Equal("remote", await StateAsync(node));
    }

    [Fact]
    public async Task ANodeStartsWithoutItsSignerOnceItKnowsTheKey()
    {
        KeyFileException unknown = await Assert.ThrowsAsync<KeyFileException>(() => ValidatorNode.StartAsync(Options(), NullLoggerFactory.Instance));
        Assert.Contains("DSDN-E-SIGNER-AWAY", unknown.Message);
        await StartSignerAsync();
        ulong height;
        await using (ValidatorNode first = await ValidatorNode.StartAsync(Options(), NullLoggerFactory.Instance))
        {
            await AboveAsync(first, 2);
            height = first.Height;
        }
        await StopSignerAsync();
        await using ValidatorNode node = await ValidatorNode.StartAsync(Options(), NullLoggerFactory.Instance);
        Assert.True(node.Height >= height - 1);
        await StartSignerAsync();
        await AboveAsync(node, height + 2);
    }

    [Theory]
    [InlineData("validator.key.json")]
    [InlineData("signer/last-sign")]
    [InlineData("signer/attestations")]
    public async Task AKeyOrRecordInBothPlacesIsRefused(string file)
    {
        string path = Path.Combine(Home, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Home);
        await File.WriteAllTextAsync(path, "{}", TestContext.Current.CancellationToken);
        Assert.Contains(path, (await Assert.ThrowsAsync<ConfigurationException>(() => ValidatorNode.StartAsync(Options(), NullLoggerFactory.Instance))).Message);
    }

    [Fact]
    public async Task SettingsThatContradictASignerAreRefused()
    {
        foreach (NodeOptions options in (NodeOptions[])[Options() with { DevValidator = 0 }, Options() with { ValidatorKeyFile = "x" }, Options() with { Follow = true }, Options() with { SignerId = null }])
            await Assert.ThrowsAsync<ConfigurationException>(() => ValidatorNode.StartAsync(options, NullLoggerFactory.Instance));
    }

    public async ValueTask DisposeAsync()
    {
        await StopSignerAsync();
        _signerIdentity.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private NodeOptions Options() => new()
    {
        DataFolder = Home, RpcPort = 0, BlockTimeMs = 20, EmptyBlockMs = 20, Signer = ("127.0.0.1", _port), SignerId = _signerIdentity.Id.Key,
    };

    private async Task StartSignerAsync()
    {
        if (!File.Exists(Record)) LastSignFile.CreateWithKey(Record);
        Directory.CreateDirectory(Home);
        using var node = new NodeIdentity(NodeKeyFile.OpenOrCreate(Path.Combine(Home, "node.key")));
        _signer = new FileVoteSigner(new ConsensusKey(Network.DevelopmentSeed(0)), LastSignFile.Open(Record));
        var chain = new ChainIdentity(Network.Genesis.ChainId, Network.Genesis.Block.Hash);
        _server = new SignerServer(_signer, _signerIdentity, chain, IPAddress.Loopback, _port, new HashSet<PeerId> { node.Id }, TimeProvider.System, NullLoggerFactory.Instance);
        await _server.StartAsync();
    }

    private async Task StopSignerAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _signer?.Dispose();
        (_server, _signer) = (null, null);
    }

    /// <summary>Polls until it says so: a call in flight decides when the node notices.</summary>
    private static async Task<string?> StateAsync(ValidatorNode node)
    {
        using var rpc = new RpcClient(new Uri(node.Description[(node.Description.IndexOf("JSON-RPC ", StringComparison.Ordinal) + 9)..]));
        string? last = null;
        for (int i = 0; i < 200; i++)
        {
            JsonElement status = await rpc.CallAsync("dsdn_nodeStatus", TestContext.Current.CancellationToken);
            last = status.GetProperty("signing").GetProperty("state").GetString();
            if (last == "away") return last;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        return last;
    }

    private static async Task AboveAsync(ValidatorNode node, ulong height)
    {
        while (node.Height < height) await Task.Delay(5, TestContext.Current.CancellationToken); // the run's own limit ends a test that hangs
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

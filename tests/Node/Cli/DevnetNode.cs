using System.Net;
using System.Net.Sockets;
using Dsdn.Node.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Cli;

/// <summary>A real validator of the devnet in this process, over a real socket and disk, with a block as soon as a transaction waits.</summary>
public sealed class DevnetNode : IAsyncLifetime
{
    public const string Mnemonic = "test test test test test test test test test test test junk";

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-devnet-").FullName;
    private readonly int _port = FreePort();
    private ValidatorNode? _node;

    public string Url => $"http://127.0.0.1:{_port}";

    public Uri WebSocketUrl => new($"ws://127.0.0.1:{_port}");

    public async ValueTask InitializeAsync()
    {
        var options = new NodeOptions { DataFolder = _folder, RpcPort = _port, BlockTimeMs = 0, EmptyBlockMs = 0 };
        _node = await ValidatorNode.StartAsync(options, NullLoggerFactory.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

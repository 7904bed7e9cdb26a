using System.Net;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Rpc.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dsdn.Chain.Rpc;

/// <summary>
/// Ethereum's JSON-RPC, and dsdn_*, over HTTP and WebSocket on one port. Reads a chain only through
/// <see cref="IChainView"/>. Kestrel without a host: no middleware, no routing.
/// </summary>
public sealed class RpcServer : IAsyncDisposable
{
    private readonly RpcNode _node;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly KestrelServer _kestrel;
    private bool _isStarted;

    /// <param name="hooks">What the process around it offers; none by default.</param>
    /// <param name="logs">Kestrel's own log; none by default.</param>
    public RpcServer(IChainView chain, RpcOptions options, RpcHooks? hooks = null, ILoggerFactory? logs = null)
    {
        _node = new RpcNode(chain, options, hooks ?? new RpcHooks());
        ILoggerFactory loggers = logs ?? NullLoggerFactory.Instance;
        var kestrel = new KestrelServerOptions { ApplicationServices = _services, AddServerHeader = false, AllowSynchronousIO = false };
        kestrel.Limits.MaxRequestBodySize = null; // bounded here (BodyBytesMax), so that a refused body is still drained and its sender reads why
        kestrel.Limits.MaxConcurrentConnections = options.ConnectionsMax;
        kestrel.Limits.MaxConcurrentUpgradedConnections = options.ConnectionsMax;
        kestrel.Listen(options.ListenAddress, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true }), loggers);
        _kestrel = new KestrelServer(Options.Create(kestrel), transport, loggers);
    }

    /// <summary>The port it listens on, after <see cref="StartAsync"/>.</summary>
    public int Port { get; private set; }

    /// <exception cref="IOException">the address is taken</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        await _kestrel.StartAsync(new RpcHttpApplication(_node, _stopping.Token), cancellation);
        _isStarted = true;
        string address = _kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Port = new Uri(address).Port;
    }

    /// <summary>Stops taking requests, closes WebSockets, and waits for what is under way.</summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        if (!_isStarted) return;
        _isStarted = false;
        await _stopping.CancelAsync();
        await _kestrel.StopAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await StopAsync(limit.Token);
        _kestrel.Dispose();
        _node.Dispose();
        await _services.DisposeAsync();
        _stopping.Dispose();
    }
}

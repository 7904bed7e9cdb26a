using Dsdn.Grpc.Trunks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dsdn.Grpc.Server;

/// <summary>Serves gRPC over HTTP/2, with TLS or in clear text with prior knowledge. Kestrel without a host: no middleware, no routing.</summary>
public sealed class GrpcServer : IAsyncDisposable
{
    private readonly GrpcServerOptions _options;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServiceProvider _container = new ServiceCollection().BuildServiceProvider();
    private readonly KestrelServer _kestrel;
    private readonly GrpcApplication _application;
    private bool _isStarted;

    /// <param name="logs">Failures of handlers and Kestrel's own log; none by default.</param>
    public GrpcServer(GrpcServices services, GrpcServerOptions options, ILoggerFactory? logs = null)
    {
        _options = options;
        ILoggerFactory loggers = logs ?? NullLoggerFactory.Instance;
        var calls = new ServerCalls(services, options, loggers.CreateLogger<GrpcServer>(), _stopping.Token);
        _application = new GrpcApplication(calls);
        var kestrel = new KestrelServerOptions { ApplicationServices = _container, AddServerHeader = false, AllowSynchronousIO = false };
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxRequestBodySize = null; // a stream has no length; each message has a limit
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxConcurrentConnections = options.ConnectionsMax;
        limits.MaxRequestHeadersTotalSize = options.HeaderBytesMax;
        limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(options.HeadersTimeoutMs);
        limits.KeepAliveTimeout = TimeSpan.FromMilliseconds(options.IdleConnectionMs);
        limits.Http2.MaxStreamsPerConnection = options.CallsPerConnectionMax;
        limits.Http2.InitialStreamWindowSize = options.StreamWindowBytes;
        limits.Http2.InitialConnectionWindowSize = options.ConnectionWindowBytes;
        limits.Http2.MaxRequestHeaderFieldSize = options.HeaderBytesMax;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromMilliseconds(options.KeepAlivePingDelayMs);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromMilliseconds(options.KeepAlivePingTimeoutMs);
        kestrel.Listen(options.Address, options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            IConnectionBuilder connections = listen;
            connections.Use(next => context => Admit(context, next));
            if (options.Tls is { } tls)
            {
                var handshake = new TlsHandshake(tls, options, new TrunkServer(calls, options));
                connections.Use(next => context => handshake.Run(context, next));
            }
        });
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        _kestrel = new KestrelServer(Options.Create(kestrel), transport, loggers);
    }

    /// <summary>The port it listens on, after <see cref="StartAsync"/>.</summary>
    public int Port { get; private set; }

    /// <exception cref="IOException">the address is taken</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        await _kestrel.StartAsync(_application, cancellation);
        _isStarted = true;
        Port = new Uri(_kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    /// <summary>Takes no new calls (GOAWAY), lets those under way finish within the grace, then ends them with UNAVAILABLE.</summary>
    public async Task StopAsync()
    {
        if (!_isStarted) return;
        _isStarted = false;
        _stopping.CancelAfter(_options.StopGraceMs);
        using var hard = new CancellationTokenSource(_options.StopGraceMs + 1_000);
        await _kestrel.StopAsync(hard.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _kestrel.Dispose();
        await _container.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task Admit(ConnectionContext context, ConnectionDelegate next)
    {
        var connection = new GrpcConnection(context);
        IDisposable? lease = null;
        if (_options.Admit is { } admit && (lease = admit(connection.Remote)) is null)
        {
            connection.Abort("refused");
            return;
        }
        using (lease)
        {
            context.Features.Set(connection);
            await next(context);
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Dsdn.DaServer.Faults;
using Dsdn.DaServer.Rpc;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dsdn.DaServer.Http;

/// <summary>The port: Kestrel without a host. Closed for a while where a fault wants it to refuse connections.</summary>
internal sealed class DaListener : IAsyncDisposable
{
    private const int StopMsMax = 500;
    private const int ConnectionsMax = 2_000;

    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly DaNode _node;
    private readonly Dispatcher _dispatcher;
    private readonly DaServerOptions _options;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly ILogger _log;
    private IPEndPoint _endpoint;
    private CancellationTokenSource? _open;
    private KestrelServer? _kestrel;
    private Task _watching = Task.CompletedTask;

    public DaListener(DaNode node, DaServerOptions options, TimeProvider clock, ILogger log)
    {
        (_node, _options, _clock, _log) = (node, options, clock, log);
        _dispatcher = new Dispatcher(node);
        _endpoint = options.Listen;
    }

    /// <summary>Where it listens, once it does.</summary>
    public IPEndPoint Endpoint => _endpoint;

    /// <exception cref="DaServerException">the address is taken or is none of this machine</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        await OpenAsync(cancel);
        _node.Faults.Changed += Signal;
        _watching = WatchAsync();
        Signal();
    }

    public async ValueTask DisposeAsync()
    {
        _node.Faults.Changed -= Signal;
        await _stopping.CancelAsync();
        await _watching;
        await CloseAsync();
        await _services.DisposeAsync();
        _stopping.Dispose();
        _changed.Dispose();
    }

    private void Signal() => _changed.Release();

    /// <summary>Closes the port for each fault that wants it, until its time is over or it is cleared.</summary>
    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await _changed.WaitAsync(_stopping.Token);
                if (Refusing() is not { Rule.Value: { } ms } fault) continue;
                DaServerLog.PortClosed(_log, ms);
                await CloseAsync();
                long until = _clock.GetTimestamp();
                while (Refusing()?.Id == fault.Id && _clock.GetElapsedTime(until).TotalMilliseconds < ms)
                    await _changed.WaitAsync(TimeSpan.FromMilliseconds(Math.Clamp(ms - _clock.GetElapsedTime(until).TotalMilliseconds, 1, int.MaxValue)), _stopping.Token);
                await OpenAgainAsync();
                _node.Faults.Clear(active => active.Id == fault.Id);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private ActiveFault? Refusing() => _node.Faults.List().FirstOrDefault(static fault => fault.Rule is { Kind: FaultKind.Down, Value: not null });

    /// <summary>Another process may have taken the port meanwhile; then it is tried until it is free.</summary>
    private async Task OpenAgainAsync()
    {
        const int RetryMs = 200;
        while (true)
        {
            try
            {
                await OpenAsync(_stopping.Token);
                return;
            }
            catch (DaServerException)
            {
                await Task.Delay(RetryMs, _stopping.Token);
            }
        }
    }

    private async Task OpenAsync(CancellationToken cancel)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = _services, AddServerHeader = false, AllowSynchronousIO = false };
        kestrel.Limits.MaxRequestBodySize = null; // bounded by the version's limit, and refused as the node refuses
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.MaxConcurrentUpgradedConnections = ConnectionsMax;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(120);
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(2);
        kestrel.Listen(_endpoint, static listen => listen.Protocols = HttpProtocols.Http1);
        var server = new KestrelServer(Options.Create(kestrel), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), _options.Logs), _options.Logs);
        var open = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            await server.StartAsync(new DaHttpApplication(_node, _dispatcher, _options, _clock, open.Token), cancel);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            server.Dispose();
            open.Dispose();
            throw new DaServerException($"cannot listen at {_endpoint}: {failure.Message}", inner: failure);
        }
        (_kestrel, _open) = (server, open);
        string address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? throw new InvalidOperationException("the server has no address");
        _endpoint = new IPEndPoint(_endpoint.Address, new Uri(address).Port);
    }

    private async Task CloseAsync()
    {
        if (_kestrel is not { } server || _open is not { } open) return;
        (_kestrel, _open) = (null, null);
        using var limit = new CancellationTokenSource(StopMsMax);
        // What is under way may end in order for a moment; waiting calls and WebSockets are told at once.
        Task stopping = server.StopAsync(limit.Token);
        await open.CancelAsync();
        try
        {
            await stopping;
        }
        catch (OperationCanceledException)
        {
            // Connections that did not end were cut off.
        }
        server.Dispose();
        open.Dispose();
    }
}

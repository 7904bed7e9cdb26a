using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Dsdn.Grpc.Client;

namespace Dsdn.Grpc.Trunks;

/// <summary>Trunks to one server. Each carries one call at a time; there are only so many, and who finds none free uses a <see cref="GrpcChannel"/>.</summary>
/// <param name="options">With TLS: that is where both ends agree on a trunk.</param>
public sealed class TrunkChannel(GrpcChannelOptions options, int trunksMax) : IDisposable
{
    /// <summary>A server closes what is idle, sometimes just when it is wanted again.</summary>
    private const long IdleMsMax = 60_000;

    private readonly ConcurrentStack<TrunkConnection> _idle = [];
    private readonly SslClientAuthenticationOptions _tls = options.Tls ?? throw new ArgumentException("a trunk has TLS", nameof(options));
    private int _taken;
    private bool _isDisposed;

    /// <returns>Null: all trunks are taken.</returns>
    /// <exception cref="GrpcException">no connection</exception>
    /// <exception cref="OperationCanceledException">the caller's token</exception>
    public async ValueTask<TrunkCall<TRequest, TResponse>?> TryOpenAsync<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
        if (Interlocked.Increment(ref _taken) > trunksMax)
        {
            Interlocked.Decrement(ref _taken);
            return null;
        }
        try
        {
            TrunkConnection connection = TakeIdle() ?? await ConnectAsync(cancel);
            return new TrunkCall<TRequest, TResponse>(this, connection, method, options, cancel);
        }
        catch (Exception)
        {
            Interlocked.Decrement(ref _taken);
            throw;
        }
    }

    /// <summary>Closes what is idle; trunks in use are closed at the end of their calls.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isDisposed, true);
        while (_idle.TryPop(out TrunkConnection? connection)) connection.Dispose();
    }

    /// <param name="isWhole">Its last call ended as calls should: another may follow.</param>
    internal void GiveBack(TrunkConnection connection, bool isWhole)
    {
        Interlocked.Decrement(ref _taken);
        if (!isWhole)
        {
            connection.Dispose();
            return;
        }
        connection.IdleSinceMs = Environment.TickCount64;
        _idle.Push(connection);
        if (Volatile.Read(ref _isDisposed)) Dispose();
    }

    private TrunkConnection? TakeIdle()
    {
        while (_idle.TryPop(out TrunkConnection? connection))
        {
            if (Environment.TickCount64 - connection.IdleSinceMs <= IdleMsMax && connection.IsQuiet) return connection;
            connection.Dispose();
        }
        return null;
    }

    private async Task<TrunkConnection> ConnectAsync(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SslStream? stream = null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(options.ConnectTimeoutMs);
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, patience.Token);
            stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(Tls(), patience.Token);
            if (stream.NegotiatedApplicationProtocol != TrunkProtocol.Alpn) throw new AuthenticationException("the server has no trunks");
            return new TrunkConnection(socket, stream);
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            if (stream is not null) await stream.DisposeAsync();
            socket.Dispose();
            cancel.ThrowIfCancellationRequested();
            string why = failure is OperationCanceledException ? $"no connection within {options.ConnectTimeoutMs} ms" : failure is AuthenticationException ? $"TLS: {failure.Message}" : failure.Message;
            throw new GrpcException(GrpcStatusCode.Unavailable, $"{options.Host}:{options.Port}: {why}", failure);
        }
    }

    private SslClientAuthenticationOptions Tls() => new()
    {
        ApplicationProtocols = [TrunkProtocol.Alpn],
        TargetHost = _tls.TargetHost ?? options.Host,
        ClientCertificateContext = _tls.ClientCertificateContext,
        ClientCertificates = _tls.ClientCertificates,
        EnabledSslProtocols = _tls.EnabledSslProtocols,
        AllowTlsResume = _tls.AllowTlsResume,
        AllowRenegotiation = _tls.AllowRenegotiation,
        CertificateRevocationCheckMode = _tls.CertificateRevocationCheckMode,
        CertificateChainPolicy = _tls.CertificateChainPolicy,
        RemoteCertificateValidationCallback = _tls.RemoteCertificateValidationCallback,
    };
}

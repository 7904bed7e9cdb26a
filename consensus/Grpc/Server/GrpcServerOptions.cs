using System.Net;
using System.Net.Security;

namespace Dsdn.Grpc.Server;

/// <summary>Where a server listens and what it lets a client do.</summary>
public sealed record GrpcServerOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0: any free one, see <see cref="GrpcServer.Port"/>.</summary>
    public int Port { get; init; }

    /// <summary>Asked for each connection, so that certificates can change while the server runs. Null: no TLS (h2c), for loopback and tests.</summary>
    public Func<SslServerAuthenticationOptions>? Tls { get; init; }

    public int TlsHandshakeTimeoutMs { get; init; } = 5_000;

    /// <summary>A larger request ends the call with RESOURCE_EXHAUSTED before any of it is kept.</summary>
    public int RequestBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>A handler that answers with more fails with RESOURCE_EXHAUSTED.</summary>
    public int ResponseBytesMax { get; init; } = 4 * 1024 * 1024;

    public int HeaderBytesMax { get; init; } = 16 * 1024;

    public int ConnectionsMax { get; init; } = 1_024;

    public int CallsPerConnectionMax { get; init; } = 100;

    /// <summary>Over all connections; one more is answered with RESOURCE_EXHAUSTED.</summary>
    public int CallsMax { get; init; } = 4_096;

    /// <summary>HTTP/2 flow control: what a client may send ahead on one stream.</summary>
    public int StreamWindowBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>HTTP/2 flow control: what a client may send ahead on all streams of a connection.</summary>
    public int ConnectionWindowBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>After this silence the server sends an HTTP/2 ping; a client that does not answer in time is gone.</summary>
    public int KeepAlivePingDelayMs { get; init; } = 10_000;

    public int KeepAlivePingTimeoutMs { get; init; } = 10_000;

    /// <summary>A connection without a call is closed after this.</summary>
    public int IdleConnectionMs { get; init; } = 130_000;

    /// <summary>How long a client may take to send the headers of a call.</summary>
    public int HeadersTimeoutMs { get; init; } = 10_000;

    /// <summary>How long <see cref="GrpcServer.StopAsync"/> lets calls finish before it cancels them.</summary>
    public int StopGraceMs { get; init; } = 5_000;

    /// <summary>Asked before anything is read from a connection; null refuses it. The lease is disposed when the connection is gone.</summary>
    public Func<IPEndPoint, IDisposable?>? Admit { get; init; }

    /// <summary>Told of each TLS handshake that failed.</summary>
    public Action<IPEndPoint, Exception>? HandshakeFailed { get; init; }
}

using System.Net.Security;

namespace Dsdn.Grpc.Client;

/// <summary>Which server a channel speaks to and within which bounds.</summary>
/// <param name="Host">An IP address or DNS name.</param>
public sealed record GrpcChannelOptions(string Host, int Port)
{
    /// <summary>Null: no TLS (h2c with prior knowledge), for loopback and tests.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    public int ConnectTimeoutMs { get; init; } = 5_000;

    /// <summary>A larger response ends the call with RESOURCE_EXHAUSTED before any of it is kept.</summary>
    public int ResponseBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>A larger request is refused here with RESOURCE_EXHAUSTED.</summary>
    public int RequestBytesMax { get; init; } = 4 * 1024 * 1024;

    public int HeaderKiBMax { get; init; } = 16;

    /// <summary>HTTP/2 flow control: what the server may send ahead on one stream.</summary>
    public int StreamWindowBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>After this silence the client sends an HTTP/2 ping while calls are open; a server that does not answer in time is gone.</summary>
    public int KeepAlivePingDelayMs { get; init; } = 10_000;

    public int KeepAlivePingTimeoutMs { get; init; } = 10_000;
}

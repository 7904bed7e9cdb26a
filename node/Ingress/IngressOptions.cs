using System.Net;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Reading;
using Dsdn.Services.Batches;

namespace Dsdn.Ingress;

/// <summary>Everything an ingress can be told.</summary>
public sealed record IngressOptions
{
    public const int DefaultPort = 8_080;
    public const int DefaultOperatorPort = 45_970;

    /// <summary>A name or the path of a genesis file.</summary>
    public string Network { get; init; } = "devnet";

    public required string DataFolder { get; init; }

    public string? PasswordFile { get; init; }

    /// <summary>Who serves the log, in the order in which they are tried. All of them may be gone: what is known is served on.</summary>
    public required IReadOnlyList<LogAddress> Sources { get; init; }

    public ReadOptions Reading { get; init; } = new();

    public HttpOptions Http { get; init; } = new();

    /// <summary>Plain HTTP for its operator: health, metrics, status.</summary>
    public IPEndPoint Operator { get; init; } = new(IPAddress.Loopback, DefaultOperatorPort);
}

/// <summary>Where an ingress listens and what it lets a caller do.</summary>
public sealed record HttpOptions
{
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, IngressOptions.DefaultPort);

    /// <summary>HTTPS with HTTP/2 and 1.1; null: plain HTTP/1.1, for loopback or behind a proxy.</summary>
    public X509Certificate2? Certificate { get; init; }

    public int ConnectionsMax { get; init; } = 16_384;

    /// <summary>Objects that are sent at a time: each holds a window of 1 MiB at most, and what it is ahead.</summary>
    public int ResponsesMax { get; init; } = 256;

    /// <summary>Requests that wait for a place among them; one more is refused.</summary>
    public int WaitingMax { get; init; } = 16_384;

    public int WaitMs { get; init; } = 30_000;

    /// <summary>Of one address, twice as many at once.</summary>
    public int RequestsPerSecond { get; init; } = 1_000;

    public int HeaderBytesMax { get; init; } = 16 * 1024;

    public int HeadersMax { get; init; } = 64;

    public int HeadersTimeoutMs { get; init; } = 10_000;

    public int IdleConnectionMs { get; init; } = 60_000;

    /// <summary>Who takes less for longer than the grace is cut off: he holds a place.</summary>
    public int SendBytesPerSecondMin { get; init; } = 4_096;

    public int SendGraceMs { get; init; } = 10_000;

    /// <summary>How long what is under way may go on when the process ends.</summary>
    public int DrainMs { get; init; } = 15_000;
}

using System.Net;
using Dsdn.Services.Batches;

namespace Dsdn.StorageNode;

/// <summary>Everything a storage node can be told.</summary>
public sealed record StorageNodeOptions
{
    public const int DefaultPort = 45_840;
    public const int DefaultOperatorPort = 45_880;

    /// <summary>A name or the path of a genesis file.</summary>
    public string Network { get; init; } = "devnet";

    public required string DataFolder { get; init; }

    /// <summary>Opens an encrypted node key; null: DSDN_PASSWORD, or the key is not encrypted.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>gRPC over mutual TLS: chunks.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>Where others reach it, when that is not where it listens; null: where it listens.</summary>
    public IPEndPoint? Advertise { get; init; }

    /// <summary>Plain HTTP: health, metrics, status.</summary>
    public IPEndPoint Operator { get; init; } = new(IPAddress.Loopback, DefaultOperatorPort);

    /// <summary>Who serves the log, in the order in which they are tried; coordinators among them take this node's events. Not empty.</summary>
    public required IReadOnlyList<LogAddress> LogSources { get; init; }

    /// <summary>What it may take of the disk; null: what is free when it starts, less the reserve.</summary>
    public long? CapacityBytes { get; init; }

    /// <summary>What stays free on the disk.</summary>
    public long ReserveBytes { get; init; } = 1L << 30;

    /// <summary>Of one agreement, stored here and not declared in the log yet.</summary>
    public long UndeclaredBytesMax { get; init; } = 4L << 30;

    /// <summary>Everything is read again at this pace.</summary>
    public long ScrubBytesPerSecond { get; init; } = 8L << 20;

    /// <summary>Fetches from other nodes that run at a time.</summary>
    public int FetchesMax { get; init; } = 4;
}

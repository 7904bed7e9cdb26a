using System.Buffers.Binary;
using Dsdn.Chain.Log.Events;

namespace Dsdn.Log.Placement;

/// <summary>The network a storage endpoint is in: its IPv4 /24 or IPv6 /48 (dataplane 1.17). Two replicas of a chunk in one are one failure away from being none.</summary>
internal readonly record struct StorageNetwork(ulong Value)
{
    private const byte LoopbackOfV4 = 127;
    private const ulong V4 = 1UL << 62, Host = 1UL << 63;

    /// <summary>What ::ffff:0:0/96 begins with (RFC 4291, 2.5.5.2).</summary>
    private static ReadOnlySpan<byte> Mapped => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

    private static ReadOnlySpan<byte> LoopbackOfV6 => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    /// <summary>The first endpoint for chunks; null where a node has none that others could reach.</summary>
    /// <param name="takesLoopback">Then each address and port of this machine stands for a network.</param>
    public static StorageNetwork? Of(NodeStats stats, bool takesLoopback)
    {
        foreach (Endpoint endpoint in stats.Endpoints)
            if (endpoint.Role == EndpointRole.Storage) return Of(endpoint, takesLoopback);
        return null;
    }

    private static StorageNetwork? Of(Endpoint endpoint, bool takesLoopback)
    {
        ReadOnlySpan<byte> ip = endpoint.Ip.Span;
        bool isV4 = ip.StartsWith(Mapped);
        if (isV4 ? ip[Mapped.Length] == LoopbackOfV4 : ip.SequenceEqual(LoopbackOfV6))
            return takesLoopback ? new StorageNetwork(Host | ((ulong)BinaryPrimitives.ReadUInt32BigEndian(ip[12..]) << 16) | endpoint.Port) : null;
        return new StorageNetwork(isV4 ? V4 | BinaryPrimitives.ReadUInt32BigEndian(ip[12..]) >> 8 : BinaryPrimitives.ReadUInt64BigEndian(ip) >> 16);
    }
}

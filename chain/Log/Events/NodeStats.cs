using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>What an endpoint of a node is for. Numbers are part of the format.</summary>
public enum EndpointRole : byte
{
    /// <summary>Chunks between nodes and from uploaders, mutual TLS.</summary>
    Storage = 1,

    /// <summary>Reads of chunks by their id, for everyone.</summary>
    Read = 2,

    /// <summary>Health, plain.</summary>
    Health = 3,
}

/// <param name="Ip">16 bytes: IPv6, or IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). An address, not a name, since placement tells networks apart by it.</param>
/// <param name="Port">Not zero.</param>
public sealed record Endpoint(EndpointRole Role, ReadOnlyMemory<byte> Ip, ushort Port)
{
    public const int IpBytes = 16;

    /// <summary>The role, the address, the port.</summary>
    internal const int Bytes = 1 + IpBytes + 2;
}

/// <summary>
/// A node's facts, and its heartbeat: on change and at least hourly (rulings 41). Endpoints count u8 by role, address and port
/// ascending, none twice: role u8 | address 16 | port u16; then capacity u64 | free u64 | chunks u64 | load u16 | read u32 | write u32.
/// </summary>
/// <param name="LoadPermille">Of all processors, at most 1,000.</param>
/// <param name="ReadKibPerSecond">Measured by the node itself; audits cap it.</param>
public sealed record NodeStats(
    IReadOnlyList<Endpoint> Endpoints, ulong CapacityBytes, ulong FreeBytes, ulong Chunks, ushort LoadPermille, uint ReadKibPerSecond, uint WriteKibPerSecond)
    : EventBody
{
    public const ushort LoadPermilleMax = 1_000;

    public override EventKind Kind => EventKind.NodeStats;

    internal static EventBody Read(ref LogReader reader)
    {
        Endpoint[] endpoints = new Endpoint[reader.Count8(LogLimits.EndpointsMax, Endpoint.Bytes)];
        ReadOnlyMemory<byte> before = default;
        for (int i = 0; i < endpoints.Length; i++)
        {
            ReadOnlyMemory<byte> whole = reader.Bytes(Endpoint.Bytes);
            if (reader.Fault != LogFault.None) return Unreadable.Body;
            if (whole.Span.SequenceCompareTo(before.Span) <= 0) reader.Fail(LogFault.Value);
            before = whole;
            LogReader field = new(whole);
            endpoints[i] = new Endpoint((EndpointRole)field.U8(), field.Bytes(Endpoint.IpBytes), field.U16());
            if (endpoints[i].Role is < EndpointRole.Storage or > EndpointRole.Health || endpoints[i].Port == 0) reader.Fail(LogFault.Value);
        }
        NodeStats read = new(endpoints, reader.U64(), reader.U64(), reader.U64(), reader.U16(), reader.U32(), reader.U32());
        if (read.FreeBytes > read.CapacityBytes || read.LoadPermille > LoadPermilleMax) reader.Fail(LogFault.Value);
        return read;
    }

    internal override void Write(LogWriter writer)
    {
        writer.U8(checked((byte)Endpoints.Count));
        foreach (Endpoint endpoint in Endpoints) writer.U8((byte)endpoint.Role).Fixed(endpoint.Ip.Span, Endpoint.IpBytes).U16(endpoint.Port);
        writer.U64(CapacityBytes).U64(FreeBytes).U64(Chunks).U16(LoadPermille).U32(ReadKibPerSecond).U32(WriteKibPerSecond);
    }
}

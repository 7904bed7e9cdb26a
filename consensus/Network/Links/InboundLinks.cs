using System.Collections.Concurrent;
using System.Globalization;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Wire;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;

namespace Dsdn.Consensus.Network.Links;

/// <summary>Links that others dial: two calls on two connections that name the same link become one.</summary>
internal sealed class InboundLinks(
    PeerNetworkOptions options, TimeProvider clock, LinkTable links, FrameHandling frames, Func<GrpcServerCall, TlsBinding> identify,
    Func<PeerId, PeerBan?> findBan, Action<PeerAddress> hear)
{
    /// <summary>After a link ended, its connection may carry the reason to the peer for so long.</summary>
    private const int LingerMs = 1_000;

    private readonly ConcurrentDictionary<(PeerId Peer, UInt128 Link), Arrival> _arrivals = new();

    public GrpcServices Services() => new GrpcServices()
        .Duplex(PeerService.Fast, (reader, writer, call) => ServeAsync(PeerLane.Fast, reader, writer, call))
        .Duplex(PeerService.Bulk, (reader, writer, call) => ServeAsync(PeerLane.Bulk, reader, writer, call));

    private async Task ServeAsync(PeerLane lane, GrpcReader<PeerFrame> reader, GrpcWriter<PeerFrame> writer, GrpcServerCall call)
    {
        try
        {
            PeerId peer = identify(call).Node;
            if (!call.RequestHeaders.TryGet(PeerService.ProtocolHeader, out string? version) || version != PeerService.ProtocolVersion)
                throw new GrpcException(GrpcStatusCode.FailedPrecondition, $"this node speaks peer protocol {PeerService.ProtocolVersion}");
            if (!call.RequestHeaders.TryGetBytes(PeerService.LinkHeader, out byte[]? linkId) || linkId.Length != PeerService.LinkIdBytes)
                throw new GrpcException(GrpcStatusCode.InvalidArgument, "the call names no link");
            if (findBan(peer) is { } ban) throw new GrpcException(GrpcStatusCode.PermissionDenied, $"banned until {ban.UntilMs}: {ban.Reason}");

            var stream = new LaneStream(lane, reader, writer, options, clock);
            PeerLink link = await PairAsync(peer, new UInt128(BitConverter.ToUInt64(linkId), BitConverter.ToUInt64(linkId, 8)), stream, call);
            await call.SendHeadersAsync();
            await frames.RunAsync(link, stream);
            throw new GrpcException(GrpcStatusCode.Aborted, link.End?.ToString() ?? "");
        }
        finally
        {
            _ = AbortLaterAsync(call.Connection);
        }
    }

    /// <summary>The second call of a link makes it; the first waits for it within a time.</summary>
    private async Task<PeerLink> PairAsync(PeerId peer, UInt128 linkId, LaneStream stream, GrpcServerCall call)
    {
        (PeerId, UInt128) key = (peer, linkId);
        Arrival first = new(stream);
        Arrival arrival = _arrivals.GetOrAdd(key, first);
        if (!ReferenceEquals(arrival, first))
        {
            if (!_arrivals.TryRemove(new KeyValuePair<(PeerId, UInt128), Arrival>(key, arrival)) || arrival.Stream.Lane == stream.Lane)
                throw new GrpcException(GrpcStatusCode.AlreadyExists, "the link has this lane already");
            arrival.Made.TrySetResult(Make(peer, stream, arrival.Stream, call));
            return Accepted(await arrival.Made.Task);
        }
        try
        {
            return Accepted(await first.Made.Task.WaitAsync(TimeSpan.FromMilliseconds(options.LinkTimeoutMs), clock, call.Cancellation));
        }
        catch (TimeoutException)
        {
            throw new GrpcException(GrpcStatusCode.Aborted, "the other lane of the link did not come");
        }
        finally
        {
            _arrivals.TryRemove(new KeyValuePair<(PeerId, UInt128), Arrival>(key, first));
        }
    }

    private (PeerLink Link, LinkEnd? Refusal) Make(PeerId peer, LaneStream one, LaneStream other, GrpcServerCall call)
    {
        (LaneStream fast, LaneStream bulk) = one.Lane == PeerLane.Fast ? (one, other) : (other, one);
        System.Net.IPEndPoint from = call.Connection.Remote;
        string host = (from.Address.IsIPv4MappedToIPv6 ? from.Address.MapToIPv4() : from.Address).ToString();
        var link = new PeerLink(peer, false, new PeerEndpoint(host, (ushort)from.Port, peer), fast, bulk, clock);
        LinkEnd? refusal = links.TryAdd(link);
        if (refusal is null && call.RequestHeaders.TryGet(PeerService.ListenHeader, out string? text)
            && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)) hear(new PeerAddress(peer, host, port));
        return (link, refusal);
    }

    private static PeerLink Accepted((PeerLink Link, LinkEnd? Refusal) made) => made.Refusal switch
    {
        null => made.Link,
        { Kind: LinkEndKind.Duplicate } refusal => throw new GrpcException(GrpcStatusCode.AlreadyExists, refusal.Detail),
        { Kind: LinkEndKind.Full } refusal => throw new GrpcException(GrpcStatusCode.ResourceExhausted, refusal.Detail),
        { } refusal => throw new GrpcException(GrpcStatusCode.Unavailable, refusal.Detail),
    };

    private static async Task AbortLaterAsync(GrpcConnection connection)
    {
        await Task.Delay(LingerMs);
        connection.Abort("the link has ended");
    }

    private sealed record Arrival(LaneStream Stream)
    {
        public TaskCompletionSource<(PeerLink Link, LinkEnd? Refusal)> Made { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Wire;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;
using Dsdn.Grpc.Client;

namespace Dsdn.Consensus.Network.Links;

/// <summary>How a dial ended.</summary>
/// <param name="Peer">Who answered, where the handshake got so far.</param>
/// <param name="Failure">Null: there was a link, and it has ended.</param>
/// <param name="Refused">A certificate that was not taken.</param>
internal sealed record DialResult(PeerId? Peer, string? Failure, BindingError Refused);

/// <summary>One dial: two connections, both handshakes, the link, and its life until the end.</summary>
internal sealed class OutboundLink(
    PeerNetworkOptions options, TimeProvider clock, ChainIdentity chain, PeerId self, NodeCertificates certificates, LinkTable links, FrameHandling frames,
    Func<PeerId, PeerBan?> findBan)
{
    private readonly Lock _lock = new();
    private PeerId? _answered;
    private BindingError _refused;

    /// <param name="listenPort">What is told to the peer; null: this node does not listen.</param>
    /// <param name="connected">Called once there is a link.</param>
    public async Task<DialResult> RunAsync(PeerEndpoint target, int? listenPort, Action<PeerId> connected, CancellationToken stopping)
    {
        var headers = new GrpcMetadata { { PeerService.ProtocolHeader, PeerService.ProtocolVersion } };
        headers.Add(PeerService.LinkHeader, RandomNumberGenerator.GetBytes(PeerService.LinkIdBytes));
        if (listenPort is { } port) headers.Add(PeerService.ListenHeader, port.ToString(CultureInfo.InvariantCulture));
        using GrpcChannel fastChannel = Channel(target);
        using GrpcChannel bulkChannel = Channel(target);
        using GrpcClientCall<PeerFrame, PeerFrame> fastCall = fastChannel.Open(PeerService.Fast, new GrpcCallOptions(headers), stopping);
        using GrpcClientCall<PeerFrame, PeerFrame> bulkCall = bulkChannel.Open(PeerService.Bulk, new GrpcCallOptions(headers), stopping);
        try
        {
            // The peer may wait this long for the second connection, after both handshakes.
            TimeSpan limit = TimeSpan.FromMilliseconds(2L * options.LinkTimeoutMs);
            await Task.WhenAll(fastCall.ReadHeadersAsync(stopping), bulkCall.ReadHeadersAsync(stopping)).WaitAsync(limit, clock, stopping);
        }
        catch (Exception e) when (e is GrpcException or TimeoutException or OperationCanceledException)
        {
            return new DialResult(_answered, _refused == BindingError.None ? e.Message : _refused.Code(), _refused);
        }
        if (_answered is not { } peer) return new DialResult(null, BindingError.Missing.Code(), BindingError.Missing);
        if (findBan(peer) is { } ban) return new DialResult(peer, $"banned until {ban.UntilMs}: {ban.Reason}", BindingError.None);

        var fast = new LaneStream(PeerLane.Fast, fastCall.Responses, fastCall.Requests, options, clock);
        var bulk = new LaneStream(PeerLane.Bulk, bulkCall.Responses, bulkCall.Requests, options, clock);
        var link = new PeerLink(peer, true, target with { Id = peer }, fast, bulk, clock);
        if (links.TryAdd(link) is { } refusal) return new DialResult(peer, refusal.ToString(), BindingError.None);
        connected(peer);
        await Task.WhenAll(frames.RunAsync(link, fast), frames.RunAsync(link, bulk));
        return new DialResult(peer, null, BindingError.None);
    }

    private GrpcChannel Channel(PeerEndpoint target) => new(new GrpcChannelOptions(target.Host, target.Port)
    {
        Tls = certificates.Client(certificate => Check(target, certificate)),
        ConnectTimeoutMs = options.LinkTimeoutMs,
    });

    /// <summary>Inside the handshake, before anything was said.</summary>
    private bool Check(PeerEndpoint target, X509Certificate2? certificate)
    {
        BindingError error = TlsBinding.Verify(certificate, chain, TlsRole.Peer, clock.GetUtcNow(), out TlsBinding? binding);
        lock (_lock)
        {
            if (error == BindingError.None && binding is not null)
            {
                if (binding.Node == self) error = BindingError.Self;
                else if (binding.Node != (target.Id ?? _answered ?? binding.Node)) error = BindingError.UnexpectedPeer;
                else _answered = binding.Node;
            }
            if (error != BindingError.None) _refused = error;
            return error == BindingError.None;
        }
    }
}

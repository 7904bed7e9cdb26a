using System.Diagnostics.Metrics;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Links;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network;

/// <summary>Every metric of peer links, meter "Dsdn.Consensus.Network".</summary>
internal sealed class PeerNetworkMetrics : IDisposable
{
    public const string MeterName = "Dsdn.Consensus.Network";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _bytesIn, _bytesOut, _messagesIn, _messagesOut, _linksMade, _linksEnded, _bans, _handshakesRefused, _sendsRefused;

    public PeerNetworkMetrics(Func<int> peers)
    {
        _bytesIn = _meter.CreateCounter<long>("dsdn_peer_bytes_in_total", "By", "Bytes of messages received, by lane");
        _bytesOut = _meter.CreateCounter<long>("dsdn_peer_bytes_out_total", "By", "Bytes of messages queued to peers, by lane");
        _messagesIn = _meter.CreateCounter<long>("dsdn_peer_messages_in_total", "{message}", "Messages received, by lane");
        _messagesOut = _meter.CreateCounter<long>("dsdn_peer_messages_out_total", "{message}", "Messages queued to peers, by lane");
        _linksMade = _meter.CreateCounter<long>("dsdn_peer_links_total", "{link}", "Links made, by direction");
        _linksEnded = _meter.CreateCounter<long>("dsdn_peer_links_ended_total", "{link}", "Links ended, by reason");
        _bans = _meter.CreateCounter<long>("dsdn_peer_bans_total", "{ban}", "Peers banned");
        _handshakesRefused = _meter.CreateCounter<long>("dsdn_peer_handshakes_refused_total", "{handshake}", "TLS handshakes refused, by code");
        _sendsRefused = _meter.CreateCounter<long>("dsdn_peer_sends_refused_total", "{message}", "Messages that were not queued, by result");
        _meter.CreateObservableGauge("dsdn_peers", peers, "{peer}", "Peers connected");
    }

    public void Received(PeerLane lane, int bytes)
    {
        _bytesIn.Add(bytes, Tag(lane));
        _messagesIn.Add(1, Tag(lane));
    }

    public void Queued(PeerLane lane, int bytes)
    {
        _bytesOut.Add(bytes, Tag(lane));
        _messagesOut.Add(1, Tag(lane));
    }

    public void SendRefused(SendResult result) => _sendsRefused.Add(1, new KeyValuePair<string, object?>("result", result.ToString()));

    public void LinkUp(bool isOutbound) => _linksMade.Add(1, new KeyValuePair<string, object?>("direction", isOutbound ? "out" : "in"));

    public void LinkGone(LinkEndKind reason) => _linksEnded.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Banned() => _bans.Add(1);

    public void HandshakeRefused(BindingError error) => _handshakesRefused.Add(1, new KeyValuePair<string, object?>("code", error.Code()));

    /// <summary>Refused without a certificate: no TLS, a timeout, an abort by the other side.</summary>
    public void HandshakeFailed() => _handshakesRefused.Add(1, new KeyValuePair<string, object?>("code", "DSDN-E-PEER-TLS"));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(PeerLane lane) => new("lane", lane == PeerLane.Fast ? "fast" : "bulk");
}

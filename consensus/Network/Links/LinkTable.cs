using System.Collections.Concurrent;
using Dsdn.Consensus.Peers;
using Microsoft.Extensions.Logging;

namespace Dsdn.Consensus.Network.Links;

/// <summary>
/// The links there are, at most one for each peer, and who may join them. Tells the observer in order. Where both sides
/// dialled, the link dialled by the lower id stays (chain-decisions 1.14), which both sides see alike.
/// </summary>
internal sealed partial class LinkTable(PeerId self, PeerNetworkOptions options, IPeerObserver observer, Func<PeerId, bool> isKept, PeerNetworkMetrics metrics, ILogger log)
{
    private readonly ConcurrentDictionary<PeerId, PeerLink> _links = new();
    private readonly ConcurrentDictionary<PeerId, bool> _dialling = new();
    private readonly Lock _lock = new();
    private bool _isStopping;

    public IEnumerable<PeerLink> All => _links.Values;

    public int Count => _links.Count;

    public PeerLink? Find(PeerId peer) => _links.GetValueOrDefault(peer);

    /// <summary>While this node dials a peer of a higher id, it does not take that peer's own dial.</summary>
    public void Dialling(PeerId peer, bool isUnderWay)
    {
        if (isUnderWay) _dialling[peer] = true;
        else _dialling.TryRemove(peer, out _);
    }

    /// <returns>Null: it is in, and the observer knows. Else why not.</returns>
    public LinkEnd? TryAdd(PeerLink link)
    {
        lock (_lock)
        {
            if (_isStopping) return new LinkEnd(LinkEndKind.Stopping, "the node is stopping");
            if (!link.IsOutbound && self.CompareTo(link.Peer) < 0 && _dialling.ContainsKey(link.Peer)) return Duplicate();
            if (_links.TryGetValue(link.Peer, out PeerLink? old))
            {
                // The same side dialled again: it knows that the old link is dead.
                if (old.IsOutbound != link.IsOutbound && !IsOfLower(link)) return Duplicate();
                End(old, new LinkEnd(LinkEndKind.Duplicate, "replaced by another link"));
            }
            else if (!link.IsOutbound && !isKept(link.Peer) && _links.Values.Count(other => !other.IsOutbound) >= options.InboundPeersMax)
            {
                return new LinkEnd(LinkEndKind.Full, $"{options.InboundPeersMax} peers are connected");
            }
            _links[link.Peer] = link;
            metrics.LinkUp(link.IsOutbound);
            LinkUp(link.Peer, link.Remote.Address, link.IsOutbound);
            observer.PeerUp(link.Peer);
            return null;
        }
    }

    /// <summary>The first reason of a link counts; after this returned the observer knows.</summary>
    public void End(PeerLink link, LinkEnd end)
    {
        lock (_lock)
        {
            if (!link.TryEnd(end) || !_links.TryRemove(new KeyValuePair<PeerId, PeerLink>(link.Peer, link))) return;
            metrics.LinkGone(end.Kind);
            LinkGone(link.Peer, link.Remote.Address, end.Kind, end.Detail);
            observer.PeerGone(link.Peer);
        }
    }

    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
            foreach (PeerLink link in _links.Values) End(link, new LinkEnd(LinkEndKind.Stopping, "the node is stopping"));
        }
    }

    private bool IsOfLower(PeerLink link) => link.IsOutbound == self.CompareTo(link.Peer) < 0;

    private static LinkEnd Duplicate() => new(LinkEndKind.Duplicate, "there is another link with this peer");

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "peer connected {Peer} address {Address} outbound {Outbound}")]
    private partial void LinkUp(PeerId peer, string address, bool outbound);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "peer gone {Peer} address {Address} why {Kind} {Detail}")]
    private partial void LinkGone(PeerId peer, string address, LinkEndKind kind, string detail);
}

using System.Collections.Concurrent;
using Dsdn.Consensus.Network.Links;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network.Addresses;

/// <summary>Asks peers for addresses from time to time, and answers them: few addresses, and not again within half that time.</summary>
internal sealed class PeerExchange(
    PeerId self, PeerNetworkOptions options, TimeProvider clock, LinkTable links, AddressBook book, Action<PeerId, PeerMessage> send)
{
    private readonly ConcurrentDictionary<PeerId, long> _asked = new();
    private readonly ConcurrentDictionary<PeerId, long> _answered = new();
    private long _askedAt;

    /// <summary>Asks one random peer where it is time; at once while few addresses are known.</summary>
    public void Tick()
    {
        if (!options.ExchangesAddresses) return;
        PeerLink[] peers = [.. links.All];
        Forget(_asked, peers);
        Forget(_answered, peers);
        if (peers.Length == 0 || (_askedAt != 0 && !IsOver(_askedAt, options.ExchangeIntervalMs) && peers.All(peer => _asked.ContainsKey(peer.Peer)))) return;
        PeerLink[] fresh = [.. peers.Where(peer => !_asked.ContainsKey(peer.Peer))];
        PeerId chosen = (fresh.Length > 0 ? fresh[0] : peers[Random.Shared.Next(peers.Length)]).Peer;
        _askedAt = _asked[chosen] = clock.GetTimestamp();
        send(chosen, new PeerMessage.PeersRequest());
    }

    public bool TryHandle(PeerId from, PeerMessage message)
    {
        switch (message)
        {
            case PeerMessage.PeersRequest:
                if (options.ExchangesAddresses && (!_answered.TryGetValue(from, out long last) || IsOver(last, options.ExchangeIntervalMs / 2)))
                {
                    _answered[from] = clock.GetTimestamp();
                    PeerAddress[] known = [.. book.Sample(PeerLimits.PeerAddressesMax, known => known.Address.Id != from && known.Address.Id != self && known.Failures == 0).Select(known => known.Address)];
                    if (known.Length > 0) send(from, new PeerMessage.PeerAddresses(known));
                }
                return true;
            case PeerMessage.PeerAddresses addresses:
                // Only an answer, once for each question.
                if (!_asked.TryGetValue(from, out long at) || at == 0) return true;
                _asked[from] = 0;
                foreach (PeerAddress address in addresses.Items.Take(PeerLimits.PeerAddressesMax))
                    if (address.Id != self) book.Hear(address);
                return true;
            default:
                return false;
        }
    }

    private bool IsOver(long since, int ms) => clock.GetElapsedTime(since).TotalMilliseconds >= ms;

    private static void Forget(ConcurrentDictionary<PeerId, long> times, PeerLink[] peers)
    {
        if (times.IsEmpty) return;
        foreach (PeerId peer in times.Keys)
            if (!Array.Exists(peers, link => link.Peer == peer)) times.TryRemove(peer, out _);
    }
}

using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network.Addresses;

/// <summary>Peers that are refused until a time, by node id. Bounded: the ban that ends first makes room.</summary>
internal sealed class BanList
{
    public const int BansMax = 4_096;
    public const int ReasonCharsMax = 200;

    private readonly Dictionary<PeerId, PeerBan> _bans = [];
    private readonly Lock _lock = new();

    /// <summary>A ban is only ever made longer.</summary>
    public void Add(PeerBan ban)
    {
        if (ban.Reason.Length > ReasonCharsMax) ban = ban with { Reason = ban.Reason[..ReasonCharsMax] };
        lock (_lock)
        {
            if (_bans.TryGetValue(ban.Peer, out PeerBan? old) && old.UntilMs >= ban.UntilMs) return;
            _bans[ban.Peer] = ban;
            if (_bans.Count > BansMax) _bans.Remove(_bans.Values.MinBy(entry => entry.UntilMs)?.Peer ?? ban.Peer);
        }
    }

    public PeerBan? Find(PeerId peer, ulong nowMs)
    {
        lock (_lock)
        {
            if (!_bans.TryGetValue(peer, out PeerBan? ban)) return null;
            if (ban.UntilMs > nowMs) return ban;
            _bans.Remove(peer);
            return null;
        }
    }

    public bool Remove(PeerId peer)
    {
        lock (_lock) return _bans.Remove(peer);
    }

    public IReadOnlyList<PeerBan> All(ulong nowMs)
    {
        lock (_lock) return [.. _bans.Values.Where(ban => ban.UntilMs > nowMs).OrderBy(ban => ban.Peer)];
    }
}

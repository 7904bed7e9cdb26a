using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Gossip;

/// <summary>What the parts of the gossip share: peers, the two heights, time, and the effects of the step.</summary>
internal sealed class GossipBoard(PeerId self, GossipOptions options)
{
    private readonly SortedDictionary<PeerId, GossipPeer> _peers = [];
    private GossipPeer[] _sorted = [];
    private List<GossipEffect> _effects = [];
    private PeerMessage? _measured;
    private int _measuredBytes;

    public PeerId Self => self;

    public GossipOptions Options => options;

    public GossipCounters Counters { get; } = new();

    /// <summary>Sorted by id.</summary>
    public IReadOnlyList<GossipPeer> Peers => _sorted;

    public HeightGossip? Current { get; set; }

    public HeightGossip? Previous { get; set; }

    public ulong NowMs { get; private set; }

    /// <summary>Number of the span of <see cref="GossipOptions.ResendMs"/> in which nothing is sent twice.</summary>
    public ulong Generation => NowMs / Math.Max(1, options.ResendMs);

    public void Advance(ulong nowMs) => NowMs = Math.Max(NowMs, nowMs);

    public GossipPeer? Peer(PeerId id) => _peers.GetValueOrDefault(id);

    public void Add(GossipPeer peer)
    {
        _peers[peer.Id] = peer;
        _sorted = [.. _peers.Values];
    }

    public void Remove(PeerId id)
    {
        if (_peers.Remove(id)) _sorted = [.. _peers.Values];
    }

    public IReadOnlyList<GossipEffect> TakeEffects()
    {
        if (_effects.Count == 0) return [];
        List<GossipEffect> taken = _effects;
        _effects = [];
        return taken;
    }

    public void Do(GossipEffect effect) => _effects.Add(effect);

    /// <summary>Of one message to many peers, all sends hold the same object: the transport encodes it once.</summary>
    public void Send(GossipPeer to, PeerMessage message)
    {
        if (!ReferenceEquals(message, _measured)) (_measured, _measuredBytes) = (message, PeerMessageCodec.Length(message));
        Counters.Sent(message, _measuredBytes);
        Do(new GossipEffect.Send(to.Id, message));
    }

    public void Penalize(GossipPeer peer, Offence offence, string detail) => Do(new GossipEffect.Penalize(peer.Id, offence, detail));

    /// <summary>What was held before came again.</summary>
    public void NoteRepetition(GossipPeer peer, string what)
    {
        if (peer.RepeatsTooMuch(NowMs)) Penalize(peer, Offence.Unwanted, $"repeats {what} endlessly");
    }

    public HeightGossip? At(ulong height) => Current?.Height == height ? Current : Previous?.Height == height ? Previous : null;

    /// <summary>What the peer has of a height that is held here.</summary>
    public PeerView View(GossipPeer peer, HeightGossip height) => ReferenceEquals(height, Current)
        ? peer.Current ??= new PeerView(height.Validators)
        : peer.Previous ??= new PeerView(height.Validators);

    /// <summary>Peers that can use what is said about the height: those on it, and those who said nothing yet.</summary>
    public IEnumerable<GossipPeer> Listeners(ulong height)
    {
        foreach (GossipPeer peer in _sorted)
            if (peer.Height is not { } at || at == height) yield return peer;
    }

    /// <summary>Peers that have something of the height to give: those on it and on the next.</summary>
    public List<GossipPeer> Givers(ulong height)
    {
        List<GossipPeer> givers = [];
        foreach (GossipPeer peer in _sorted)
            if (peer.Height is { } at && (at == height || at == height + 1)) givers.Add(peer);
        return givers;
    }
}

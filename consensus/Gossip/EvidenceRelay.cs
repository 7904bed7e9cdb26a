using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// Brings evidence to whoever proposes next. What this node found or was sent is passed on once its own pool has judged it,
/// and offered again to peers that may have missed it until a block holds it. One item an accused, as in the pool: whoever has
/// another one against it is not sent this one. Pure; as large as the pool at most, times the links.
/// </summary>
public sealed class EvidenceRelay(EvidenceRelayOptions options)
{
    private const string BadSignature = "DSDN-E-BLOCK-EVIDENCE-SIGNATURE";
    private const string UnknownAccused = "DSDN-E-BLOCK-EVIDENCE-UNKNOWN";

    private readonly SortedDictionary<PeerId, Link> _links = [];
    private readonly SortedDictionary<Address, EvidenceItem> _waiting = [];
    private readonly SortedSet<Hash256> _checking = [];
    private readonly TokenBucket _offered = new(options.OfferedRate);

    public IEnumerable<TableSize> Tables =>
    [
        new("evidence: waiting", _waiting.Count, EvidencePool.ItemsMax),
        new("evidence: being judged", _checking.Count, options.CheckingMax),
        .. _links.Values.Select(static link => new TableSize("evidence: known of a peer", Math.Max(link.Has.Count, link.Offered.Count), EvidencePool.ItemsMax)),
    ];

    /// <summary>Effects: Send, CheckEvidence, Penalize.</summary>
    public IReadOnlyList<GossipEffect> Step(EvidenceInput input)
    {
        switch (input)
        {
            case EvidenceInput.PeerUp up: _links[up.Peer] = new Link(options); break;
            case EvidenceInput.PeerGone gone: _links.Remove(gone.Peer); break;
            case EvidenceInput.PeerAt at when _links.TryGetValue(at.Peer, out Link? link): link.DecidedHeight = at.DecidedHeight; break;
            case EvidenceInput.Received received when _links.TryGetValue(received.From, out Link? link): return Receive(received, link);
            case EvidenceInput.Offered offered: return Take(offered);
            case EvidenceInput.Judged judged: return Judge(judged);
            case EvidenceInput.Waiting waiting: Replace(waiting.Items); break;
            case EvidenceInput.Tick tick: return Offer(tick.NowMs);
            default: break;
        }
        return [];
    }

    private List<GossipEffect> Receive(EvidenceInput.Received received, Link from)
    {
        List<GossipEffect> effects = [];
        bool isFlood = !from.Messages.TryTake(received.NowMs);
        foreach (EvidenceItem item in received.Message.Items)
        {
            if (isFlood) break;
            if (_waiting.ContainsKey(item.Accused))
            {
                from.Has.Add(item.Accused);
                continue;
            }
            Hash256 id = item.Id;
            if (_checking.Contains(id)) continue; // who sent it first answers for it; this one may send it again
            if (from.Outstanding >= options.OutstandingMax || _checking.Count >= options.CheckingMax) break;
            if (isFlood = !from.Items.TryTake(received.NowMs)) break;
            _checking.Add(id);
            from.Outstanding++;
            effects.Add(new GossipEffect.CheckEvidence(received.From, item));
        }
        if (isFlood && from.Floodings.TryTake(received.NowMs)) effects.Add(new GossipEffect.Penalize(received.From, Offence.Flooding, "too much evidence"));
        return effects;
    }

    private List<GossipEffect> Take(EvidenceInput.Offered offered)
    {
        EvidenceItem item = offered.Item;
        bool isNews = _checking.Count < options.CheckingMax && !_waiting.ContainsKey(item.Accused) && !_checking.Contains(item.Id) && _offered.TryTake(offered.NowMs);
        if (!isNews) return [];
        _checking.Add(item.Id);
        return [new GossipEffect.CheckEvidence(null, item)];
    }

    private List<GossipEffect> Judge(EvidenceInput.Judged judged)
    {
        EvidenceItem item = judged.Item;
        _checking.Remove(item.Id);
        Link? from = judged.From is { } peer && _links.TryGetValue(peer, out Link? link) ? link : null;
        if (from is not null) from.Outstanding = Math.Max(0, from.Outstanding - 1); // a link made anew has none
        if (!judged.Answer.IsAdded) return Blame(judged);
        _waiting[item.Accused] = item;
        from?.Has.Add(item.Accused);
        return Offer(judged.NowMs);
    }

    /// <summary>
    /// What is punished, expired or of a height that is not here yet may come from a correct peer that stands elsewhere. A
    /// signature that nobody made may not; nor an accused without a vote, except where its time is just being forgotten.
    /// </summary>
    private static List<GossipEffect> Blame(EvidenceInput.Judged judged)
    {
        if (judged.From is not { } peer) return [];
        string detail = $"{judged.Answer.Code}: {judged.Answer.Detail}";
        return judged.Answer.Code switch
        {
            BadSignature => [new GossipEffect.Penalize(peer, Offence.BadContent, detail)],
            UnknownAccused => [new GossipEffect.Penalize(peer, Offence.Unwanted, detail)],
            _ => [],
        };
    }

    private void Replace(IReadOnlyList<EvidenceItem> items)
    {
        if (items.Count == 0 && _waiting.Count == 0) return;
        _waiting.Clear();
        foreach (EvidenceItem item in items) _waiting[item.Accused] = item;
        foreach (Link link in _links.Values) link.KeepOnly(_waiting);
    }

    private List<GossipEffect> Offer(ulong nowMs)
    {
        List<GossipEffect> sends = [];
        if (_waiting.Count == 0) return sends;
        PeerMessage.Evidence? last = null;
        foreach ((PeerId peer, Link link) in _links)
        {
            IReadOnlyList<EvidenceItem> lacking = Lacking(link, nowMs);
            if (lacking.Count == 0) continue;
            if (last is null || !last.Items.SequenceEqual(lacking)) last = new PeerMessage.Evidence(lacking);
            sends.Add(new GossipEffect.Send(peer, last));
        }
        return sends;
    }

    /// <summary>As many as the peer may be sent now, those first that were never or longest ago offered.</summary>
    private List<EvidenceItem> Lacking(Link link, ulong nowMs)
    {
        List<EvidenceItem> lacking = [];
        foreach (EvidenceItem item in _waiting.Values.Where(item => link.Lacks(item, nowMs, options.ReofferMs)).OrderBy(item => link.Offered.GetValueOrDefault(item.Accused)))
        {
            if (lacking.Count == PeerLimits.EvidenceItemsMax || !link.Budget.TryTake(nowMs)) break;
            lacking.Add(item);
        }
        foreach (EvidenceItem item in lacking) link.Offered[item.Accused] = nowMs;
        return lacking;
    }

    private sealed class Link(EvidenceRelayOptions options)
    {
        /// <summary>Null: it said nothing yet.</summary>
        public ulong? DecidedHeight { get; set; }

        /// <summary>Accused against whom it sent something of its own.</summary>
        public SortedSet<Address> Has { get; } = [];

        /// <summary>When it was last sent an item against them.</summary>
        public SortedDictionary<Address, ulong> Offered { get; } = [];

        /// <summary>Its items that are being judged.</summary>
        public int Outstanding { get; set; }

        public TokenBucket Budget { get; } = new(options.SentRate);

        public TokenBucket Items { get; } = new(options.ReceivedRate);

        public TokenBucket Messages { get; } = new(options.MessageRate);

        public TokenBucket Floodings { get; } = new(new RateLimit(1, 1));

        /// <summary>Evidence of the height that a peer works on is judged by it as for a later block; evidence beyond is not.</summary>
        public bool Lacks(EvidenceItem item, ulong nowMs, ulong reofferMs) =>
            DecidedHeight is { } decided && item.Height - 1 <= decided && !Has.Contains(item.Accused)
            && (!Offered.TryGetValue(item.Accused, out ulong atMs) || nowMs >= atMs + reofferMs);

        public void KeepOnly(SortedDictionary<Address, EvidenceItem> waiting)
        {
            Has.RemoveWhere(accused => !waiting.ContainsKey(accused));
            foreach (Address accused in (Address[])[.. Offered.Keys])
            {
                if (!waiting.ContainsKey(accused)) Offered.Remove(accused);
            }
        }
    }
}

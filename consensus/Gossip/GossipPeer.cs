using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>A connected peer: where it says it stands, what it has, and what it may still send.</summary>
internal sealed class GossipPeer(PeerId id, GossipOptions options)
{
    private readonly TokenBucket _statuses = new(options.StatusRate), _proposals = new(options.ProposalRate), _voteMessages = new(options.VoteMessageRate);
    private readonly TokenBucket _votes = new(options.VoteRate), _haves = new(options.HaveRate), _parts = new(options.PartRate);
    private readonly TokenBucket _repairVotes = new(options.RepairVoteRate), _repairParts = new(options.RepairPartRate);
    private readonly TokenBucket _duplicates = new(options.DuplicateRate), _floodings = new(new RateLimit(1, 1)), _unwanted = new(new RateLimit(1, 1));

    public PeerId Id => id;

    public PeerMessage.Status? Status { get; private set; }

    /// <summary>The height it works on; null as long as it said nothing.</summary>
    public ulong? Height => Status is null ? null : Status.DecidedHeight == ulong.MaxValue ? ulong.MaxValue : Status.DecidedHeight + 1;

    /// <summary>Its operator, not proven; zero: none.</summary>
    public Address Operator => Status?.Validator ?? Address.Zero;

    public PeerView? Current { get; set; }

    public PeerView? Previous { get; set; }

    /// <summary>Parts of one root that is not known here yet.</summary>
    public List<PeerMessage.Part> EarlyParts { get; } = [];

    /// <summary>False where the status contradicts the one before (CVE-2025-24371): on one link a height never goes back.</summary>
    public bool TryUpdate(PeerMessage.Status status)
    {
        if (Status is not null && status.DecidedHeight < Status.DecidedHeight) return false;
        if (status.OldestBody > status.DecidedHeight && status.OldestBody - status.DecidedHeight > 1) return false;
        Status = status;
        return true;
    }

    public bool MaySend(PeerMessage message, ulong nowMs) => message switch
    {
        PeerMessage.Status => _statuses.TryTake(nowMs),
        PeerMessage.ProposalMessage => _proposals.TryTake(nowMs),
        PeerMessage.Votes votes => _voteMessages.TryTake(nowMs) && _votes.TryTake(nowMs, (uint)votes.Items.Count),
        PeerMessage.HaveVotes or PeerMessage.HaveParts => _haves.TryTake(nowMs),
        _ => _parts.TryTake(nowMs),
    };

    /// <summary>What is sent on its asking is bounded too: a small question must not cost a large answer for ever.</summary>
    public bool MayGetVote(ulong nowMs) => _repairVotes.TryTake(nowMs);

    public bool MayGetPart(ulong nowMs) => _repairParts.TryTake(nowMs);

    /// <summary>True once a second while it floods.</summary>
    public bool FloodingIsNews(ulong nowMs) => _floodings.TryTake(nowMs);

    /// <summary>True where it repeats more than links and repairs explain; at most once a second.</summary>
    public bool RepeatsTooMuch(ulong nowMs) => !_duplicates.TryTake(nowMs) && _unwanted.TryTake(nowMs);
}
